using System.Collections.Immutable;

namespace Ocarina.Core.Accounts;

/// <summary>What the number rules must know of an account: its place in the tree and its flags (numbers.md 6.2, last paragraph).</summary>
/// <param name="Id">The account.</param>
/// <param name="Ancestors">All accounts above it, the master account first; empty for the master account itself.</param>
/// <param name="Name">The name people know it by.</param>
/// <param name="IsReseller">True when it sells to the accounts below it. The master account always counts as one.</param>
/// <param name="IsSuperDuper">True for the account whose admins act on everything.</param>
/// <param name="AllowAdditions">True when it may create numbers (<c>wnm_allow_additions</c>).</param>
/// <param name="Enabled">False when it is switched off: it gets no calls and no log-in.</param>
public sealed record AccountNode(
    AccountId Id, ImmutableArray<AccountId> Ancestors, string Name, bool IsReseller, bool IsSuperDuper, bool AllowAdditions, bool Enabled);

/// <summary>The tree of accounts as it stands now. Answers come from memory.</summary>
public interface IAccountTree
{
    /// <summary>The root of the tree.</summary>
    AccountId Master { get; }

    /// <summary>An account that exists and is not deleted; otherwise <see langword="null"/>.</summary>
    AccountNode? Find(AccountId id);
}

/// <summary>Relations over the tree (numbers.md 6.1).</summary>
public static class AccountTreeRelations
{
    /// <summary>True when the actor is the system or an account flagged as super-duper admin.</summary>
    public static bool IsAdmin(this IAccountTree tree, Actor actor) =>
        actor.Account is not { } account || tree.Find(account) is { IsSuperDuper: true };

    /// <summary>True when <paramref name="upper"/> is <paramref name="lower"/> or one of its ancestors.</summary>
    public static bool IsAbove(this IAccountTree tree, AccountId upper, AccountId lower) =>
        upper == lower || (tree.Find(lower)?.Ancestors.Contains(upper) ?? false);

    /// <summary>True when the actor sells to the account, or stands above who does.</summary>
    public static bool MaySell(this IAccountTree tree, Actor actor, AccountId account) =>
        tree.IsAdmin(actor) || (actor.Account is { } seller && seller != account && tree.IsAbove(seller, tree.ResellerOf(account)));

    /// <summary>The nearest ancestor that is a reseller, else the master account (`http-api.md` 1.6). The master account's reseller is itself.</summary>
    public static AccountId ResellerOf(this IAccountTree tree, AccountId account)
    {
        var ancestors = tree.Find(account)?.Ancestors ?? [];
        for (var i = ancestors.Length - 1; i >= 0; i--)
            if (tree.Find(ancestors[i]) is { IsReseller: true }) return ancestors[i];
        return tree.Master;
    }
}
