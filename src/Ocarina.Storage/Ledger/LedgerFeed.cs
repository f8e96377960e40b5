using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Ledger;

/// <summary>An event of the ledger as followers read it.</summary>
/// <param name="Row">The event.</param>
/// <param name="Resume">Where to read on after it, as the sequence of an event; none while an event stored before this one is still to come.</param>
public sealed record FeedEvent(NumberEventRow Row, long? Resume);

/// <summary>Events read on from a place.</summary>
/// <param name="Events">In the order in which they are told.</param>
/// <param name="IsHeldBack">True when there are more that must wait: an event that comes before them is not finished.</param>
public sealed record FeedPage(IReadOnlyList<FeedEvent> Events, bool IsHeldBack);

/// <summary>Reads the ledger on from any of its events, missing none, each number's events in their order (design.md 11, following the change log).</summary>
/// <remarks>
/// On PostgreSQL sequences commit out of order. So events are read by transaction, below the oldest one that still runs: what is read once never gets company before it.
/// Two transactions may have changed one number in the other order than they began in; a page then ends before the first of them, or holds both and is put in order.
/// </remarks>
public static class LedgerFeed
{
    private const string Finished = "xid < pg_snapshot_xmin(pg_current_snapshot())";

    /// <summary>The sequence after which nothing has been written yet that can be read.</summary>
    public static async Task<long> EndAsync(DbSession session, CancellationToken ct)
    {
        var sql = session.Kind == DatabaseKind.PostgreSql
            ? $"SELECT seq FROM number_events WHERE {Finished} ORDER BY xid DESC, seq DESC LIMIT 1"
            : "SELECT MAX(seq) FROM number_events";
        return await session.Hot(sql).ExecuteScalarAsync(ct) as long? ?? 0;
    }

    /// <summary>The next events.</summary>
    /// <param name="session">A session that reads.</param>
    /// <param name="after">The sequence of an event: where to read on. 0 begins with the first; one that no event has stands for the one before it.</param>
    /// <param name="number">Only events of this number; none reads all.</param>
    /// <param name="limit">About how many. 1 or more.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<FeedPage> ReadAsync(DbSession session, long after, PhoneNumber? number, int limit, CancellationToken ct)
    {
        var start = await PlaceOfAsync(session, after, ct);
        for (var most = limit; ; most *= 2)
        {
            var entries = await ReadAsync(session, start, number, most, ct);
            var whole = WholeOf(entries);
            if (whole > 0 || entries.Count < most) return new FeedPage(InOrder(entries[..whole]), whole < entries.Count);
        }
    }

    /// <summary>After a restore from a dump into another server: gives up the order of that server's transactions, which means nothing here.</summary>
    /// <remarks>No event can be of a transaction that is still to come. Those of the other server would lie behind everything written from now on, and be told after it or never.</remarks>
    /// <param name="session">The transaction that opens the database.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How many events were given the oldest place; their sequence orders them.</returns>
    internal static async Task<int> AdoptAsync(DbSession session, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.Sqlite) return 0;
        await using var command = session.Cold(
            "UPDATE number_events SET xid = '0'::xid8 WHERE xid <> '0'::xid8 AND EXISTS (SELECT 1 FROM number_events WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))");
        command.CommandTimeout = 0; // once after a restore, as long as it takes
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>How many entries from the first on hold every event that must come before one of theirs.</summary>
    internal static int WholeOf(IReadOnlyList<Entry> entries)
    {
        var placeOf = entries.Select((entry, index) => (entry.Row.Seq, index)).ToDictionary(pair => pair.Seq, pair => pair.index);
        var (whole, needed) = (0, 0);
        for (var i = 0; i < entries.Count; i++)
        {
            var last = entries[^1].Place;
            var own = entries[i].Predecessor is not { } before ? i + 1
                : placeOf.TryGetValue(before.Seq, out var at) ? Math.Max(i, at) + 1
                : before.CompareTo(last) > 0 ? int.MaxValue : i + 1;
            needed = Math.Max(needed, own);
            if (needed <= i + 1) whole = i + 1;
        }

        return whole;
    }

    /// <summary>The entries in order of their sequence, each with the place that everything up to it has been told.</summary>
    internal static List<FeedEvent> InOrder(IReadOnlyList<Entry> entries)
    {
        var told = new HashSet<long>();
        var (events, next) = (new List<FeedEvent>(entries.Count), 0);
        foreach (var entry in entries.OrderBy(entry => entry.Row.Seq))
        {
            told.Add(entry.Row.Seq);
            var before = next;
            while (next < entries.Count && told.Contains(entries[next].Row.Seq)) next++;
            events.Add(new FeedEvent(entry.Row, next > before ? entries[next - 1].Row.Seq : null));
        }

        return events;
    }

    private static async Task<Place> PlaceOfAsync(DbSession session, long after, CancellationToken ct)
    {
        var xid = session.Kind == DatabaseKind.PostgreSql ? "xid::text" : "'0'";
        await using var reader = await session.Hot($"SELECT {xid}, seq FROM number_events WHERE seq <= $1 ORDER BY seq DESC LIMIT 1", after).ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new Place(Xid(reader.GetString(0)), reader.GetInt64(1)) : default;
    }

    private static async Task<List<Entry>> ReadAsync(DbSession session, Place start, PhoneNumber? number, int limit, CancellationToken ct)
    {
        var isServer = session.Kind == DatabaseKind.PostgreSql;
        var (where, order) = isServer
            ? ($"(e.xid, e.seq) > ($1::text::xid8, $2) AND e.{Finished}", "e.xid, e.seq")
            : ("$1 = $1 AND e.seq > $2", "e.seq");
        var sql =
            $"SELECT e.seq, e.body, e.hash, {(isServer ? "e.xid::text" : "'0'")}, p.body, {(isServer ? "p.xid::text" : "'0'")}, p.seq FROM number_events e "
            + "LEFT JOIN number_events p ON p.number = e.number AND p.revision = e.revision - 1 "
            + $"WHERE {where}{(number is null ? "" : " AND e.number = $4")} ORDER BY {order} LIMIT $3";

        object?[] values = [start.Xid.ToString(System.Globalization.CultureInfo.InvariantCulture), start.Seq, (long)limit];
        List<Entry> entries = [];
        await using var reader = await session.Hot(sql, number is { } one ? [.. values, one.ToString()] : values).ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var hasBefore = !reader.IsDBNull(4);
            var row = new NumberEventRow(
                reader.GetInt64(0), NumberEvent.Read(reader.GetString(1)), NumberColumns.Hash(reader, 2), hasBefore ? NumberEvent.Read(reader.GetString(4)) : null);
            entries.Add(new Entry(row, new Place(Xid(reader.GetString(3)), row.Seq), hasBefore ? new Place(Xid(reader.GetString(5)), reader.GetInt64(6)) : null));
        }

        return entries;
    }

    private static ulong Xid(string text) => ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where an event stands for followers.</summary>
    internal readonly record struct Place(ulong Xid, long Seq) : IComparable<Place>
    {
        /// <inheritdoc/>
        public int CompareTo(Place other) => Xid != other.Xid ? Xid.CompareTo(other.Xid) : Seq.CompareTo(other.Seq);
    }

    /// <summary>An event, its place, and that of the number's event before it.</summary>
    internal sealed record Entry(NumberEventRow Row, Place Place, Place? Predecessor);
}
