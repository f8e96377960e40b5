using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Orders;
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
            var (sql, values) = NumberListSql.Stretch(database.Kind, query, from, limit + 1);
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

    /// <summary>Looks at one stretch of the numbers that wait in a state (aging, discovery) and whose due time is not their entry and the period, and changes them.</summary>
    /// <remarks>For a changed period. In the background lane; call again behind the last number until none is left.</remarks>
    /// <param name="state">The state they wait in.</param>
    /// <param name="after">Last number of the stretch before; none begins.</param>
    /// <param name="limit">Most rows to look at. 1 or more.</param>
    /// <param name="period">The period that holds now; none when numbers no longer wait there.</param>
    /// <param name="decide">What becomes of a row; <see langword="null"/> leaves it.</param>
    /// <param name="ct">Ends the work before the stretch is committed.</param>
    /// <returns>How many rows were looked at, 0 when no more are left; and the last of them.</returns>
    public async Task<(int Rows, PhoneNumber? Last)> RescheduleAsync(
        NumberState state, PhoneNumber? after, int limit, TimeSpan? period, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var rows = await database.ReadAsync(async (session, token) =>
        {
            object?[] values = [state.Name(), after?.ToString() ?? "", (long)limit];
            if (period is { } length) values = [.. values, (long)length.TotalMilliseconds];
            await using var command = session.Cold(WaitingSql(session.Kind, period is not null), values);
            return await NumberColumns.ReadAllAsync(command, token);
        }, ct);
        if (rows.Count == 0) return (0, null);

        // Whoever changes such a number meanwhile gives it a date of the new period himself; the change decided here then loses.
        foreach (var piece in rows.Select(decide).OfType<NumberChange>().Chunk(SqlitePieceRows))
            await ApplyAsync(piece, rulesVersion: null, WriteLane.Background, ct);
        return (rows.Count, rows[^1].Number);
    }

    // Other processes pass over the rows this one holds.
    private static async Task<(int Written, DueMark? Next)> MoveLockedAsync(
        DbSession session, DateTimeOffset now, int limit, DueMark after, Func<NumberRecord, NumberChange?> decide, CancellationToken ct)
    {
        var rows = await ReadDueAsync(session, now, limit, after, " FOR UPDATE SKIP LOCKED", ct);
        var outcomes = await ApplyLockedAsync(session, Prepare([.. rows.Select(decide).OfType<NumberChange>()]), OrderEffects.None.Taken, ct);
        return (outcomes.Length, DueMark.Behind(rows, limit));
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
        NumberColumns.ReadAllAsync(session.Hot(DueSql(locking), now.ToUnixTimeMilliseconds(), after.Due, after.Number, (long)limit), ct);

    internal static string DueSql(string locking) =>
        $"SELECT {NumberColumns.Names} FROM numbers WHERE due_at IS NOT NULL AND due_at <= $1 AND (due_at, number) > ($2, $3) ORDER BY due_at, number LIMIT $4{locking}";

    internal static string WaitingSql(DatabaseKind kind, bool hasPeriod)
    {
        var order = NumberOrder.OfIndex(kind);
        return $"SELECT {NumberColumns.Names} FROM numbers WHERE due_at IS NOT NULL AND state = $1 AND number {order.After} $2"
            + $"{(hasPeriod ? " AND due_at <> state_since + $4" : "")} ORDER BY {order.Ascending} LIMIT $3";
    }

    /// <summary>The last due row looked at; rows that stay due are passed this way.</summary>
    private sealed record DueMark(long Due, string Number)
    {
        internal static DueMark Start { get; } = new(long.MinValue, "");

        internal static DueMark? Behind(List<NumberRecord> rows, int limit) =>
            rows.Count < limit || rows[^1].DueAt is not { } due ? null : new DueMark(due.ToUnixTimeMilliseconds(), rows[^1].Number.ToString());
    }
}
