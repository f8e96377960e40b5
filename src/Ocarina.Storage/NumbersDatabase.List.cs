using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Queries;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage;

public sealed partial class NumbersDatabase
{
    // A stretch is read in one go and holds a connection for a few milliseconds; a long export is many stretches.
    private const int StretchMax = 1000;

    // On SQLite everybody waits for the one writer, so background work comes in pieces of about a millisecond.
    private const int SqlitePieceRows = 40;

    /// <summary>One page of numbers, in order of the number.</summary>
    public async Task<NumberPage> ListAsync(NumberListQuery query, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        List<NumberRecord> rows = [];
        var from = query.StartAt;
        while (true)
        {
            var limit = Math.Min(StretchMax, query.PageSize - rows.Count + 1); // one more than wanted tells whether there is a next page
            var (sql, values) = NumberListSql.Stretch(query, from, limit + 1);
            var stretch = await database.ReadAsync(async (session, token) =>
            {
                await using var command = session.Cold(sql, values);
                return await NumberColumns.ReadAllAsync(command, token);
            }, ct);

            foreach (var row in stretch.Take(limit).Where(row => NumberListSql.Passes(query, row)))
            {
                if (rows.Count == query.PageSize) return new NumberPage(rows, row.Number);
                rows.Add(row);
            }

            if (stretch.Count <= limit) return new NumberPage(rows, null);
            from = stretch[^1].Number; // the first row that was not looked at
        }
    }

    /// <summary>Moves numbers whose time has come (<see cref="NumberRecord.DueAt"/>), oldest first, in the background lane.</summary>
    /// <remarks>
    /// Any number of processes may do so at once. Somebody who changes such a number meanwhile goes first: the number is left as he made it.
    /// </remarks>
    /// <param name="now">Rows due at this time or before are looked at.</param>
    /// <param name="limit">Most rows to move. 1 or more.</param>
    /// <param name="decide">What becomes of a row; <see langword="null"/> leaves it, and it is looked at again next time.</param>
    /// <param name="ct">Ends the work between two pieces; what is written stays.</param>
    /// <returns>How many rows were moved.</returns>
    public async Task<int> MoveDueAsync(DateTimeOffset now, int limit, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        var moved = 0;
        var after = DueMark.Start;
        while (moved < limit && after is not null)
        {
            int written;
            (written, after) = database.Kind == DatabaseKind.PostgreSql
                ? await database.WriteAsync((session, token) => MoveLockedAsync(session, now, limit - moved, after, decide, token), WriteLane.Background, ct)
                : await MoveReadAsync(now, Math.Min(SqlitePieceRows, limit - moved), after, decide, ct);
            moved += written;
        }

        return moved;
    }

    // Other processes pass over the rows this one holds.
    private static async Task<(int Written, DueMark? Next)> MoveLockedAsync(
        DbSession session, DateTimeOffset now, int limit, DueMark after, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        var rows = await ReadDueAsync(session, now, limit, after, " FOR UPDATE SKIP LOCKED", ct);
        var outcomes = await ApplyAsync(session, [.. rows.Select(decide).OfType<NumberChange>()], rulesVersion: null, ct);
        return (outcomes.Count(outcome => outcome is ChangeOutcome.Written), DueMark.Behind(rows, limit));
    }

    // There is one process: rows are read and decided outside the writer, which then only checks revisions and writes.
    private async Task<(int Written, DueMark? Next)> MoveReadAsync(
        DateTimeOffset now, int limit, DueMark after, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        var rows = await database.ReadAsync((session, token) => ReadDueAsync(session, now, limit, after, "", token), ct);
        var outcomes = await ApplyAsync([.. rows.Select(decide).OfType<NumberChange>()], rulesVersion: null, WriteLane.Background, ct);
        return (outcomes.Count(outcome => outcome is ChangeOutcome.Written), DueMark.Behind(rows, limit));
    }

    private static Task<List<NumberRecord>> ReadDueAsync(
        DbSession session, DateTimeOffset now, int limit, DueMark after, string locking, CancellationToken ct) =>
        NumberColumns.ReadAllAsync(session.Hot(
            $"SELECT {NumberColumns.Names} FROM numbers WHERE due_at IS NOT NULL AND due_at <= $1 AND (due_at, number) > ($2, $3) ORDER BY due_at, number LIMIT $4{locking}",
            now.ToUnixTimeMilliseconds(), after.Due, after.Number, (long)limit), ct);

    /// <summary>The last due row looked at; rows that stay due are passed this way.</summary>
    private sealed record DueMark(long Due, string Number)
    {
        internal static DueMark Start { get; } = new(long.MinValue, "");

        internal static DueMark? Behind(List<NumberRecord> rows, int limit) =>
            rows.Count < limit || rows[^1].DueAt is not { } due ? null : new DueMark(due.ToUnixTimeMilliseconds(), rows[^1].Number.ToString());
    }
}
