using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Lifecycle;

/// <summary>What a release makes of a number. Closed.</summary>
public abstract record ReleaseDecision
{
    private ReleaseDecision() { }

    /// <summary>The number lives on: with its next holder, in quarantine, or for sale.</summary>
    public sealed record Kept(NumberRecord After) : ReleaseDecision;

    /// <summary>The number is erased; its events stay.</summary>
    public sealed record Erased : ReleaseDecision;

    /// <summary>The number may not be released.</summary>
    public sealed record Denied(NumberError Error) : ReleaseDecision;
}

/// <summary>Release and hard delete (numbers.md 5.5 and 5.6 with their DECISIONs).</summary>
public static class ReleaseRules
{
    /// <summary>Decides the release of a number.</summary>
    public static ReleaseDecision Decide(NumberRecord number, MoveRequest request)
    {
        var isLocal = number.Carrier == CarrierName.Local;
        if (number.Carrier == CarrierName.Mdn && !request.MdnRun && !request.Actor.IsSystem)
            return new ReleaseDecision.Denied(NumberErrors.Forbidden("mobile numbers are moved by their own jobs only"));
        if (number.State is not (NumberState.Released or NumberState.Reserved or NumberState.PortIn or NumberState.InService) && !isLocal)
            return new ReleaseDecision.Denied(NumberErrors.InvalidStateTransition(number.State.Name(), request.Policy.ReleasedState.Name()));
        if (number.Account is null && !request.Tree.IsAdmin(request.Actor))
            return new ReleaseDecision.Denied(NumberErrors.NotFound(number.Number.ToString()));
        if (!NumberAuthority.IsAuthorized(request with { Target = null }, number.Account))
            return new ReleaseDecision.Denied(NumberErrors.Forbidden());

        return NextHolder(number, request.Tree) is { } rest ? ToNextHolder(number, rest, request) : ToNobody(number, request);
    }

    /// <summary>Decides a hard delete: admins and the system, from any state.</summary>
    public static ReleaseDecision DecideDelete(MoveRequest request) =>
        request.Tree.IsAdmin(request.Actor) ? new ReleaseDecision.Erased() : new ReleaseDecision.Denied(NumberErrors.Forbidden());

    /// <summary>Decides what becomes of a number whose purchase its carrier has taken back: nobody has it, and it is not ours to sell.</summary>
    public static ReleaseDecision Reverse(NumberRecord number, MoveRequest request) =>
        ToNobody(number, request) is ReleaseDecision.Kept kept
            ? new ReleaseDecision.Kept(kept.After with { HeldAtCarrier = false, CarrierData = DocumentText.Empty, CarrierCost = null })
            : new ReleaseDecision.Erased();

    /// <summary>True when a change leaves the number to nobody though a carrier provides it to us: he is to be told (numbers.md 5.5, step 6).</summary>
    /// <param name="before">The number as it was.</param>
    /// <param name="after">The number as it will be; none when it is erased.</param>
    public static bool GivesBack(NumberRecord before, NumberRecord? after) =>
        before.HeldAtCarrier
        && after?.Account is null
        && after?.State is null or NumberState.Available or NumberState.Aging or NumberState.Released
        && before.State is not (NumberState.Discovery or NumberState.PortIn or NumberState.PortOut) // not ours yet, or no longer
        && !CarrierCatalogue.AsksNobody(before.Carrier);

    // The history without its leading entries that are the present owner or accounts that are gone; null when nobody is left.
    private static AccountId[]? NextHolder(NumberRecord number, IAccountTree tree)
    {
        var rest = number.ReserveHistory.SkipWhile(holder => holder == number.Account || tree.Find(holder) is null).ToArray();
        return rest.Length == 0 ? null : rest;
    }

    private static ReleaseDecision.Kept ToNextHolder(NumberRecord number, AccountId[] rest, MoveRequest request)
    {
        var after = Stripped(number, request);
        after = NumberLifecycle.Assign(NumberLifecycle.Enter(after, NumberState.Reserved, request.Policy, request.Now), rest[0]);
        return new ReleaseDecision.Kept(after with { ReserveHistory = [.. rest] });
    }

    private static ReleaseDecision ToNobody(NumberRecord number, MoveRequest request)
    {
        var policy = request.Policy;
        var state = policy is { ReleasedState: NumberState.Available, ShouldAge: true } ? NumberState.Aging : policy.ReleasedState;
        var erasedAtRelease = CarrierCatalogue.Find(number.Carrier) is { ErasedAtRelease: true };
        if (policy.ShouldPermanentlyDelete || erasedAtRelease || state == NumberState.Deleted) return new ReleaseDecision.Erased();

        var after = NumberLifecycle.Enter(Stripped(number, request), state, policy, request.Now);
        return new ReleaseDecision.Kept(NumberLifecycle.Assign(after, null) with { ReserveHistory = [] });
    }

    // Features and public data go with the holder, custom fields too.
    private static NumberRecord Stripped(NumberRecord number, MoveRequest request) => number with
    {
        Features = DocumentText.Empty,
        PublicFields = DocumentText.Empty,
        UsedBy = null,
        AuthorizedBy = request.Actor.Account?.ToString() ?? "system",
    };
}
