using System.Globalization;
using System.Numerics;
using Ocarina.Core.Stock;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Queries;

/// <summary>Statements over the platform's own stock. Each source reads its own partial index, from the prefix on and never beyond it.</summary>
internal static class StockSql
{
    /// <summary>A statement and its parameters, which begin with the two ends of the range.</summary>
    internal readonly record struct Statement(string Sql, object?[] Values);

    /// <summary>One page over all sources, in order of the number: number, place of its source, carrier, locality.</summary>
    /// <remarks>No source is read further than the page needs.</remarks>
    internal static Statement Page(DatabaseKind kind, StockQuery query, PrefixRange range)
    {
        var sources = query.Sources.Distinct().ToList();
        var order = NumberOrder.OfIndex(kind);
        List<object?> values = [range.First, range.Beyond];
        string rows;
        if (kind == DatabaseKind.Sqlite && query.Offset + (long)query.Limit <= query.PerSourceMax)
        {
            // The page ends before any source could reach its bound, and an engine that need not count the rows of each merges them as they come.
            rows = string.Join(" UNION ALL ", sources.Select((source, i) => $"SELECT {Hit(i)} FROM {Table(kind, source)} WHERE {Where(order, source, values)}"));
        }
        else
        {
            // PostgreSQL merges only what it knows to be sorted: with a bound of its own each source comes out of its index in order.
            rows = $"SELECT * FROM ({Union(kind, order, sources, values, Hit, Bound(query.PerSourceMax, query.Offset + (long)query.Limit))}) found";
        }

        values.AddRange([(long)query.Limit, (long)query.Offset]);
        return new Statement($"{rows} ORDER BY {order.Ascending} LIMIT {NumberSql.P(values.Count - 1)} OFFSET {NumberSql.P(values.Count)}", [.. values]);
    }

    /// <summary>The first free numbers over all sources, not locked: $3 is how many.</summary>
    internal static Statement Candidates(DatabaseKind kind, StockQuery query, PrefixRange range, int limit)
    {
        var order = NumberOrder.OfIndex(kind);
        List<object?> values = [range.First, range.Beyond, (long)limit];
        var union = Union(kind, order, [.. query.Sources.Distinct()], values, _ => "number", Bound(int.MaxValue, limit));
        return new Statement($"SELECT number FROM ({union}) found ORDER BY {order.Ascending} LIMIT $3", [.. values]);
    }

    /// <summary>Free rows of one source from a number on. PostgreSQL: locked, and those that others hold are passed over.</summary>
    internal static Statement Take(DatabaseKind kind, StockSource source, PrefixRange range, int limit, bool skipLocked)
    {
        var order = NumberOrder.OfIndex(kind);
        List<object?> values = [range.First, range.Beyond, (long)limit];
        var where = Where(order, source, values);
        return new Statement(
            $"SELECT {NumberColumns.Names} FROM {Table(kind, source)} WHERE {where} ORDER BY {order.Ascending} LIMIT $3{(skipLocked ? " FOR UPDATE SKIP LOCKED" : "")}", [.. values]);
    }

    /// <summary>Those of the named numbers ($1) that are still free, locked in order of the number. PostgreSQL only.</summary>
    internal static Statement LockNamed(StockQuery query, string[] numbers)
    {
        List<object?> values = [numbers];
        var free = string.Join(" OR ", query.Sources.Distinct().Select(source => $"({Belongs(source, values)})"));
        return new Statement($"SELECT {NumberColumns.Names} FROM numbers WHERE number = ANY($1) AND ({free}) ORDER BY number FOR UPDATE", [.. values]);
    }

    private static string Hit(int source) => string.Create(CultureInfo.InvariantCulture, $"number, {source} AS source, carrier, locality");

    // Written out, not a parameter: only then does PostgreSQL see that one plan is good for all, and stops planning each search anew, which costs
    // several times what it reads. Powers of two, so that there are few texts.
    private static string Bound(int most, long wanted) => Math.Min(most, (long)BitOperations.RoundUpToPowerOf2((ulong)wanted)).ToString(CultureInfo.InvariantCulture);

    private static string Union(DatabaseKind kind, NumberOrder order, List<StockSource> sources, List<object?> values, Func<int, string> columns, string bound) =>
        string.Join(" UNION ALL ", sources.Select((source, i) =>
            $"SELECT * FROM (SELECT {columns(i)} FROM {Table(kind, source)} WHERE {Where(order, source, values)} ORDER BY {order.Ascending} LIMIT {bound}) s{i}"));

    private static string Where(NumberOrder order, StockSource source, List<object?> values) =>
        $"{Belongs(source, values)} AND number {order.From} $1 AND number {order.Before} $2";

    // SQLite keeps no statistics unless asked to, and might read a reserve through all that the account has; it is told.
    private static string Table(DatabaseKind kind, StockSource source) => kind == DatabaseKind.PostgreSql ? "numbers" : source switch
    {
        StockSource.AvailableOf => "numbers INDEXED BY numbers_available",
        StockSource.KeptFor => "numbers INDEXED BY numbers_kept",
        _ => "numbers INDEXED BY numbers_reserved",
    };

    // The literals are those of the partial indexes: a parameter in their place would hide the index from the planner.
    private static string Belongs(StockSource source, List<object?> values)
    {
        switch (source)
        {
            case StockSource.AvailableOf(var carrier):
                values.Add(carrier.ToString());
                return $"state = 'available' AND stock_account IS NULL AND held_at_carrier = 1 AND carrier = {NumberSql.P(values.Count)}";
            case StockSource.KeptFor(var carrier, var account):
                values.AddRange([carrier.ToString(), account.ToString()]);
                return $"state = 'available' AND stock_account = {NumberSql.P(values.Count)} AND held_at_carrier = 1 AND carrier = {NumberSql.P(values.Count - 1)}";
            case StockSource.ReservedBy(var holder):
                values.Add(holder.ToString());
                return $"state = 'reserved' AND account = {NumberSql.P(values.Count)}";
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
