using System.Collections.Immutable;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Lifecycle;

/// <summary>What a number is created as (numbers.md 5.4).</summary>
/// <param name="State">The wanted state.</param>
/// <param name="Carrier">Carrier of a number that was unknown; an existing number keeps its own.</param>
/// <param name="PortedIn">True when a completed port brings the number.</param>
public sealed record CreationOptions(NumberState State, CarrierName Carrier, bool PortedIn = false);

/// <summary>Who may create numbers, in which states, and what a created number looks like (numbers.md 5.4, 6.2; `http-api.md` 2.5).</summary>
public static class CreationRules
{
    private static readonly ImmutableArray<NumberState> AdminStates =
        [NumberState.Aging, NumberState.Available, NumberState.InService, NumberState.PortIn, NumberState.Reserved];

    private static readonly ImmutableArray<NumberState> AdditionStates = [NumberState.InService, NumberState.Reserved];

    /// <summary>The states in which an actor may create numbers; sorted by name.</summary>
    public static ImmutableArray<NumberState> AllowedStates(IAccountTree tree, Actor actor)
    {
        if (tree.IsAdmin(actor)) return AdminStates;
        return actor.Account is { } account && tree.Find(account) is { AllowAdditions: true } ? AdditionStates : [];
    }

    /// <summary>Whether the actor may create at all; the same for every number of a request.</summary>
    public static NumberError? Refusal(CreationOptions options, MoveRequest request)
    {
        if (request.Target is not { } target || request.Tree.Find(target) is null) return NumberErrors.AssignFailure();
        if (!NumberAuthority.IsAuthorized(request, owner: null)) return NumberErrors.Forbidden();
        // Ports may be created by anyone on the accounts he stands above.
        if (options.State == NumberState.PortIn || options.PortedIn) return null;

        var allowed = AllowedStates(request.Tree, request.Actor);
        if (allowed.IsEmpty) return NumberErrors.Forbidden($"account '{request.Actor.Account}' is not allowed to create number");
        return allowed.Contains(options.State)
            ? null
            : NumberErrors.Forbidden($"creating number in state '{options.State.Name()}' is not allowed");
    }

    /// <summary>Decides the creation of one number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="existing">Its record, when it is known already.</param>
    /// <param name="options">What it shall be.</param>
    /// <param name="request">Who asks, for whom.</param>
    public static TransitionDecision Decide(PhoneNumber number, NumberRecord? existing, CreationOptions options, MoveRequest request)
    {
        var state = options.Carrier == CarrierName.Mdn || options.PortedIn ? NumberState.InService : options.State;
        if (existing is null) return new TransitionDecision.Allowed(New(number, state, options, request), CarrierMustSell: false);
        if (existing.State is not (NumberState.Aging or NumberState.Available or NumberState.PortIn))
            return new TransitionDecision.Denied(NumberErrors.NumberExists(number));

        return NumberLifecycle.Decide(existing, state, request) switch
        {
            TransitionDecision.Allowed allowed => allowed with { After = allowed.After with { PortedIn = existing.PortedIn || options.PortedIn } },
            var other => other,
        };
    }

    // Creation records a number, it buys nothing: no carrier is asked (numbers.md 5.3, R-new and S-new).
    private static NumberRecord New(PhoneNumber number, NumberState state, CreationOptions options, MoveRequest request)
    {
        var now = request.Now.ToStoredGrain();
        var hasOwner = state is not (NumberState.Available or NumberState.Aging);
        var record = new NumberRecord
        {
            Number = number,
            State = state,
            StateSince = now,
            DueAt = request.Policy.DueAt(state, now),
            Carrier = options.Carrier,
            Account = hasOwner ? request.Target : null,
            // Stock of these carriers is kept for the account it was made for (design.md 11).
            StockAccount = !hasOwner && (options.Carrier == CarrierName.Managed || options.Carrier == CarrierName.Inum) ? request.Target : null,
            PortedIn = options.PortedIn,
            AuthorizedBy = request.Actor.Account?.ToString() ?? "system",
            Created = now,
            Modified = now,
        };
        return state == NumberState.Reserved && request.Target is { } holder ? NumberLifecycle.Push(record, holder) : record;
    }
}
