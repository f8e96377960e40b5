using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Ledger;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage;

public sealed partial class NumbersDatabase
{
    /// <summary>A number's history, newest first. An erased number keeps its.</summary>
    public Task<EventPage> EventsAsync(PhoneNumber number, EventQuery query, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        return database.ReadAsync(async (session, token) =>
        {
            var events = await ReadEventsAsync(session, "number = $1 AND revision <= $2", token,
                number.ToString(), query.StartAt ?? long.MaxValue, query.PageSize + 1L); // one more: it is the last one's predecessor
            var rows = events.Take(query.PageSize).Select((row, i) => row with { Previous = i + 1 < events.Count ? events[i + 1].Body : null }).ToList();
            return new EventPage(rows, events.Count > query.PageSize ? events[^1].Body.Revision : null);
        }, ct);
    }

    /// <summary>The event that made the number what it was at a moment; <see langword="null"/> before its first. It may be the one that erased it.</summary>
    public Task<NumberEventRow?> AsOfAsync(PhoneNumber number, DateTimeOffset time, CancellationToken ct) =>
        database.ReadAsync(async (session, token) =>
        {
            var events = await ReadEventsAsync(session, "number = $1 AND time <= $2", token, number.ToString(), time.ToUnixTimeMilliseconds(), 2L);
            return events.Count == 0 ? null : events[0] with { Previous = events.Count > 1 ? events[1].Body : null };
        }, ct);

    /// <summary>Checks the whole ledger: every chain from its first event to its stated end, and every row against its last event. Reads only.</summary>
    /// <param name="progress">Told after every few hundred numbers.</param>
    /// <param name="ct">Ends the work between two stretches.</param>
    public Task<LedgerReport> VerifyAsync(IProgress<LedgerProgress>? progress, CancellationToken ct) => LedgerVerifier.RunAsync(database, progress, ct);

    internal static string HistorySql(string where) => $"SELECT seq, body, hash FROM number_events WHERE {where} ORDER BY revision DESC LIMIT $3";

    private static async Task<List<NumberEventRow>> ReadEventsAsync(DbSession session, string where, CancellationToken ct, params object?[] values)
    {
        List<NumberEventRow> rows = [];
        await using var reader = await session.Hot(HistorySql(where), values).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(new NumberEventRow(reader.GetInt64(0), NumberEvent.Read(reader.GetString(1)), NumberColumns.Hash(reader, 2), Previous: null));
        return rows;
    }
}
