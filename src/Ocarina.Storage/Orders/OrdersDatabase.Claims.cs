using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Orders;

public sealed partial class OrdersDatabase
{
    private const string LockNumbers = "SELECT number, revision FROM numbers WHERE number = ANY($1) ORDER BY number FOR UPDATE";
    private const string Revisions = "SELECT number, revision FROM numbers WHERE number = ANY($1)";
    private const string Revision = "SELECT revision FROM numbers WHERE number = $1";

    private const string Claim = "UPDATE orders SET lease_owner = $1, lease_until = $2 WHERE id IN (SELECT id FROM orders WHERE ";
    private const string Unleased = "(lease_until IS NULL OR lease_until <= $3)";
    private const string Due = $"next_attempt IS NOT NULL AND next_attempt <= $3 AND {Unleased} AND {IsOursSql} AND {IsItsTurn}";
    private const string DueFirst = $"{Due} ORDER BY next_attempt, id LIMIT $4";
    private const int FirstCarrier = 5; // parameter of those to leave alone

    // What a provider is asked for one number goes in the order in which it was written, and the number itself goes back last. Whatever waits for a person holds up nobody,
    // except while its provider is being asked.
    private const string IsItsTurn = $"{IsItsTurnAt}$3)))";

    private const string IsItsTurnAt =
        "(kind = 'acquire' OR NOT EXISTS (SELECT 1 FROM orders other WHERE other.number = orders.number AND other.kind = 'feature' "
        + "AND (orders.kind = 'disconnect' OR other.id < orders.id) AND other.state NOT IN ('done', 'failed', 'pretended') AND (other.state <> 'needs_operator' OR other.lease_until > ";

    private const string AnyDue =
        $"SELECT count(*) FROM (SELECT id FROM orders WHERE next_attempt IS NOT NULL AND next_attempt <= $1 AND (lease_until IS NULL OR lease_until <= $1) AND {IsItsTurnAt}$1))) LIMIT 1) due";
    private const string Renew = "UPDATE orders SET lease_until = $1 WHERE id = $2 AND lease_owner = $3";
    private const string RenewMany =
        "UPDATE orders SET lease_until = $1 FROM unnest($2::text[], $3::text[]) AS u(id, lease) WHERE orders.id = u.id AND orders.lease_owner = u.lease RETURNING orders.id, u.lease";
    private const string GiveBack = "UPDATE orders SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2";
    private const string WakeUp = "UPDATE orders SET next_attempt = $2 WHERE id = $1 AND next_attempt > $2";

    /// <summary>Writes intents, each of which claims its number, before any carrier is asked.</summary>
    /// <param name="intents">Any order. One whose number is empty claims nothing.</param>
    /// <param name="rulesVersion">The version of the number rules they were decided under.</param>
    /// <param name="ct">Ends the waiting, and the claim as long as it is not being committed.</param>
    /// <param name="billing">On what terms; none where nothing is billed. What they will cost is held until they end.</param>
    /// <returns>One outcome per intent, in their order. What is claimed is durable.</returns>
    /// <exception cref="RulesChangedException">Nothing was written.</exception>
    /// <exception cref="AcceptanceNeededException">The same.</exception>
    public Task<IReadOnlyList<IntentOutcome>> InsertAsync(IReadOnlyList<OrderIntent> intents, long? rulesVersion, CancellationToken ct, BillingTerms? billing = null) =>
        PricedInVain.WithoutAsync<IReadOnlyList<IntentOutcome>, bool>((vain, mayRepeat) => database.WriteAsync<IReadOnlyList<IntentOutcome>>(async (session, token) =>
        {
            List<OrderIntent> mine = [.. intents.Where((_, i) => !vain.ContainsKey(i))];
            var bill = await BilledIntents.PriceAsync(session, mine, billing, token);
            List<OrderIntent> payable = [.. mine.Where(intent => bill.RefusalOf(intent) is null).Select(intent => intent with { Row = bill.Noted(intent) })];
            var written = session.Kind == DatabaseKind.PostgreSql
                ? await ClaimSetAsync(session, payable, rulesVersion, token)
                : await ClaimEachAsync(session, payable, rulesVersion, token);
            // What had a price and is somebody else's, when it could have changed the price of others, or left nothing for them.
            if (mayRepeat && mine.Exists(intent => bill.RefusalOf(intent) is not null || written.Contains(intent.Row.Id)))
            {
                var others = payable.Where(intent => !written.Contains(intent.Row.Id) && !bill.LinesOf(intent).IsEmpty).Select(intent => intent.Row.Id).ToHashSet();
                if (others.Count > 0) throw PricedInVain.Of([.. intents.Index().Where(entry => others.Contains(entry.Item.Row.Id)).Select(entry => (entry.Index, true))]);
            }

            foreach (var intent in payable)
            {
                if (!written.Contains(intent.Row.Id)) continue;
                session.Note(new CallEffect.Order(intent.Row.Id, intent.Row.Number));
                await BillingBook.HoldAsync(session, intent.Row.Id.ToString(), bill.LinesOf(intent), token);
            }

            // Some number of a group is nobody's yet: no order holds it.
            var lost = intents.Where(intent => !written.Contains(intent.Row.Id) && !intent.Row.Number.IsEmpty).Select(intent => intent.Row.Number).Distinct().ToList();
            var holders = lost.Count == 0 ? [] : (await FindOpenAsync(session, lost, token)).ToDictionary(row => row.Number);
            return [.. intents.Select(intent => written.Contains(intent.Row.Id) ? new IntentOutcome.Claimed(bill.Noted(intent))
                : holders.TryGetValue(intent.Row.Number, out var holder) ? new IntentOutcome.Held(holder)
                : bill.RefusalOf(intent) is { } refusal ? new IntentOutcome.Unpaid(refusal)
                : (IntentOutcome)new IntentOutcome.Changed())];
        }, WriteLane.Foreground, ct));

    /// <summary>Takes orders that are due and that nobody works on, oldest first.</summary>
    /// <param name="lease">Token of this turn; never used again.</param>
    /// <param name="length">Length of the lease.</param>
    /// <param name="limit">Most orders. 1 or more.</param>
    /// <param name="except">Carriers whose orders are left alone just now.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<IReadOnlyList<OrderRow>> ClaimDueAsync(string lease, TimeSpan length, int limit, IReadOnlyCollection<CarrierName> except, CancellationToken ct)
    {
        // Looking is cheap; on SQLite a write that finds nothing would still stand in the queue.
        var any = await database.ReadAsync((session, token) => session.Hot(AnyDue, NowMs).ExecuteScalarAsync(token), ct);
        if (Convert.ToInt64(any, System.Globalization.CultureInfo.InvariantCulture) == 0) return [];
        if (except.Count == 0) return await ClaimAsync(DueFirst, lease, length, (long)limit, ct);
        var others = string.Join(", ", except.Select((_, i) => NumberSql.P(FirstCarrier + i)));
        return await ClaimAsync($"{Due} AND carrier NOT IN ({others}) ORDER BY next_attempt, id LIMIT $4", lease, length, (long)limit, ct, [.. except.Select(carrier => carrier.ToString())]);
    }

    /// <summary>Takes one order that nobody works on, due or not, ended or not.</summary>
    public async Task<OrderRow?> ClaimAsync(OrderKey id, string lease, TimeSpan length, CancellationToken ct) =>
        (await ClaimAsync($"id = $4 AND {Unleased} AND {IsOursSql} AND {IsItsTurn}", lease, length, id.ToString(), ct)).SingleOrDefault();

    /// <summary>Makes leases longer.</summary>
    /// <returns>Those that are still held; the others were lost.</returns>
    public async Task<IReadOnlySet<(OrderKey Id, string Lease)>> RenewAsync(IReadOnlyList<(OrderKey Id, string Lease)> leases, TimeSpan length, CancellationToken ct)
    {
        if (leases.Count == 0) return new HashSet<(OrderKey, string)>();
        var until = NowMs + (long)length.TotalMilliseconds;
        var kept = await database.WriteAsync(async (session, token) =>
        {
            // One process may hold an order twice: in a turn that slept too long, and in the one that took it over.
            HashSet<(string Id, string Lease)> held = [];
            if (session.Kind == DatabaseKind.PostgreSql)
            {
                await using var reader = await session.Hot(
                    RenewMany, until, leases.Select(one => one.Id.ToString()).ToArray(), leases.Select(one => one.Lease).ToArray()).ExecuteReaderAsync(token);
                while (await reader.ReadAsync(token)) held.Add((reader.GetString(0), reader.GetString(1)));
            }
            else
            {
                foreach (var (id, lease) in leases)
                    if (session.Hot(Renew, until, id.ToString(), lease).ExecuteNonQuery() > 0) held.Add((id.ToString(), lease));
            }

            return held;
        }, WriteLane.Foreground, ct);
        return leases.Where(one => kept.Contains((one.Id.ToString(), one.Lease))).ToHashSet();
    }

    /// <summary>Gives a lease back without having done anything.</summary>
    public Task GiveBackAsync(OrderKey id, string lease, CancellationToken ct) =>
        database.WriteAsync((session, token) => session.Hot(GiveBack, id.ToString(), lease).ExecuteNonQueryAsync(token), WriteLane.Foreground, ct);

    /// <summary>Makes an order due now, when it waits for later. A notice from a carrier does no more than this.</summary>
    public Task HurryAsync(OrderKey id, CancellationToken ct) =>
        database.WriteAsync((session, token) => session.Hot(WakeUp, id.ToString(), NowMs).ExecuteNonQueryAsync(token), WriteLane.Foreground, ct);

    private async Task<IReadOnlyList<OrderRow>> ClaimAsync(string which, string lease, TimeSpan length, object value, CancellationToken ct, params object[] more) =>
        await database.WriteAsync(async (session, token) =>
        {
            var now = NowMs; // again at a repeat: it may have waited
            var locking = session.Kind == DatabaseKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";
            var sql = $"{Claim}{which}{locking}) RETURNING {OrderColumns.Names}";
            var rows = await OrderColumns.ReadAllAsync(session.Hot(sql, [lease, now + (long)length.TotalMilliseconds, now, value, .. more]), token);
            rows.Sort((left, right) => Nullable.Compare(left.NextAttempt, right.NextAttempt));
            return rows;
        }, WriteLane.Foreground, ct);

    // One journey: lock, write, look again. Each statement sees what was committed before it began.
    private static async Task<HashSet<OrderKey>> ClaimSetAsync(DbSession session, IReadOnlyList<OrderIntent> intents, long? rulesVersion, CancellationToken ct)
    {
        var numbers = intents.Where(intent => !intent.Row.Number.IsEmpty).Select(intent => intent.Row.Number).Distinct().ToList();
        var texts = numbers.Select(number => number.ToString()).ToArray();
        HashSet<string> inserted = new(StringComparer.Ordinal);
        Dictionary<string, long> revisions = new(StringComparer.Ordinal);
        await using (var batch = session.Batch())
        {
            if (rulesVersion is not null) Versions.AddRulesCheck(batch);
            batch.Add(OrderSql.LockBuckets, OrderSql.BucketClass, OrderSql.BucketsOf(numbers));
            batch.Add(LockNumbers, (object)texts);
            batch.Add(OrderSql.InsertMany, OrderColumns.Arrays([.. intents.Select(intent => intent.Row)]));
            batch.Add(Revisions, (object)texts); // whoever held the number until now may have settled it meanwhile

            await using var reader = await batch.ExecuteReaderAsync(ct);
            if (rulesVersion is { } expected)
            {
                await Versions.CheckRulesAsync(reader, expected, ct);
                await reader.NextResultAsync(ct);
            }

            await reader.NextResultAsync(ct); // the rows that were locked
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct)) inserted.Add(reader.GetString(0));
            await reader.NextResultAsync(ct);
            while (await reader.ReadAsync(ct)) revisions[reader.GetString(0)] = reader.GetInt64(1);
        }

        var mine = intents.Where(intent => inserted.Contains(intent.Row.Id.ToString())).ToList();
        var stale = mine.Where(intent => !intent.Row.Number.IsEmpty && revisions.GetValueOrDefault(intent.Row.Number.ToString()) != intent.Revision).ToList();
        if (stale.Count > 0)
            await session.Hot("DELETE FROM orders WHERE id = ANY($1)", (object)stale.Select(intent => intent.Row.Id.ToString()).ToArray()).ExecuteNonQueryAsync(ct);
        return [.. mine.Except(stale).Select(intent => intent.Row.Id)];
    }

    private static async Task<HashSet<OrderKey>> ClaimEachAsync(DbSession session, IReadOnlyList<OrderIntent> intents, long? rulesVersion, CancellationToken ct)
    {
        await Versions.CheckRulesAsync(session, rulesVersion, ct);
        HashSet<OrderKey> mine = [];
        foreach (var intent in intents)
        {
            if (!intent.Row.Number.IsEmpty && (session.Hot(Revision, intent.Row.Number.ToString()).ExecuteScalar() as long? ?? 0) != intent.Revision) continue;
            if (session.Hot(OrderSql.Insert, OrderColumns.Values(intent.Row)).ExecuteNonQuery() > 0) mine.Add(intent.Row.Id);
        }

        return mine;
    }
}
