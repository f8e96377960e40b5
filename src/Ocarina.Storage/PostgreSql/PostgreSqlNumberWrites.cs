using System.Data.Common;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Orders;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.PostgreSql;

/// <summary>Writes prepared changes as sets, in two journeys to the server: lock and look, then write.</summary>
/// <remarks>
/// <para>Locks are taken in order of the number: first on the rows that exist, then by inserting events. Nobody who inserts waits for a
/// row lock, so no two batches can wait for each other.</para>
/// <para>Before a number without a row is created its bucket is locked, shared: whoever claims such a number with an order locks it for himself
/// (docs/decisions/0010-orders.md). Then, and not before, open orders are looked for.</para>
/// <para>Who may create a number is decided by the unique (number, revision) of the ledger, also between two that continue the chain of
/// an erased one; the row follows the event. Who lost is a row that did not come back.</para>
/// </remarks>
internal static class PostgreSqlNumberWrites
{
    private const string Lock = "SELECT number, revision, last_hash FROM numbers WHERE number = ANY($1) ORDER BY number FOR UPDATE";
    private const string Tombstones = "SELECT number, revision, hash, time FROM number_tombstones WHERE number = ANY($1)";

    private const string InsertEvents =
        """
        INSERT INTO number_events (number, revision, time, body, hash)
        SELECT u.number, u.revision, u.time, u.body, u.hash
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[]) AS u(number, revision, time, body, hash)
        ORDER BY u.number COLLATE "C"
        ON CONFLICT DO NOTHING
        RETURNING number
        """;

    private static readonly string Unnest =
        $"unnest({string.Join(", ", NumberColumns.All.Select((column, i) => $"{NumberSql.P(i + 1)}::{ArrayType(column.Form)}"))}) "
        + $"AS u({NumberColumns.Names})";

    // Only rows whose event this very transaction has just written.
    private static readonly string InsertRows =
        $"INSERT INTO numbers ({NumberColumns.Names}) SELECT {Prefixed("u")} FROM {Unnest} "
        + "WHERE EXISTS (SELECT 1 FROM number_events e WHERE e.number = u.number AND e.revision = u.revision AND e.xid = pg_current_xact_id()) "
        + "RETURNING number";

    private static readonly string UpdateRows =
        $"UPDATE numbers n SET {string.Join(", ", NumberColumns.All.Skip(NumberColumns.KeyCount).Select(column => $"{column.Name} = u.{column.Name}"))} "
        + $"FROM {Unnest} WHERE n.number = u.number AND n.revision = u.revision - 1 RETURNING n.number";

    private const string DeleteRows =
        "DELETE FROM numbers n USING unnest($1::text[], $2::bigint[]) AS u(number, revision) WHERE n.number = u.number AND n.revision = u.revision - 1 RETURNING n.number";

    private const string InsertTombstones =
        """
        INSERT INTO number_tombstones (number, revision, hash, time)
        SELECT u.number, u.revision, u.hash, u.time FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::bigint[]) AS u(number, revision, hash, time)
        ON CONFLICT (number) DO UPDATE SET revision = excluded.revision, hash = excluded.hash, time = excluded.time
        """;

    // A tombstone goes with the creation that continues its chain, and with no other.
    private const string DeleteTombstones =
        """
        DELETE FROM number_tombstones t USING unnest($1::text[], $2::bigint[]) AS u(number, revision)
        WHERE t.number = u.number AND t.revision = u.revision - 1
          AND EXISTS (SELECT 1 FROM number_events e WHERE e.number = u.number AND e.revision = u.revision AND e.xid = pg_current_xact_id())
        """;

    private static readonly string SelectMany = $"SELECT {NumberColumns.Names} FROM numbers WHERE number = ANY($1) ORDER BY number";

    /// <param name="session">The transaction.</param>
    /// <param name="changes">What to write.</param>
    /// <param name="taken">Numbers that an open order holds back, unless it gives the number back and was not sent.</param>
    /// <param name="rulesVersion">Version of the rules the changes were decided under.</param>
    /// <param name="ct">Ends the waiting.</param>
    internal static async Task<ChangeOutcome[]> ApplyAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, long? rulesVersion, CancellationToken ct)
    {
        var outcomes = new ChangeOutcome[changes.Count];
        var open = Enumerable.Range(0, changes.Count).ToList();
        while (open.Count > 0)
        {
            // A set holds each number once; what a batch does to a number a second time comes after the first, and finds its locks taken.
            var round = open.DistinctBy(i => changes[i].Number).OrderBy(i => changes[i].Number).ToList();
            var answers = await ApplyOnceAsync(session, [.. round.Select(i => changes[i])], taken, rulesVersion, ct);
            for (var i = 0; i < answers.Length; i++) outcomes[round[i]] = answers[i];
            open = round.Count == open.Count ? [] : [.. open.Except(round)];
            rulesVersion = null;
        }

        return outcomes;
    }

    /// <summary>Writes changes of rows that this transaction has locked and read: each of them wins.</summary>
    internal static async Task<ChangeOutcome[]> ApplyLockedAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, CancellationToken ct)
    {
        if (changes.Count == 0) return [];
        var written = await WriteAsync(session, [.. changes.OrderBy(change => change.Number)], taken, ct);
        return written.Count == changes.Count
            ? [.. changes.Select(change => change.ToWritten())]
            : throw new InvalidDataException("A locked row's next event is there already: the ledger and the rows of the database disagree.");
    }

    internal static async Task<Dictionary<PhoneNumber, NumberRecord>> LoadAsync(DbSession session, IEnumerable<PhoneNumber> numbers, CancellationToken ct)
    {
        await using var command = session.Cold(SelectMany, (object)numbers.Select(number => number.ToString()).ToArray());
        return (await NumberColumns.ReadAllAsync(command, ct)).ToDictionary(record => record.Number);
    }

    private static async Task<ChangeOutcome[]> ApplyOnceAsync(
        DbSession session, List<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, long? rulesVersion, CancellationToken ct)
    {
        var (rows, tombstones, held) = await LockAsync(session, changes, taken, rulesVersion, ct);
        List<PreparedChange> hopeful = [];
        foreach (var change in changes)
        {
            if (held.Contains(change.Number)) continue;
            if (!change.IsCreation && rows.TryGetValue(change.Number, out var row) && Same(row, change.Previous)) hopeful.Add(change);
            if (change.IsCreation && !rows.ContainsKey(change.Number))
                hopeful.Add(tombstones.TryGetValue(change.Number, out var end) ? PreparedChange.Behind(change.Change, end) : change);
        }

        var written = hopeful.Count == 0 ? [] : await WriteAsync(session, hopeful, taken, ct);
        return await AnswerAsync(session, changes, written, ct);
    }

    private static async Task<(Dictionary<PhoneNumber, ChainEnd> Rows, Dictionary<PhoneNumber, ChainEnd> Tombstones, HashSet<PhoneNumber> Held)> LockAsync(
        DbSession session, List<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, long? rulesVersion, CancellationToken ct)
    {
        var created = changes.Where(change => change.IsCreation).Select(change => change.Number).ToList();
        var creations = created.Select(number => number.ToString()).ToArray();
        var wanted = changes.Where(change => change.Row is not null && taken.Contains(change.Number)).ToDictionary(change => change.Number);
        await using var batch = session.Batch();
        if (rulesVersion is not null) Versions.AddRulesCheck(batch);
        if (creations.Length > 0) batch.Add(OrderSql.LockBucketsShared, OrderSql.BucketClass, OrderSql.BucketsOf(created));
        batch.Add(Lock, (object)changes.Select(change => change.Number.ToString()).ToArray());
        if (creations.Length > 0) batch.Add(Tombstones, (object)creations);
        if (wanted.Count > 0) batch.Add(OrderSql.LockOpenMany, (object)wanted.Keys.Select(number => number.ToString()).ToArray());

        await using var reader = await batch.ExecuteReaderAsync(ct);
        if (rulesVersion is { } expected)
        {
            await Versions.CheckRulesAsync(reader, expected, ct);
            await reader.NextResultAsync(ct);
        }

        if (creations.Length > 0) await reader.NextResultAsync(ct);
        var rows = new Dictionary<PhoneNumber, ChainEnd>();
        while (await reader.ReadAsync(ct)) rows.Add(Number(reader), new ChainEnd(reader.GetInt64(1), NumberColumns.Hash(reader, 2), default));
        var tombstones = new Dictionary<PhoneNumber, ChainEnd>();
        if (creations.Length > 0 && await reader.NextResultAsync(ct))
            while (await reader.ReadAsync(ct))
                tombstones.Add(Number(reader), new ChainEnd(reader.GetInt64(1), NumberColumns.Hash(reader, 2), NumberColumns.Time(reader.GetInt64(3))));
        HashSet<PhoneNumber> held = [];
        if (wanted.Count > 0 && await reader.NextResultAsync(ct))
            while (await reader.ReadAsync(ct))
                if (wanted[Number(reader)].Row is { } row && !OrderSql.IsWithdrawn(reader.GetString(1), reader.GetString(2), reader.GetString(3), row.Carrier)) held.Add(row.Number);
        return (rows, tombstones, held);
    }

    private static async Task<Dictionary<PhoneNumber, PreparedChange>> WriteAsync(
        DbSession session, List<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, CancellationToken ct)
    {
        var created = changes.Where(change => change.IsCreation).ToList();
        var updated = changes.Where(change => change is { IsCreation: false, Row: not null }).ToList();
        var erased = changes.Where(change => change.Row is null).ToList();

        await using var batch = session.Batch();
        batch.Add(InsertEvents,
            Numbers(changes), Revisions(changes), Times(changes), changes.Select(change => change.Body).ToArray(), Hashes(changes));
        if (updated.Count > 0) batch.Add(UpdateRows, Columns(updated));
        if (created.Count > 0) batch.Add(InsertRows, Columns(created));
        if (erased.Count > 0) batch.Add(DeleteRows, Numbers(erased), Revisions(erased));
        if (erased.Count > 0) batch.Add(InsertTombstones, Numbers(erased), Revisions(erased), Hashes(erased), Times(erased));
        var continued = created.Where(change => change.Previous.Revision > 0).ToList();
        if (continued.Count > 0) batch.Add(DeleteTombstones, Numbers(continued), Revisions(continued));

        // Disconnect orders that nobody has sent end: their numbers go on with the carrier they have.
        var kept = changes.Where(change => change.Row is not null && taken.Contains(change.Number)).ToList();
        if (kept.Count > 0)
            batch.Add(OrderSql.WithdrawMany, Numbers(kept), kept.Select(change => change.Row?.Carrier.ToString()).ToArray(), Revisions(kept), kept.Max(change => change.Time).ToUnixTimeMilliseconds());

        await using var reader = await batch.ExecuteReaderAsync(ct);
        var events = await ReadNumbersAsync(reader, ct);
        var rows = 0;
        while (await reader.NextResultAsync(ct)) rows += (await ReadNumbersAsync(reader, ct)).Count;
        if (rows != events.Count)
            throw new InvalidDataException($"{events.Count} events but {rows} rows were written: the ledger and the rows of the database disagree.");
        return changes.Where(change => events.Contains(change.Number)).ToDictionary(change => change.Number);
    }

    private static async Task<ChangeOutcome[]> AnswerAsync(
        DbSession session, List<PreparedChange> changes, Dictionary<PhoneNumber, PreparedChange> written, CancellationToken ct)
    {
        var outcomes = new ChangeOutcome[changes.Count];
        List<int> lost = [];
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (written.TryGetValue(changes[i].Number, out var change)) outcomes[i] = change.ToWritten();
            else lost.Add(i);
        }

        if (lost.Count == 0) return outcomes;
        var current = await LoadAsync(session, lost.Select(i => changes[i].Number), ct);
        foreach (var i in lost) outcomes[i] = new ChangeOutcome.Lost(current.GetValueOrDefault(changes[i].Number));
        return outcomes;
    }

    private static bool Same(ChainEnd row, ChainEnd expected) =>
        row.Revision == expected.Revision && row.Hash.AsSpan().SequenceEqual(expected.Hash.AsSpan());

    private static async Task<HashSet<PhoneNumber>> ReadNumbersAsync(DbDataReader reader, CancellationToken ct)
    {
        HashSet<PhoneNumber> numbers = [];
        while (await reader.ReadAsync(ct)) numbers.Add(Number(reader));
        return numbers;
    }

    private static PhoneNumber Number(DbDataReader reader) => PhoneNumber.FromStorage(reader.GetString(0));

    private static string[] Numbers(List<PreparedChange> changes) => [.. changes.Select(change => change.Number.ToString())];

    private static long[] Revisions(List<PreparedChange> changes) => [.. changes.Select(change => change.Revision)];

    private static long[] Times(List<PreparedChange> changes) => [.. changes.Select(change => change.Time.ToUnixTimeMilliseconds())];

    private static byte[][] Hashes(List<PreparedChange> changes) => [.. changes.Select(change => NumberColumns.Bytes(change.Hash))];

    private static object?[] Columns(List<PreparedChange> changes)
    {
        var columns = new object?[NumberColumns.All.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var column = NumberColumns.All[i];
            var values = changes.Select(change => column.Value(change.Row ?? throw new InvalidOperationException("An erasure has no columns.")));
            columns[i] = column.Form switch
            {
                ColumnForm.Text => values.Select(value => (string?)value).ToArray(),
                ColumnForm.Long => values.Select(value => (long?)value).ToArray(),
                ColumnForm.Flag => values.Select(value => (short?)value).ToArray(),
                _ => values.Select(value => (byte[]?)value).ToArray(),
            };
        }

        return columns;
    }

    private static string Prefixed(string alias) => string.Join(", ", NumberColumns.All.Select(column => $"{alias}.{column.Name}"));

    private static string ArrayType(ColumnForm form) => form switch
    {
        ColumnForm.Text => "text[]",
        ColumnForm.Long => "bigint[]",
        ColumnForm.Flag => "smallint[]",
        _ => "bytea[]",
    };
}
