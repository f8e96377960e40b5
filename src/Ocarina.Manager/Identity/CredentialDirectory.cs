using System.Collections.Frozen;
using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Storage.Accounts;

namespace Ocarina.Manager.Identity;

/// <summary>What tokens depend on, in memory: stamps of credentials, and tokens that were logged out.</summary>
/// <remarks>So a request with a token asks no database. Refreshed by versions(tokens).</remarks>
public sealed class CredentialDirectory(IDatabase database, TimeProvider clock) : IDisposable
{
    private sealed record State(
        long Version, ImmutableDictionary<string, StampRow> Users, ImmutableDictionary<string, StampRow> Keys, FrozenSet<string> Ended);

    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile State _state = new(0, ImmutableDictionary<string, StampRow>.Empty, ImmutableDictionary<string, StampRow>.Empty, []);

    /// <summary>Stamp of a user who may act; <see langword="null"/> when unknown, of another account, erased or switched off.</summary>
    public string? StampOfUser(AccountId account, string user) => Alive(_state.Users, account, user);

    /// <summary>Stamp of an account's API key; <see langword="null"/> when it has none.</summary>
    public string? StampOfKey(AccountId account) => Alive(_state.Keys, account, account.ToString());

    /// <summary>True when a token was logged out.</summary>
    public bool HasEnded(string jti) => _state.Ended.Contains(jti);

    /// <summary>Obeys all writes that were committed before the call.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _refreshing.WaitAsync(ct);
        try
        {
            var before = _state;
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            _state = await database.ReadAsync(
                async (session, token) =>
                {
                    // The version first: what is committed in between is read twice, never missed.
                    var version = (await Versions.ReadAsync(session, token))[VersionKinds.Tokens];
                    if (version == before.Version) return before;

                    var users = await UsersTable.StampsSinceAsync(session, before.Version, token);
                    var keys = await ApiKeysTable.StampsSinceAsync(session, before.Version, token);
                    var ended = await RevokedTokensTable.AliveAsync(session, now, token);
                    return new State(version, With(before.Users, users), With(before.Keys, keys), ended.ToFrozenSet(StringComparer.Ordinal));
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

    private static string? Alive(ImmutableDictionary<string, StampRow> stamps, AccountId account, string id) =>
        stamps.TryGetValue(id, out var row) && row.Alive && row.AccountId == account.ToString() ? row.Stamp : null;

    private static ImmutableDictionary<string, StampRow> With(ImmutableDictionary<string, StampRow> before, IReadOnlyList<StampRow> changed)
    {
        if (changed.Count == 0) return before;
        var next = before.ToBuilder();
        foreach (var row in changed)
        {
            if (row.Alive) next[row.Id] = row;
            else next.Remove(row.Id);
        }
        return next.ToImmutable();
    }
}
