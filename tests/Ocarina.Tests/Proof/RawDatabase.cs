using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Ocarina.Storage.Sqlite;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Proof;

/// <summary>Looks at the tables past the server, with plain SQL that both engines understand.</summary>
internal static class RawDatabase
{
    /// <summary>Rows whose revision is not the count of their events, and events whose number has neither a row nor a stated end.</summary>
    public static async Task<IReadOnlyList<string>> MiscountedAsync(ServerProcess server)
    {
        await using var connection = await OpenAsync(server);
        var wrong = await connection.QueryAsync<string>(
            """
            SELECT k.number || ': revision ' || CAST(k.revision AS TEXT) || ', ' || CAST(COALESCE(e.events, 0) AS TEXT) || ' events'
            FROM (SELECT number, revision FROM numbers UNION ALL SELECT number, revision FROM number_tombstones) k
            LEFT JOIN (SELECT number, count(*) AS events FROM number_events GROUP BY number) e ON e.number = k.number
            WHERE COALESCE(e.events, 0) <> k.revision
            UNION ALL
            SELECT DISTINCT e.number || ': events without a number' FROM number_events e
            WHERE NOT EXISTS (SELECT 1 FROM numbers n WHERE n.number = e.number) AND NOT EXISTS (SELECT 1 FROM number_tombstones t WHERE t.number = e.number)
            """);
        return [.. wrong];
    }

    /// <summary>The numbers with these leading characters.</summary>
    public static async Task<Dictionary<string, RawNumber>> NumbersAsync(ServerProcess server, string prefix)
    {
        // All but times and hashes, which differ from one run to the next.
        const string sql =
            """
            SELECT number, state, account, revision,
              carrier || '|' || COALESCE(previous_account, '') || '|' || COALESCE(used_by, '') || '|' || COALESCE(stock_account, '')
              || '|' || CAST(held_at_carrier AS TEXT) || '|' || reserve_history || '|' || features || '|' || COALESCE(features_allowed, '')
              || '|' || COALESCE(features_denied, '') || '|' || carrier_data || '|' || public_fields || '|' || CAST(ported_in AS TEXT)
              || '|' || COALESCE(authorized_by, '') || '|' || COALESCE(region, '') || '|' || COALESCE(locality, '') AS rest
            FROM numbers WHERE number >= @from AND number < @beyond
            """;
        await using var connection = await OpenAsync(server);
        var rows = await connection.QueryAsync<(string Number, string State, string? Account, long Revision, string Remainder)>(sql, new { from = prefix, beyond = prefix + "~" });
        return rows.ToDictionary(row => row.Number, row => new RawNumber(row.State, row.Account, row.Revision, row.Remainder), StringComparer.Ordinal);
    }

    public static async Task<T?> ScalarAsync<T>(ServerProcess server, string sql)
    {
        await using var connection = await OpenAsync(server);
        return await connection.ExecuteScalarAsync<T>(sql);
    }

    public static async Task<DbConnection> OpenAsync(ServerProcess server)
    {
        if (server.IsSqlite) SqliteLibrary.Load(NullLogger.Instance); // the library that the product would take
        DbConnection connection = server.IsSqlite
            ? new SqliteConnection(server.ConnectionString + ";Pooling=False")
            : new NpgsqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}

/// <summary>One row as it lies in the table.</summary>
/// <param name="State">Its state.</param>
/// <param name="Account">Its owner.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Rest">Everything else but times and hashes.</param>
internal sealed record RawNumber(string State, string? Account, long Revision, string Rest);
