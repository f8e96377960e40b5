using Ocarina.Core;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Orders;

/// <summary>Statements on orders that stand in transactions of several rooms' making.</summary>
internal static class OrderSql
{
    /// <summary>
    /// Numbers without a row are locked by their bucket: exclusively by whoever claims them with an order, shared by whoever creates them. Few, for they are taken in order and count against the server's table of locks.
    /// </summary>
    private const int Buckets = 16;

    /// <summary>First half of the keys of the buckets' advisory locks.</summary>
    internal const int BucketClass = 0x0CA2_1A03;

    internal const string LockBuckets = "SELECT pg_advisory_xact_lock($1::int, bucket) FROM unnest($2::int[]) AS bucket";

    internal const string LockBucketsShared = "SELECT pg_advisory_xact_lock_shared($1::int, bucket) FROM unnest($2::int[]) AS bucket";

    internal static readonly string Insert =
        $"INSERT INTO orders ({OrderColumns.Names}) VALUES ({string.Join(", ", OrderColumns.All.Select((_, i) => NumberSql.P(i + 1)))}) ON CONFLICT DO NOTHING";

    /// <summary>In order of the number: two batches do not wait crosswise.</summary>
    internal static readonly string InsertMany =
        $"INSERT INTO orders ({OrderColumns.Names}) SELECT {string.Join(", ", OrderColumns.All.Select(column => $"u.{column.Name}"))} "
        + $"FROM unnest({string.Join(", ", OrderColumns.All.Select((column, i) => $"{NumberSql.P(i + 1)}::{(column.IsLong ? "bigint[]" : "text[]")}"))}) AS u({OrderColumns.Names}) "
        + "ORDER BY u.number COLLATE \"C\", u.id COLLATE \"C\" ON CONFLICT DO NOTHING RETURNING id";

    private const string OpenOrders = "SELECT number, kind, state, carrier FROM orders WHERE kind IN ('acquire', 'disconnect') AND state NOT IN ('done', 'failed', 'pretended')";

    /// <summary>The open orders of numbers, kept as they are until the transaction ends.</summary>
    internal const string LockOpenMany = $"{OpenOrders} AND number = ANY($1) FOR UPDATE";

    internal const string OpenOne = $"{OpenOrders} AND number = $1";

    // What was never sent, or lies stranded, ends when its number goes from stock and stays with the carrier.
    private const string Withdraw =
        "UPDATE orders SET state = 'failed', outcome = 'refused', error = 'withdrawn', next_attempt = NULL, lease_owner = NULL, lease_until = NULL";

    private const string IsWithdrawable = "kind = 'disconnect' AND (state = 'prepared' OR (state = 'done' AND outcome = 'stranded'))";

    internal const string WithdrawOne = $"{Withdraw}, modified = $3 WHERE number = $1 AND carrier = $2 AND {IsWithdrawable}";

    /// <summary>Only for numbers whose change this very transaction has just written.</summary>
    internal const string WithdrawMany =
        $"{Withdraw}, modified = $4 FROM unnest($1::text[], $2::text[], $3::bigint[]) AS u(number, carrier, revision) "
        + $"WHERE orders.number = u.number AND orders.carrier = u.carrier AND {IsWithdrawable} "
        + "AND EXISTS (SELECT 1 FROM number_events e WHERE e.number = u.number AND e.revision = u.revision AND e.xid = pg_current_xact_id())";

    /// <summary>The buckets of numbers, in order.</summary>
    internal static int[] BucketsOf(IEnumerable<PhoneNumber> numbers) => [.. numbers.Select(BucketOf).Distinct().Order()];

    /// <summary>True when an open order leaves the number to a change: it gives the number back, was not sent, and the number stays with its carrier.</summary>
    internal static bool IsWithdrawn(string kind, string state, string carrier, CarrierName after) =>
        kind == "disconnect" && state == "prepared" && carrier == after.ToString();

    // The same in every process and version: FNV-1a.
    private static int BucketOf(PhoneNumber number)
    {
        var hash = 2166136261u;
        foreach (var letter in number.ToString()) hash = (hash ^ letter) * 16777619u;
        return (int)(hash % Buckets);
    }
}
