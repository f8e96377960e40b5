using Ocarina.Core.Accounts;

namespace Ocarina.Core.Lifecycle;

/// <summary>Who may act on whose number (numbers.md 6.1).</summary>
public static class NumberAuthority
{
    /// <summary>The rule <c>is_authorized</c>: the owner or an account above it; for a number without owner, who stands above the target.</summary>
    public static bool IsAuthorized(MoveRequest request, AccountId? owner)
    {
        if (request.Actor.Account is not { } actor || request.Tree.IsAdmin(request.Actor)) return true;
        return (owner, request.Target) switch
        {
            ({ } o, _) => request.Tree.IsAbove(actor, o) && MayTarget(request),
            (null, { } target) => request.Tree.IsAbove(actor, target),
            _ => false,
        };
    }

    /// <summary>The strict check of the target: nobody pushes a number into an account that he does not stand above.</summary>
    public static bool MayTarget(MoveRequest request) =>
        !request.Policy.StrictTargetCheck
        || request.Target is not { } target
        || request.Actor.Account is not { } actor
        || request.Tree.IsAdmin(request.Actor)
        || request.Tree.IsAbove(actor, target);

    /// <summary>The rule <c>is_reserved_from_parent</c>: the holder stands above the actor, or is it.</summary>
    public static bool IsReservedFromParent(MoveRequest request, NumberRecord number) =>
        number is { State: NumberState.Reserved, Account: { } holder }
        && request.Actor.Account is { } actor
        && request.Tree.IsAbove(holder, actor)
        && MayTarget(request);

    /// <summary>A number in quarantine goes back to its previous owner and to nobody else, whoever acts (design.md 2, promise 5).</summary>
    public static bool IsPreviousOwner(MoveRequest request, NumberRecord number) =>
        number.PreviousAccount is { } previous
        && request.Target == previous
        && (request.Policy.AgingGrace is not { } grace || request.Now - number.StateSince <= grace)
        && MayTarget(request);

    /// <summary>Stock that is kept for an account is for it and the accounts below it.</summary>
    public static bool MayTakeStock(MoveRequest request, NumberRecord number) =>
        number.StockAccount is not { } kept || (request.Target is { } target && request.Tree.IsAbove(kept, target));

    /// <summary>What a path shows, changes and releases (`http-api.md` 2.1): its account's numbers and those of the accounts below it.</summary>
    /// <param name="tree">The accounts.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="path">The account in the path.</param>
    /// <param name="number">The number asked for.</param>
    public static bool IsReachable(IAccountTree tree, Actor actor, AccountId path, NumberRecord number) =>
        number.Account is { } owner
            ? tree.IsAbove(path, owner)
            : tree.IsAdmin(actor) && (actor.IsSystem || actor.Account == path);

    /// <summary>What a path may read: what it reaches, and whatever is for sale to it.</summary>
    public static bool IsReadable(IAccountTree tree, Actor actor, AccountId path, NumberRecord number) =>
        IsReachable(tree, actor, path, number)
        || (number.State == NumberState.Available && (number.StockAccount is not { } kept || tree.IsAbove(kept, path)));
}
