using Dapper;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Config;

/// <summary>A row of <c>config_documents</c>: what differs from the defaults, as ordered text.</summary>
public sealed class ConfigDocumentRow
{
    /// <summary><see cref="ConfigDocumentsTable.SystemScope"/>, or an account's id.</summary>
    public required string Scope { get; init; }

    /// <summary>Name of the document, such as <c>number_manager</c>.</summary>
    public required string Id { get; init; }

    /// <summary>JSON text; secrets inside are encrypted.</summary>
    public required string Document { get; init; }

    /// <summary>Counts writes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long Modified { get; init; }
}

/// <summary>The statements on <c>config_documents</c>. Writers bump versions(configuration) first.</summary>
public static class ConfigDocumentsTable
{
    /// <summary>Scope of the system's own documents.</summary>
    public const string SystemScope = "system";

    private const string Columns = "scope AS Scope, id AS Id, document AS Document, revision AS Revision, modified AS Modified";

    /// <summary>All documents of all scopes.</summary>
    public static async Task<IReadOnlyList<ConfigDocumentRow>> AllAsync(DbSession session, CancellationToken ct) =>
        (await session.Connection.QueryAsync<ConfigDocumentRow>(session.Command($"SELECT {Columns} FROM config_documents", null, ct))).AsList();

    /// <summary>One document.</summary>
    public static Task<ConfigDocumentRow?> FindAsync(DbSession session, string scope, string id, CancellationToken ct) =>
        session.Connection.QuerySingleOrDefaultAsync<ConfigDocumentRow>(session.Command(
            $"SELECT {Columns} FROM config_documents WHERE scope = @scope AND id = @id", new { scope, id }, ct));

    /// <summary>Writes a document over the revision that was read (0: there was none).</summary>
    /// <returns><see langword="false"/> when another write came between.</returns>
    public static async Task<bool> SaveAsync(DbSession session, ConfigDocumentRow row, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command(
            row.Revision == 1
                ? "INSERT INTO config_documents (scope, id, document, revision, modified) VALUES (@Scope, @Id, @Document, 1, @Modified) ON CONFLICT DO NOTHING"
                : "UPDATE config_documents SET document = @Document, revision = @Revision, modified = @Modified WHERE scope = @Scope AND id = @Id AND revision = @Revision - 1",
            row, ct)) == 1;

    /// <summary>Erases a document of a known revision.</summary>
    /// <returns><see langword="false"/> when another write came between.</returns>
    public static async Task<bool> DeleteAsync(DbSession session, string scope, string id, long revision, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command(
            "DELETE FROM config_documents WHERE scope = @scope AND id = @id AND revision = @revision", new { scope, id, revision }, ct)) == 1;

    /// <summary>Erases all documents of an account.</summary>
    public static Task DeleteScopeAsync(DbSession session, string scope, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command("DELETE FROM config_documents WHERE scope = @scope", new { scope }, ct));

    /// <summary>Lists a document that was read: an empty difference, unless one is stored.</summary>
    public static Task<bool> MaterialiseAsync(DbSession session, string id, long modified, CancellationToken ct) =>
        MaterialiseAsync(session, id, """{"default":{}}""", modified, ct);

    /// <summary>Adds a document of the system, unless one is stored.</summary>
    /// <returns>True when it was added.</returns>
    public static async Task<bool> MaterialiseAsync(DbSession session, string id, string document, long modified, CancellationToken ct) =>
        await session.Connection.ExecuteAsync(session.Command("""
            INSERT INTO config_documents (scope, id, document, revision, modified) VALUES ('system', @id, @document, 1, @modified)
            ON CONFLICT DO NOTHING
            """, new { id, document, modified }, ct)) == 1;
}
