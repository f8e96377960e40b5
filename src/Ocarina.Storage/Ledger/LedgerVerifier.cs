using System.Data;
using System.Data.Common;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Ledger;

/// <summary>Walks over all numbers in order, a few hundred at a time, each stretch on one snapshot; nothing is kept in memory but the findings.</summary>
internal static class LedgerVerifier
{
    private const int StretchNumbers = 500;

    private const string NextNumbers =
        """
        SELECT number FROM (
          SELECT number FROM (SELECT number FROM numbers WHERE number > $1 ORDER BY number LIMIT $2) a
          UNION SELECT number FROM (SELECT DISTINCT number FROM number_events WHERE number > $1 ORDER BY number LIMIT $2) b
          UNION SELECT number FROM (SELECT number FROM number_tombstones WHERE number > $1 ORDER BY number LIMIT $2) c
        ) found ORDER BY number LIMIT $2
        """;

    private static readonly string Rows = $"SELECT {NumberColumns.Names} FROM numbers WHERE number > $1 AND number <= $2";
    private static readonly int RevisionColumn = NumberColumns.All.Select(column => column.Name).ToList().IndexOf("revision");
    private static readonly int HashColumn = NumberColumns.All.Select(column => column.Name).ToList().IndexOf("last_hash");

    private const string Tombstones = "SELECT number, revision, hash FROM number_tombstones WHERE number > $1 AND number <= $2";

    private const string Events =
        "SELECT number, revision, time, body, hash FROM number_events WHERE number > $1 AND number <= $2 ORDER BY number, revision";

    internal static async Task<LedgerReport> RunAsync(IDatabase database, IProgress<LedgerProgress>? progress, CancellationToken ct)
    {
        var findings = new LedgerFindings();
        string? after = "";
        while (after is not null)
        {
            ct.ThrowIfCancellationRequested();
            var from = after;
            after = await database.ReadAsync((session, token) => OnOneSnapshotAsync(session, view => StretchAsync(view, from, findings, token), token), ct);
            progress?.Report(new LedgerProgress(findings.Numbers, findings.Events));
        }

        return findings.ToReport();
    }

    // SQLite's reads have one snapshot anyway; PostgreSQL's would look anew with every statement and see changes half way.
    private static async Task<T> OnOneSnapshotAsync<T>(DbSession session, Func<DbSession, Task<T>> read, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.Sqlite) return await read(session);
        await using var transaction = await session.Connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return await read(new DbSession(session.Kind, session.Connection, transaction));
    }

    private static async Task<string?> StretchAsync(DbSession session, string after, LedgerFindings findings, CancellationToken ct)
    {
        List<string> numbers = [];
        await using (var reader = await session.Hot(NextNumbers, after, (long)StretchNumbers).ExecuteReaderAsync(ct))
            while (await reader.ReadAsync(ct)) numbers.Add(reader.GetString(0));
        if (numbers.Count == 0) return null;

        var last = numbers[^1];
        var rows = await ReadAsync(session, Rows, after, last, ReadRow, ct);
        var tombstones = await ReadAsync(session, Tombstones, after, last,
            reader => new StoredEnd(reader.GetInt64(1), NumberColumns.Hash(reader, 2), Columns: null), ct);

        await using var events = await session.Hot(Events, after, last).ExecuteReaderAsync(ct);
        var more = await events.ReadAsync(ct);
        foreach (var number in numbers)
        {
            var chain = new ChainCheck(number, findings);
            for (; more && events.GetString(0) == number; more = await events.ReadAsync(ct))
                chain.Follow(new StoredEvent(events.GetInt64(1), events.GetInt64(2), events.GetString(3), NumberColumns.Hash(events, 4)));
            chain.Finish(rows.GetValueOrDefault(number), tombstones.GetValueOrDefault(number));
        }

        return last;
    }

    private static StoredEnd ReadRow(DbDataReader reader)
    {
        var columns = new object?[NumberColumns.All.Length];
        for (var i = 0; i < columns.Length; i++) columns[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return new StoredEnd(reader.GetInt64(RevisionColumn), NumberColumns.Hash(reader, HashColumn), columns);
    }

    private static async Task<Dictionary<string, StoredEnd>> ReadAsync(
        DbSession session, string sql, string after, string last, Func<DbDataReader, StoredEnd> read, CancellationToken ct)
    {
        var found = new Dictionary<string, StoredEnd>(StringComparer.Ordinal);
        await using var reader = await session.Hot(sql, after, last).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) found[reader.GetString(0)] = read(reader);
        return found;
    }
}
