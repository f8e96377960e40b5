using Dapper;

namespace Ocarina.Storage.Accounts;

/// <summary>The statements on <c>accounts</c>. Writers bump versions(accounts) first, which puts them in one row on PostgreSQL too.</summary>
public static class AccountsTable
{
    private const string Columns = """
        id AS Id, parent_id AS ParentId, path AS Path, name AS Name, name_key AS NameKey, realm AS Realm, is_reseller AS IsReseller,
        superduper_admin AS SuperduperAdmin, allow_additions AS AllowAdditions, enabled AS Enabled, document AS Document,
        created AS Created, modified AS Modified, revision AS Revision, version AS Version, deleted AS Deleted
        """;

    /// <summary>All rows written after a version, deleted ones among them.</summary>
    public static async Task<IReadOnlyList<AccountRow>> ChangedSinceAsync(DbSession session, long version, CancellationToken ct) =>
        (await session.Connection.QueryAsync<AccountRow>(session.Command(
            $"SELECT {Columns} FROM accounts WHERE version > @version", new { version }, ct))).AsList();

    /// <summary>One account that is not deleted.</summary>
    public static Task<AccountRow?> FindAsync(DbSession session, string id, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<AccountRow>(session.Command(
            $"SELECT {Columns} FROM accounts WHERE id = @id AND deleted = 0", new { id }, ct));

    /// <summary>The root of the tree, when there is one.</summary>
    public static Task<AccountRow?> FindMasterAsync(DbSession session, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<AccountRow>(session.Command(
            $"SELECT {Columns} FROM accounts WHERE parent_id IS NULL", null, ct));

    /// <summary>Which of a name and a realm another live account has.</summary>
    public static async Task<(bool Name, bool Realm)> TakenAsync(DbSession session, string nameKey, string realm, string exceptId, CancellationToken ct)
    {
        var rows = await session.Connection.QueryAsync<AccountRow>(session.Command(
            $"SELECT {Columns} FROM accounts WHERE deleted = 0 AND id <> @exceptId AND (name_key = @nameKey OR realm = @realm)",
            new { nameKey, realm, exceptId }, ct));
        var (name, realmTaken) = (false, false);
        foreach (var row in rows) (name, realmTaken) = (name || row.NameKey == nameKey, realmTaken || row.Realm == realm);
        return (name, realmTaken);
    }

    /// <summary>Adds an account.</summary>
    /// <returns><see langword="false"/> when its id, name or realm is taken, or it would be a second master account.</returns>
    public static async Task<bool> InsertAsync(DbSession session, AccountRow row, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            INSERT INTO accounts (id, parent_id, path, name, name_key, realm, is_reseller, superduper_admin, allow_additions, enabled,
                                  document, created, modified, revision, version, deleted)
            VALUES (@Id, @ParentId, @Path, @Name, @NameKey, @Realm, @IsReseller, @SuperduperAdmin, @AllowAdditions, @Enabled,
                    @Document, @Created, @Modified, @Revision, @Version, 0)
            ON CONFLICT DO NOTHING
            """, Parameters(row), ct)) == 1;

    /// <summary>Writes an account's members and flags; place, creation time and id stay.</summary>
    /// <returns><see langword="false"/> when the stored revision is not the one before <paramref name="row"/>'s.</returns>
    public static async Task<bool> UpdateAsync(DbSession session, AccountRow row, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            UPDATE accounts SET name = @Name, name_key = @NameKey, realm = @Realm, is_reseller = @IsReseller, superduper_admin = @SuperduperAdmin,
                   allow_additions = @AllowAdditions, enabled = @Enabled, document = @Document, modified = @Modified, revision = @Revision,
                   version = @Version, deleted = @Deleted
            WHERE id = @Id AND revision = @Revision - 1 AND deleted = 0
            """, Parameters(row), ct)) == 1;

    /// <summary>Hangs an account, and all that is below it, under another.</summary>
    public static Task MoveAsync(DbSession session, AccountRow account, AccountRow parent, long modified, long version, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command("""
            UPDATE accounts SET path = @head || substr(path, @cut), version = @version,
                   parent_id = CASE WHEN id = @id THEN @parentId ELSE parent_id END,
                   revision = CASE WHEN id = @id THEN revision + 1 ELSE revision END,
                   modified = CASE WHEN id = @id THEN @modified ELSE modified END
            WHERE path >= @from AND path < @to
            """,
            new
            {
                head = parent.Path,
                cut = account.Path.Length - account.Id.Length, // keeps "{id}/…"
                id = account.Id,
                parentId = parent.Id,
                modified,
                version,
                from = account.Path,
                to = EndOf(account.Path),
            }, ct));

    /// <summary>True when a live account hangs directly below.</summary>
    public static async Task<bool> HasChildrenAsync(DbSession session, string path, CancellationToken ct) =>
        await session.Connection.ExecuteScalarAsync<long>(session.Command(
            "SELECT count(*) FROM accounts WHERE path > @from AND path < @to AND deleted = 0", new { from = path, to = EndOf(path) }, ct)) > 0;

    /// <summary>How many numbers an account owns.</summary>
    public static Task<long> NumbersOwnedAsync(DbSession session, string id, CancellationToken ct) =>
        session.Connection.ExecuteScalarAsync<long>(session.Command("SELECT count(*) FROM numbers WHERE account = @id", new { id }, ct));

    /// <summary>The first text after all paths that begin with <paramref name="path"/>: its last slash becomes the next character.</summary>
    public static string EndOf(string path) => string.Concat(path.AsSpan(0, path.Length - 1), "0");

    private static object Parameters(AccountRow row) => new
    {
        row.Id, row.ParentId, row.Path, row.Name, row.NameKey, row.Realm,
        IsReseller = Flag.Of(row.IsReseller), SuperduperAdmin = Flag.Of(row.SuperduperAdmin),
        AllowAdditions = Flag.Of(row.AllowAdditions), Enabled = Flag.Of(row.Enabled), Deleted = Flag.Of(row.Deleted),
        row.Document, row.Created, row.Modified, row.Revision, row.Version,
    };
}
