using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>The tree at one moment. Immutable: a change makes the next one and shares what stayed.</summary>
public sealed class AccountSnapshot : IAccountTree
{
    /// <summary>The tree before anything was read.</summary>
    internal static readonly AccountSnapshot Empty = new(
        0, default, ImmutableDictionary<AccountId, AccountEntry>.Empty, ImmutableDictionary<AccountId, ImmutableHashSet<AccountId>>.Empty,
        ImmutableDictionary<string, AccountId>.Empty, ImmutableDictionary<string, AccountId>.Empty);

    private readonly ImmutableDictionary<AccountId, AccountEntry> _accounts;
    private readonly ImmutableDictionary<AccountId, ImmutableHashSet<AccountId>> _children;
    private readonly ImmutableDictionary<string, AccountId> _names;
    private readonly ImmutableDictionary<string, AccountId> _realms;

    private AccountSnapshot(
        long version, AccountId master, ImmutableDictionary<AccountId, AccountEntry> accounts,
        ImmutableDictionary<AccountId, ImmutableHashSet<AccountId>> children,
        ImmutableDictionary<string, AccountId> names, ImmutableDictionary<string, AccountId> realms) =>
        (Version, Master, _accounts, _children, _names, _realms) = (version, master, accounts, children, names, realms);

    /// <summary>The value of versions(accounts) up to which this tree is complete.</summary>
    public long Version { get; }

    /// <inheritdoc/>
    public AccountId Master { get; }

    /// <summary>How many accounts live.</summary>
    public int Count => _accounts.Count;

    /// <inheritdoc/>
    public AccountNode? Find(AccountId id) => _accounts.GetValueOrDefault(id)?.Node;

    /// <summary>An account with what is asked for often.</summary>
    public AccountEntry? FindEntry(AccountId id) => _accounts.GetValueOrDefault(id);

    /// <summary>The account with a name, compared normalised.</summary>
    public AccountEntry? FindByName(string name) => _names.TryGetValue(AccountNames.KeyOf(name), out var id) ? _accounts[id] : null;

    /// <summary>The account with a realm, compared in lower case.</summary>
    public AccountEntry? FindByRealm(string realm) => _realms.TryGetValue(realm.Trim().ToLowerInvariant(), out var id) ? _accounts[id] : null;

    /// <summary>The accounts directly below, by name.</summary>
    public IReadOnlyList<AccountNode> ChildrenOf(AccountId id) => InOrder(Below(id).Select(child => _accounts[child].Node));

    /// <summary>All accounts below, by name.</summary>
    public IReadOnlyList<AccountNode> DescendantsOf(AccountId id) => InOrder(Under(id).Select(child => _accounts[child].Node));

    /// <summary>How many accounts are below.</summary>
    public int CountBelow(AccountId id) => Under(id).Count();

    /// <summary>Every live account.</summary>
    public IEnumerable<AccountEntry> All => _accounts.Values;

    internal AccountSnapshot With(IReadOnlyList<AccountRow> changed, long version)
    {
        if (changed.Count == 0) return new AccountSnapshot(version, Master, _accounts, _children, _names, _realms);

        var (accounts, names, realms) = (_accounts.ToBuilder(), _names.ToBuilder(), _realms.ToBuilder());
        var children = _children.ToBuilder();
        var master = Master;

        // All old places are cleared before new ones are taken: two accounts may have swapped a name.
        foreach (var row in changed)
        {
            var id = AccountId.FromStorage(row.Id);
            if (!accounts.TryGetValue(id, out var before)) continue;
            accounts.Remove(id);
            names.Remove(before.NameKey);
            realms.Remove(before.Realm);
            if (before.Parent is { } parent) children[parent] = children[parent].Remove(id);
        }

        foreach (var row in changed.Where(row => !row.Deleted))
        {
            var entry = AccountEntry.From(row);
            var id = entry.Node.Id;
            accounts[id] = entry;
            names[entry.NameKey] = id;
            realms[entry.Realm] = id;
            if (entry.Parent is { } parent) children[parent] = children.GetValueOrDefault(parent, []).Add(id);
            else master = id;
        }

        return new AccountSnapshot(version, master, accounts.ToImmutable(), children.ToImmutable(), names.ToImmutable(), realms.ToImmutable());
    }

    private ImmutableHashSet<AccountId> Below(AccountId id) => _children.GetValueOrDefault(id, []);

    private IEnumerable<AccountId> Under(AccountId id)
    {
        var open = new Stack<AccountId>(Below(id));
        while (open.TryPop(out var next))
        {
            yield return next;
            foreach (var child in Below(next)) open.Push(child);
        }
    }

    private static List<AccountNode> InOrder(IEnumerable<AccountNode> nodes) =>
        [.. nodes.OrderBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.Id.ToString(), StringComparer.Ordinal)];
}
