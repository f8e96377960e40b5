using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Ocarina.Core;
using Ocarina.Storage.Accounts;

namespace Ocarina.Storage.Search;

/// <summary>What searches found, kept for their pages, so that any process can cut the next one. Stateless and safe to share.</summary>
public sealed class SearchDatabase(IDatabase database, TimeProvider clock)
{
    private const int PieceLength = 100;
    private const string Numbers = "number";
    private const string Offers = "offer";

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DocumentText.DepthMax };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DocumentText.DepthMax };

    /// <summary>Most questions kept for one owner; the oldest go first. Default 100.</summary>
    public int SearchesPerOwnerMax { get; init; } = 100;

    /// <summary>Keeps a run in place of the question's older one.</summary>
    public Task StoreAsync(StoredSearch search, SearchEntries entries, CancellationToken ct)
    {
        var (numbers, offers, now) = (Pieces(entries.Numbers, 0), Pieces(entries.Offers, 0), clock.GetUtcNow().ToUnixTimeMilliseconds());
        return database.WriteAsync(async (session, token) =>
        {
            // First the row: it is the lock under which the pieces of two runs of one question come one after the other.
            await session.Connection.ExecuteAsync(session.Command(
                "INSERT INTO searches (id, owner, run, numbers, offers, carriers, made_at, expires_at) VALUES (@Id, @Owner, @Run, @numbers, @offers, @Carriers, @now, @expires) "
                + "ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, run = excluded.run, numbers = excluded.numbers, offers = excluded.offers, "
                + "carriers = excluded.carriers, made_at = excluded.made_at, expires_at = excluded.expires_at",
                new
                {
                    search.Id, search.Owner, search.Run, search.Carriers, now, numbers = (long)entries.Numbers.Count, offers = (long)entries.Offers.Count,
                    expires = search.ExpiresAt.ToUnixTimeMilliseconds(),
                }, token));
            await session.Connection.ExecuteAsync(session.Command("DELETE FROM search_pages WHERE search = @Id AND run <> @Run", new { search.Id, search.Run }, token));
            await AddAsync(session, search.Id, search.Run, Numbers, numbers, token);
            await AddAsync(session, search.Id, search.Run, Offers, offers, token);
            return await EvictAsync(session, search.Owner, token);
        }, WriteLane.Foreground, ct);
    }

    /// <summary>Adds late rows behind those of a run.</summary>
    /// <returns>False when the run is gone: a newer one took its place, or it was evicted or expired.</returns>
    public Task<bool> AppendAsync(string id, string run, SearchEntries late, string carriers, CancellationToken ct) => database.WriteAsync(async (session, token) =>
    {
        var ends = (await session.Connection.QueryAsync<(long Numbers, long Offers)>(session.Command(
            "UPDATE searches SET numbers = numbers + @numbers, offers = offers + @offers, carriers = @carriers WHERE id = @id AND run = @run RETURNING numbers, offers",
            new { id, run, carriers, numbers = (long)late.Numbers.Count, offers = (long)late.Offers.Count }, token))).AsList();
        if (ends is not [var end]) return false;
        await AddAsync(session, id, run, Numbers, Pieces(late.Numbers, end.Numbers - late.Numbers.Count), token);
        await AddAsync(session, id, run, Offers, Pieces(late.Offers, end.Offers - late.Offers.Count), token);
        return true;
    }, WriteLane.Background, ct);

    /// <summary>One page of the question's run; none when there is no run any more.</summary>
    /// <param name="id">The question.</param>
    /// <param name="offset">Rows to skip, 0 or more.</param>
    /// <param name="count">Most rows, 1 or more.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<StoredPage?> ReadAsync(string id, int offset, int count, CancellationToken ct)
    {
        var (now, end) = (clock.GetUtcNow().ToUnixTimeMilliseconds(), (long)offset + count);
        var rows = await database.ReadAsync(async (session, token) => (await session.Connection.QueryAsync<PieceRow>(session.Command(
            "SELECT s.run AS Run, s.carriers AS Carriers, p.kind AS Kind, p.position AS Position, p.entries AS Entries FROM searches s "
            + "LEFT JOIN search_pages p ON p.search = s.id AND p.run = s.run AND p.position < @end AND p.position + p.length > @offset "
            + "WHERE s.id = @id AND s.expires_at > @now ORDER BY p.kind, p.position",
            new { id, now, end, offset = (long)offset }, token))).AsList(), ct);
        if (rows is not [var first, ..]) return null;
        return new StoredPage(first.Run, new SearchEntries(Cut(Numbers), Cut(Offers)), first.Carriers);

        List<JsonObject> Cut(string kind) =>
            [.. rows.Where(row => row.Kind == kind).SelectMany(row => Read(row).Select((entry, at) => (entry, position: row.Position + at)))
                .Where(row => row.position >= offset && row.position < end).Select(row => row.entry)];
    }

    /// <summary>Forgets runs that have expired, in the background lane.</summary>
    /// <returns>How many were forgotten; less than <paramref name="limit"/> when there are no more.</returns>
    public Task<int> ExpireAsync(DateTimeOffset now, int limit, CancellationToken ct) => database.WriteAsync((session, token) => ForgetAsync(
        session, $"SELECT id FROM searches WHERE expires_at <= @now ORDER BY expires_at LIMIT @limit{Unlocked(session)}",
        new { now = now.ToUnixTimeMilliseconds(), limit = (long)limit }, token), WriteLane.Background, ct);

    /// <summary>Those of the numbers that a carrier cannot sell to us now: they are held already, in another state than discovery or available, or have an open order.</summary>
    public async Task<IReadOnlySet<PhoneNumber>> NotForSaleAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct)
    {
        var found = new HashSet<PhoneNumber>();
        foreach (var part in numbers.Distinct().Chunk(500))
        {
            var texts = part.Select(number => number.ToString()).ToArray();
            found.UnionWith((await database.ReadAsync(async (session, token) => await session.Connection.QueryAsync<string>(session.Command(
                $"SELECT number FROM numbers WHERE number {In(session)} AND state <> 'discovery' AND (state <> 'available' OR held_at_carrier = 1) "
                + $"UNION SELECT number FROM orders WHERE number {In(session)} AND kind IN ('acquire', 'disconnect') AND state NOT IN ('done', 'failed', 'pretended') AND number <> ''",
                new { texts }, token)), ct)).Select(PhoneNumber.FromStorage));
        }

        return found;
    }

    private Task<int> EvictAsync(DbSession session, string owner, CancellationToken ct) => ForgetAsync(
        session,
        $"SELECT id FROM searches WHERE owner = @owner ORDER BY made_at DESC, id LIMIT {(session.Kind == DatabaseKind.PostgreSql ? "ALL" : "-1")} OFFSET @most{Unlocked(session)}",
        new { owner, most = (long)SearchesPerOwnerMax }, ct);

    private static async Task<int> ForgetAsync(DbSession session, string which, object parameters, CancellationToken ct)
    {
        var gone = (await session.Connection.QueryAsync<string>(session.Command($"DELETE FROM searches WHERE id IN ({which}) RETURNING id", parameters, ct))).AsList();
        foreach (var id in gone) await session.Connection.ExecuteAsync(session.Command("DELETE FROM search_pages WHERE search = @id", new { id }, ct));
        return gone.Count;
    }

    private static async Task AddAsync(DbSession session, string search, string run, string kind, List<Piece> pieces, CancellationToken ct)
    {
        if (pieces.Count == 0) return;
        const string insert = "INSERT INTO search_pages (search, run, kind, position, length, entries) ";
        if (session.Kind == DatabaseKind.PostgreSql)
        {
            await session.Connection.ExecuteAsync(session.Command(
                insert + "SELECT @search, @run, @kind, u.position, u.length, u.entries FROM unnest(@positions, @lengths, @entries) AS u(position, length, entries)",
                new
                {
                    search, run, kind, positions = pieces.Select(piece => piece.Position).ToArray(), lengths = pieces.Select(piece => piece.Length).ToArray(),
                    entries = pieces.Select(piece => piece.Entries).ToArray(),
                }, ct));
            return;
        }

        foreach (var piece in pieces)
        {
            await session.Connection.ExecuteAsync(session.Command(
                insert + "VALUES (@search, @run, @kind, @Position, @Length, @Entries)", new { search, run, kind, piece.Position, piece.Length, piece.Entries }, ct));
        }
    }

    // Written before the transaction: on SQLite everybody waits for the writer.
    private static List<Piece> Pieces(IReadOnlyList<JsonObject> rows, long first) => [.. rows.Chunk(PieceLength).Select((part, at) =>
        new Piece(first + (at * (long)PieceLength), part.Length, $"[{string.Join(',', part.Select(row => row.ToJsonString(Compact)))}]"))];

    private static IEnumerable<JsonObject> Read(PieceRow row) => JsonNode.Parse(row.Entries ?? "[]", documentOptions: Reading)!.AsArray().Select(entry => entry!.AsObject()); // lists of objects only are written

    // What is forgotten is never waited for: whoever holds such a row is just renewing it.
    private static string Unlocked(DbSession session) => session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";

    private static string In(DbSession session) => session.Kind == DatabaseKind.PostgreSql ? "= ANY(@texts)" : "IN @texts";

    private sealed record Piece(long Position, long Length, string Entries);

    // A question without rows: the join answers one row without piece.
    private sealed record PieceRow
    {
        public string Run { get; init; } = "";

        public string Carriers { get; init; } = "";

        public string? Kind { get; init; }

        public long Position { get; init; }

        public string? Entries { get; init; }
    }
}
