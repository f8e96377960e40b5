using Dapper;

namespace Ocarina.Storage.Accounts;

/// <summary>The statements on <c>users</c>. Writers bump versions(tokens) first.</summary>
public static class UsersTable
{
    private const string Columns = """
        id AS Id, account_id AS AccountId, username AS Username, priv_level AS PrivLevel, enabled AS Enabled, document AS Document,
        md5_lookup AS Md5Lookup, md5_hash AS Md5Hash, sha_lookup AS ShaLookup, sha_hash AS ShaHash, stamp AS Stamp,
        created AS Created, modified AS Modified, revision AS Revision, version AS Version, deleted AS Deleted
        """;

    /// <summary>The users of an account, by log-in name.</summary>
    public static async Task<IReadOnlyList<UserRow>> OfAccountAsync(DbSession session, string account, CancellationToken ct) =>
        (await session.Connection.QueryAsync<UserRow>(session.Command(
            $"SELECT {Columns} FROM users WHERE account_id = @account AND deleted = 0 ORDER BY username, id", new { account }, ct))).AsList();

    /// <summary>One user that is not deleted.</summary>
    public static Task<UserRow?> FindAsync(DbSession session, string account, string id, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<UserRow>(session.Command(
            $"SELECT {Columns} FROM users WHERE id = @id AND account_id = @account AND deleted = 0", new { id, account }, ct));

    /// <summary>The users of an account who may own a wire credential; nearly always none or one.</summary>
    public static async Task<IReadOnlyList<UserRow>> CandidatesAsync(DbSession session, string account, bool sha, long lookup, CancellationToken ct) =>
        (await session.Connection.QueryAsync<UserRow>(session.Command(
            $"SELECT {Columns} FROM users WHERE account_id = @account AND {(sha ? "sha_lookup" : "md5_lookup")} = @lookup AND deleted = 0",
            new { account, lookup }, ct))).AsList();

    /// <summary>Whether another user of the account has a log-in name.</summary>
    public static async Task<bool> TakenAsync(DbSession session, string account, string username, string exceptId, CancellationToken ct) =>
        await session.Connection.ExecuteScalarAsync<long>(session.Command(
            "SELECT count(*) FROM users WHERE account_id = @account AND username = @username AND id <> @exceptId AND deleted = 0",
            new { account, username, exceptId }, ct)) > 0;

    /// <summary>Adds a user.</summary>
    /// <returns><see langword="false"/> when the id or the log-in name is taken.</returns>
    public static async Task<bool> InsertAsync(DbSession session, UserRow row, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            INSERT INTO users (id, account_id, username, priv_level, enabled, document, md5_lookup, md5_hash, sha_lookup, sha_hash, stamp,
                               created, modified, revision, version, deleted)
            VALUES (@Id, @AccountId, @Username, @PrivLevel, @Enabled, @Document, @Md5Lookup, @Md5Hash, @ShaLookup, @ShaHash, @Stamp,
                    @Created, @Modified, @Revision, @Version, 0)
            ON CONFLICT DO NOTHING
            """, Parameters(row), ct)) == 1;

    /// <summary>Writes a user.</summary>
    /// <returns><see langword="false"/> when the stored revision is not the one before <paramref name="row"/>'s.</returns>
    public static async Task<bool> UpdateAsync(DbSession session, UserRow row, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            UPDATE users SET username = @Username, priv_level = @PrivLevel, enabled = @Enabled, document = @Document, md5_lookup = @Md5Lookup,
                   md5_hash = @Md5Hash, sha_lookup = @ShaLookup, sha_hash = @ShaHash, stamp = @Stamp, modified = @Modified,
                   revision = @Revision, version = @Version, deleted = @Deleted
            WHERE id = @Id AND revision = @Revision - 1 AND deleted = 0
            """, Parameters(row), ct)) == 1;

    /// <summary>Marks all users of an account deleted and forgets their credentials.</summary>
    public static Task DeleteAllAsync(DbSession session, string account, long modified, long version, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command("""
            UPDATE users SET deleted = 1, md5_lookup = NULL, md5_hash = NULL, sha_lookup = NULL, sha_hash = NULL,
                   modified = @modified, revision = revision + 1, version = @version
            WHERE account_id = @account AND deleted = 0
            """, new { account, modified, version }, ct));

    /// <summary>Stamps of all users written after a version; those who may not act any more are not alive.</summary>
    public static async Task<IReadOnlyList<StampRow>> StampsSinceAsync(DbSession session, long version, CancellationToken ct) =>
        (await session.Connection.QueryAsync<StampRow>(session.Command("""
            SELECT id AS Id, account_id AS AccountId, stamp AS Stamp, CASE WHEN deleted = 0 AND enabled = 1 THEN 1 ELSE 0 END AS Alive
            FROM users WHERE version > @version
            """, new { version }, ct))).AsList();

    private static object Parameters(UserRow row) => new
    {
        row.Id, row.AccountId, row.Username, row.PrivLevel, Enabled = Flag.Of(row.Enabled), row.Document, row.Md5Lookup, row.Md5Hash,
        row.ShaLookup, row.ShaHash, row.Stamp, row.Created, row.Modified, row.Revision, row.Version, Deleted = Flag.Of(row.Deleted),
    };
}
