using Dapper;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Config;

/// <summary>A row of <c>secret_keys</c>: a key of the server, wrapped by the master key.</summary>
public sealed class SecretKeyRow
{
    /// <summary>Id of the key; the <c>kid</c> of tokens.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for; one key each.</summary>
    public required string Purpose { get; init; }

    /// <summary>The wrapped key.</summary>
    public required string Wrapped { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long Created { get; init; }
}

/// <summary>The statements on <c>secret_keys</c>.</summary>
public static class SecretKeysTable
{
    /// <summary>All keys.</summary>
    public static async Task<IReadOnlyList<SecretKeyRow>> AllAsync(DbSession session, CancellationToken ct) =>
        (await session.Connection.QueryAsync<SecretKeyRow>(session.Command(
            "SELECT id AS Id, purpose AS Purpose, wrapped AS Wrapped, created AS Created FROM secret_keys", null, ct))).AsList();

    /// <summary>Adds keys; one that another process added first stays.</summary>
    public static Task AddAsync(DbSession session, IReadOnlyList<SecretKeyRow> rows, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command(
            "INSERT INTO secret_keys (id, purpose, wrapped, created) VALUES (@Id, @Purpose, @Wrapped, @Created) ON CONFLICT DO NOTHING", rows, ct));
}

/// <summary>The statements on <c>data_protection_keys</c>: the ring, one XML element a row, in order of arrival.</summary>
public static class DataProtectionTable
{
    /// <summary>All elements.</summary>
    public static async Task<IReadOnlyList<string>> AllAsync(DbSession session, CancellationToken ct) =>
        (await session.Connection.QueryAsync<string>(session.Command(
            "SELECT xml FROM data_protection_keys ORDER BY position", null, ct))).AsList();

    /// <summary>Adds an element at a position; where another process was faster, nothing is added and its element counts.</summary>
    public static Task AddAsync(DbSession session, int position, string name, string xml, CancellationToken ct) =>
        session.Connection.ExecuteAsync(session.Command(
            "INSERT INTO data_protection_keys (position, name, xml) VALUES (@position, @name, @xml) ON CONFLICT DO NOTHING",
            new { position, name, xml }, ct));
}
