using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>The tree of accounts in memory. Reads one snapshot; a refresh reads what was written since and swaps in the next.</summary>
/// <remarks>Safe to share between threads. Where several questions must agree, ask one <see cref="Snapshot"/>.</remarks>
public sealed class AccountDirectory(IDatabase database) : IAccountTree, IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile AccountSnapshot _snapshot = AccountSnapshot.Empty;

    /// <summary>The tree as it stands now.</summary>
    public AccountSnapshot Snapshot => _snapshot;

    /// <inheritdoc/>
    public AccountId Master => _snapshot.Master;

    /// <inheritdoc/>
    public AccountNode? Find(AccountId id) => _snapshot.Find(id);

    /// <summary>The accounts directly below, by name.</summary>
    public IReadOnlyList<AccountNode> ChildrenOf(AccountId id) => _snapshot.ChildrenOf(id);

    /// <summary>All accounts below, by name.</summary>
    public IReadOnlyList<AccountNode> DescendantsOf(AccountId id) => _snapshot.DescendantsOf(id);

    /// <summary>The account with a name, compared normalised.</summary>
    public AccountEntry? FindByName(string name) => _snapshot.FindByName(name);

    /// <summary>The account with a realm.</summary>
    public AccountEntry? FindByRealm(string realm) => _snapshot.FindByRealm(realm);

    /// <summary>Obeys all writes that were committed before the call.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _refreshing.WaitAsync(ct);
        try
        {
            var before = _snapshot;
            _snapshot = await database.ReadAsync(
                async (session, token) =>
                {
                    // The version first: a row committed in between is read now and once more the next time, never missed.
                    var version = (await Versions.ReadAsync(session, token))[VersionKinds.Accounts];
                    if (version == before.Version) return before;
                    return before.With(await AccountsTable.ChangedSinceAsync(session, before.Version, token), version);
                },
                ct);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Releases the gate of refreshes.</summary>
    public void Dispose() => _refreshing.Dispose();
}
