using Dapper;

namespace Ocarina.Storage.Accounts;

/// <summary>The statements on <c>api_keys</c>. Writers bump versions(tokens) first.</summary>
public static class ApiKeysTable
{
    private const string Columns =
        "account_id AS AccountId, lookup AS Lookup, protected AS Protected, stamp AS Stamp, created AS Created, version AS Version";

    /// <summary>The key of an account.</summary>
    public static Task<ApiKeyRow?> OfAccountAsync(DbSession session, string account, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<ApiKeyRow>(session.Command(
            $"SELECT {Columns} FROM api_keys WHERE account_id = @account", new { account }, ct));

    /// <summary>The key with an HMAC.</summary>
    public static Task<ApiKeyRow?> FindAsync(DbSession session, string lookup, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<ApiKeyRow>(session.Command(
            $"SELECT {Columns} FROM api_keys WHERE lookup = @lookup", new { lookup }, ct));

    /// <summary>Gives an account a key in place of the one it has.</summary>
    public static Task SaveAsync(DbSession session, ApiKeyRow row, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command("""
            INSERT INTO api_keys (account_id, lookup, protected, stamp, created, version)
            VALUES (@AccountId, @Lookup, @Protected, @Stamp, @Created, @Version)
            ON CONFLICT (account_id) DO UPDATE SET lookup = excluded.lookup, protected = excluded.protected, stamp = excluded.stamp,
                        created = excluded.created, version = excluded.version
            """, row, ct));

    /// <summary>Forgets an account's key.</summary>
    public static Task DeleteAsync(DbSession session, string account, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command("DELETE FROM api_keys WHERE account_id = @account", new { account }, ct));

    /// <summary>Stamps of all keys written after a version.</summary>
    public static async Task<IReadOnlyList<StampRow>> StampsSinceAsync(DbSession session, long version, CancellationToken ct) =>
        (await session.Connection.QueryAsync<StampRow>(session.Command(
            "SELECT account_id AS Id, account_id AS AccountId, stamp AS Stamp, 1 AS Alive FROM api_keys WHERE version > @version",
            new { version }, ct))).AsList();
}

/// <summary>The statements on <c>revoked_tokens</c>. Writers bump versions(tokens) first.</summary>
public static class RevokedTokensTable
{
    /// <summary>Keeps a token's id until the token expires, and forgets those that have expired.</summary>
    public static async Task AddAsync(DbSession session, string jti, long expires, long now, CancellationToken ct)
    {
        await session.Connection.ExecuteAsync(session.Command("DELETE FROM revoked_tokens WHERE expires < @now", new { now }, ct));
        await session.Connection.ExecuteAsync(session.Command(
            "INSERT INTO revoked_tokens (jti, expires) VALUES (@jti, @expires) ON CONFLICT DO NOTHING", new { jti, expires }, ct));
    }

    /// <summary>All that have not expired.</summary>
    public static async Task<IReadOnlyList<string>> AliveAsync(DbSession session, long now, CancellationToken ct) =>
        (await session.Connection.QueryAsync<string>(session.Command(
            "SELECT jti FROM revoked_tokens WHERE expires >= @now", new { now }, ct))).AsList();
}
