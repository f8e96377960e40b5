using System.Collections.Frozen;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using static Ocarina.Core.NumberState;

namespace Ocarina.Core.Lifecycle;

/// <summary>The life cycle as one table (numbers.md 5.2 and 5.3 with their DECISIONs). The only place that gives a record another state.</summary>
public static class NumberLifecycle
{
    private static readonly FrozenDictionary<(NumberState From, NumberState To), TransitionRule> Rules =
        new Dictionary<(NumberState, NumberState), TransitionRule>
        {
            [(Discovery, Reserved)] = new("R2", Authority.Owner, PushesHistory: true),
            [(Available, Reserved)] = new("R3", Authority.Stock, PushesHistory: true),
            [(Reserved, Reserved)] = new("R1", Authority.NewHolder, PushesHistory: true),
            [(InService, Reserved)] = new("R4", Authority.Owner, PushesHistory: true),

            [(InService, InService)] = new("S1", Authority.Owner),
            [(Discovery, InService)] = new("S2", Authority.Owner),
            [(PortIn, InService)] = new("S3", Authority.Owner),
            // Everybody may buy what is for sale, for any account he may address.
            [(Available, InService)] = new("S4", Authority.Stock),
            // Released by accident: the previous owner may have it back, nobody else.
            [(Aging, InService)] = new("S5", Authority.PreviousOwner),
            [(Reserved, InService)] = new("S6", Authority.OwnerOrReservedAbove),

            [(Available, Available)] = new("A1", Authority.Owner, Assigns: false),
            [(Available, Aging)] = new("G1", Authority.Admin, Assigns: false),
            [(Released, Aging)] = new("G1", Authority.Admin, Assigns: false),
            [(Aging, Aging)] = new("G1", Authority.Admin, Assigns: false),
            [(PortIn, PortIn)] = new("P1", Authority.Owner),
        }.ToFrozenDictionary();

    /// <summary>The states that clients may ask for; all others are an invalid transition (numbers.md 5.2, last column).</summary>
    public static IReadOnlyList<NumberState> Requestable { get; } = [Reserved, InService, Available, Aging, PortIn];

    /// <summary>Id of the rule that allows a move (R1 to P1 of numbers.md 5.3), or <see langword="null"/> when there is none.</summary>
    public static string? RuleFor(NumberState from, NumberState to) => Rules.GetValueOrDefault((from, to))?.Id;

    /// <summary>Says whether a number may move, and what it would be afterwards. Changes nothing.</summary>
    public static TransitionDecision Decide(NumberRecord number, NumberState to, MoveRequest request)
    {
        if (request.Target is { } target && request.Tree.Find(target) is null)
            return new TransitionDecision.Denied(NumberErrors.AssignFailure(target.ToString()));
        if (MdnRefusal(number, to, request) is { } refusal) return new TransitionDecision.Denied(refusal);
        // Quarantine comes before the table, so that nobody learns by another error that an aging number could be had.
        if (number.State == Aging && (to is Reserved or InService) && !NumberAuthority.IsPreviousOwner(request, number))
            return new TransitionDecision.Denied(NumberErrors.NotAvailable(number.Number.ToString()));
        if (!Rules.TryGetValue((number.State, to), out var rule))
            return new TransitionDecision.Denied(NumberErrors.InvalidStateTransition(number.State.Name(), to.Name()));
        if (rule.PushesHistory && request.Target is null) return new TransitionDecision.Denied(NumberErrors.Forbidden("can not assign to self"));
        if (Refusal(rule, number, request) is { } error) return new TransitionDecision.Denied(error);
        if (IsAlready(number, to, request)) return new TransitionDecision.Unchanged(number);

        return new TransitionDecision.Allowed(Moved(number, to, rule, request), CarrierMustSell(number, request.Policy));
    }

    /// <summary>The record in another state, with the clock of that state started when it is a new one. For rules of this folder only.</summary>
    internal static NumberRecord Enter(NumberRecord number, NumberState state, LifecyclePolicy policy, DateTimeOffset now) =>
        number.State == state ? number : number with { State = state, StateSince = now.ToStoredGrain(), DueAt = policy.DueAt(state, now.ToStoredGrain()) };

    /// <summary>Gives the number to another owner: the old one is remembered, the application that routed it is not (numbers.md 4.9).</summary>
    internal static NumberRecord Assign(NumberRecord number, AccountId? owner) =>
        number.Account == owner ? number : number with { Account = owner, PreviousAccount = number.Account ?? number.PreviousAccount, UsedBy = null };

    /// <summary>Pushes a holder on the reserve history when it is not at its head already.</summary>
    internal static NumberRecord Push(NumberRecord number, AccountId holder) =>
        number.ReserveHistory is [var head, ..] && head == holder ? number : number with { ReserveHistory = [holder, .. number.ReserveHistory] };

    private static NumberRecord Moved(NumberRecord number, NumberState to, TransitionRule rule, MoveRequest request)
    {
        var after = number with { AuthorizedBy = request.Actor.Account?.ToString() ?? "system" };
        if (rule.PushesHistory && request.Target is { } holder) after = Push(after, holder);
        after = Enter(after, to, request.Policy, request.Now);
        // Available and aging always end unassigned (numbers.md 5.3, G1).
        return Assign(after, rule.Assigns ? request.Target ?? after.Account : null);
    }

    private static NumberError? MdnRefusal(NumberRecord number, NumberState to, MoveRequest request)
    {
        var isMdn = number.Carrier == CarrierName.Mdn;
        if (!request.Actor.IsSystem && isMdn != request.MdnRun) return NumberErrors.Forbidden("mobile numbers are moved by their own jobs only");
        return isMdn && (to != InService || number.State != InService) ? NumberErrors.InvalidStateTransition("'MDN'", to.Name()) : null;
    }

    private static NumberError? Refusal(TransitionRule rule, NumberRecord number, MoveRequest request)
    {
        var text = number.Number.ToString();
        switch (rule.Authority)
        {
            case Authority.Stock:
                if (!NumberAuthority.MayTarget(request)) return NumberErrors.Forbidden();
                return NumberAuthority.MayTakeStock(request, number) ? null : NumberErrors.NotAvailable(text);
            case Authority.PreviousOwner:
                return NumberAuthority.IsPreviousOwner(request, number) ? null : NumberErrors.NotAvailable(text);
            case Authority.Admin:
                return request.Tree.IsAdmin(request.Actor) ? null : NumberErrors.Forbidden();
            case Authority.NewHolder when request.Target == number.Account && NumberAuthority.IsAuthorized(request, number.Account):
                return NumberErrors.NoChangeRequired(number.Number);
            case Authority.OwnerOrReservedAbove when NumberAuthority.IsReservedFromParent(request, number):
                return null;
            default:
                if (NumberAuthority.IsAuthorized(request, number.Account)) return null;
                // A number that somebody else has looks the same to early and late losers of a race (`http-api.md` 2.6).
                return number.Account is not null ? NumberErrors.NotAvailable(text) : NumberErrors.Forbidden();
        }
    }

    private static bool IsAlready(NumberRecord number, NumberState to, MoveRequest request) =>
        number.State == to
        && (to is Available or Aging || (to is InService or PortIn && (request.Target is null || request.Target == number.Account)));

    // Never buy what we hold: only a discovery, or stock that was given back, has to be bought (numbers.md 5.3, DECISIONs).
    private static bool CarrierMustSell(NumberRecord number, LifecyclePolicy policy) =>
        !policy.AsksNobody(number.Carrier) && (number.State == Discovery || !number.HeldAtCarrier);

    private enum Authority
    {
        Owner,
        OwnerOrReservedAbove,
        NewHolder,
        Stock,
        PreviousOwner,
        Admin,
    }

    private sealed record TransitionRule(string Id, Authority Authority, bool PushesHistory = false, bool Assigns = true);
}
