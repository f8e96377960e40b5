using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>A row of the listings of `http-api.md` 7.2.</summary>
/// <param name="Node">The account.</param>
/// <param name="Realm">Its realm.</param>
/// <param name="DescendantsCount">How many accounts are below.</param>
public sealed record AccountSummary(AccountNode Node, string Realm, int DescendantsCount)
{
    /// <summary>The row of children, descendants and siblings.</summary>
    public JsonObject ToJson()
    {
        var row = new JsonObject
        {
            ["id"] = Node.Id.ToString(), ["name"] = Node.Name, ["realm"] = Realm, ["descendants_count"] = DescendantsCount,
        };
        if (Node.IsReseller) row["flags"] = new JsonArray("reseller");
        row["tree"] = new JsonArray([.. Node.Ancestors.Select(ancestor => (JsonNode)ancestor.ToString())]);
        return row;
    }
}

/// <content>The tree: listings, moves, and the flags that go with a place.</content>
public sealed partial class AccountsOperation
{
    /// <summary>The accounts directly below, by name.</summary>
    public IReadOnlyList<AccountSummary> ChildrenOf(AccountId id) => List(Accounts.Snapshot, tree => tree.ChildrenOf(id));

    /// <summary>All accounts below, by name.</summary>
    public IReadOnlyList<AccountSummary> DescendantsOf(AccountId id) => List(Accounts.Snapshot, tree => tree.DescendantsOf(id));

    /// <summary>The accounts beside an account, itself left out, by name. The master account has none.</summary>
    public IReadOnlyList<AccountSummary> SiblingsOf(AccountId id) =>
        List(Accounts.Snapshot, tree => tree.FindEntry(id)?.Parent is { } parent ? tree.ChildrenOf(parent).Where(node => node.Id != id) : []);

    /// <summary>The accounts above, the master account first. Also the answer to <c>tree</c>.</summary>
    public IReadOnlyList<AccountNode> ParentsOf(AccountId id)
    {
        var tree = Accounts.Snapshot;
        return [.. (tree.Find(id)?.Ancestors ?? []).Select(tree.Find).OfType<AccountNode>()];
    }

    /// <summary>Hangs an account, with all that is below it, under another. Super-duper admins only.</summary>
    public async Task<AccountOutcome> MoveAsync(Actor actor, AccountId id, string? to, CancellationToken ct)
    {
        if (!Accounts.IsAdmin(actor)) return new AccountOutcome.Forbidden();
        if (id == Accounts.Master) return new AccountOutcome.IsMaster();
        if (to is null) return Refuse("required", "Field is required but missing", null);
        if (!AccountId.TryParse(to, out var target)) return Refuse("not_found", "Account does not exist", to);

        return await WriteAsync(
            async (session, version, token) =>
            {
                if (await AccountsTable.FindAsync(session, id.ToString(), token) is not { } account) return new Written.Missing(id.ToString());
                if (await AccountsTable.FindAsync(session, target.ToString(), token) is not { } parent)
                    return new Written.Refused(Refuse("not_found", "Account does not exist", to));
                if (parent.Path.StartsWith(account.Path, StringComparison.Ordinal))
                    return new Written.Refused(Refuse("invalid", "An account cannot be moved below itself", to));

                await RulesChangedAsync(session, token); // another reseller's rules may apply from now on
                await AccountsTable.MoveAsync(session, account, parent, Math.Max(Now(), account.Modified), version, token);
                return (await AccountsTable.FindAsync(session, id.ToString(), token)) is { } moved ? new Written.Saved(moved) : new Written.Missing(id.ToString());
            },
            ct);

        static AccountOutcome.Invalid Refuse(string kind, string message, string? value) =>
            new([new ConfigProblem("to", kind, message, Value: value)]);
    }

    /// <summary>Makes an account a reseller, or no longer one. Super-duper admins only; the master account always is one.</summary>
    public Task<AccountOutcome> SetResellerAsync(Actor actor, AccountId id, bool isReseller, CancellationToken ct) =>
        id == Accounts.Master && !isReseller && Accounts.IsAdmin(actor)
            ? Task.FromResult<AccountOutcome>(new AccountOutcome.IsMaster())
            : FlagAsync(actor, id, row => row with { IsReseller = isReseller }, changesRules: true, ct);

    /// <summary>Makes an account's admins act on everything, or no longer. Super-duper admins only; the master account keeps it.</summary>
    public Task<AccountOutcome> SetSuperDuperAsync(Actor actor, AccountId id, bool isSuperDuper, CancellationToken ct) =>
        id == Accounts.Master && !isSuperDuper && Accounts.IsAdmin(actor)
            ? Task.FromResult<AccountOutcome>(new AccountOutcome.IsMaster())
            : FlagAsync(actor, id, row => row with { SuperduperAdmin = isSuperDuper }, changesRules: false, ct);

    private async Task<AccountOutcome> FlagAsync(Actor actor, AccountId id, Func<AccountRow, AccountRow> change, bool changesRules, CancellationToken ct)
    {
        if (!Accounts.IsAdmin(actor)) return new AccountOutcome.Forbidden();

        return await WriteAsync(
            async (session, version, token) =>
            {
                if (await AccountsTable.FindAsync(session, id.ToString(), token) is not { } before) return new Written.Missing(id.ToString());
                if (change(before) == before) return new Written.Saved(before);

                if (changesRules) await RulesChangedAsync(session, token);
                var row = change(before) with { Modified = Math.Max(Now(), before.Modified), Revision = before.Revision + 1, Version = version };
                return await AccountsTable.UpdateAsync(session, row, token) ? new Written.Saved(row) : new Written.Missing(id.ToString());
            },
            ct);
    }

    private static List<AccountSummary> List(AccountSnapshot tree, Func<AccountSnapshot, IEnumerable<AccountNode>> select) =>
        [.. select(tree).Select(node => new AccountSummary(node, tree.FindEntry(node.Id)?.Realm ?? "", tree.CountBelow(node.Id)))];
}
