using System.Data.Common;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Core.Stock;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Queries;

/// <summary>Finds free rows for one claim, inside its transaction.</summary>
internal sealed class StockClaim(DbSession session, StockQuery query, PrefixRange range, Func<NumberRecord, NumberChange?> decide)
{
    // Rows that the decision passes over are looked past, this many times a source; the step doubles each time.
    private const int RoundsMax = 8;

    // Each round of the second look ends only because somebody else took a row meanwhile; the bound is for stock that is refilled all the time.
    private const int SecondLooksMax = 1000;

    /// <summary>Checks the rules, then finds and locks.</summary>
    internal async Task<List<NumberChange>> FindAsync(long? rulesVersion, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.Sqlite)
        {
            await Versions.CheckRulesAsync(session, rulesVersion, ct);
            return await LookAsync(firstRows: null, ct);
        }

        // What the first look locks is given back when it is too little: nobody may hold rows while he waits for others.
        var changes = await LookAsync(await BeginAsync(rulesVersion, ct), ct);
        if (changes.Count >= query.Limit) return changes;

        await SavepointAsync("ROLLBACK TO SAVEPOINT look", ct);
        return await SecondLookAsync(ct);
    }

    /// <summary>All that a claim usually needs, in one journey to the server.</summary>
    private async Task<List<NumberRecord>> BeginAsync(long? rulesVersion, CancellationToken ct)
    {
        await using var batch = session.Batch();
        if (rulesVersion is not null) Versions.AddRulesCheck(batch);
        batch.Add("SAVEPOINT look");
        var (sql, values) = StockSql.Take(session.Kind, query.Sources[0], range, query.Limit, skipLocked: true);
        batch.Add(sql, values);

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (rulesVersion is { } expected)
        {
            await Versions.CheckRulesAsync(reader, expected, ct);
            await reader.NextResultAsync(ct);
        }

        List<NumberRecord> rows = [];
        while (await reader.ReadAsync(ct)) rows.Add(NumberColumns.Read(reader));
        return rows;
    }

    private async Task<List<NumberChange>> LookAsync(List<NumberRecord>? firstRows, CancellationToken ct)
    {
        List<NumberChange> changes = [];
        foreach (var source in query.Sources.Distinct())
        {
            var rest = range;
            var step = query.Limit - changes.Count;
            for (var round = 0; round < RoundsMax && changes.Count < query.Limit; round++, step *= 2)
            {
                var rows = firstRows ?? await ReadAsync(StockSql.Take(session.Kind, source, rest, step, session.Kind == DatabaseKind.PostgreSql), ct);
                firstRows = null;
                Decide(rows, changes);
                if (rows.Count < step) break;
                rest = rest with { First = rows[^1].Number + "\u0001" }; // just behind the last one seen
            }

            if (changes.Count >= query.Limit) break;
        }

        return changes;
    }

    /// <summary>Waits, in order of the number, for those who hold the last free rows, until it is sure what is left.</summary>
    private async Task<List<NumberChange>> SecondLookAsync(CancellationToken ct)
    {
        var want = query.Limit;
        for (var look = 0; look < SecondLooksMax; look++)
        {
            var names = await ReadNamesAsync(StockSql.Candidates(session.Kind, query, range, want), ct);
            if (names.Length == 0) return [];

            var rows = await ReadAsync(StockSql.LockNamed(query, names), ct);
            List<NumberChange> changes = [];
            Decide(rows, changes);
            var isAllThereIs = names.Length < want;
            if (rows.Count == names.Length)
            {
                if (changes.Count >= query.Limit || isAllThereIs || look >= RoundsMax) return changes;
                want *= 2; // some were passed over: look further
            }

            await SavepointAsync("ROLLBACK TO SAVEPOINT look", ct);
        }

        return [];
    }

    private void Decide(List<NumberRecord> rows, List<NumberChange> changes)
    {
        foreach (var row in rows)
        {
            if (changes.Count >= query.Limit) return;
            if (decide(row) is { } change) changes.Add(change);
        }
    }

    private Task<List<NumberRecord>> ReadAsync(StockSql.Statement statement, CancellationToken ct) =>
        NumberColumns.ReadAllAsync(session.Hot(statement.Sql, statement.Values), ct);

    private async Task<string[]> ReadNamesAsync(StockSql.Statement statement, CancellationToken ct)
    {
        List<string> names = [];
        await using DbDataReader reader = await session.Hot(statement.Sql, statement.Values).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) names.Add(reader.GetString(0));
        return [.. names];
    }

    private Task<int> SavepointAsync(string sql, CancellationToken ct) => session.Hot(sql).ExecuteNonQueryAsync(ct);
}
