using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Orders;

/// <summary>Orders at rest: intents, claims, leases, and how they end (docs/decisions/0010-orders.md).</summary>
/// <remarks>Stateless and safe to share. Expected losses are answers, never exceptions.</remarks>
public sealed partial class OrdersDatabase(IDatabase database, TimeProvider clock)
{
    internal const string IsOpenSql = "state NOT IN ('done', 'failed', 'pretended')";

    // Other kinds are rows of others.
    private const string IsOursSql = "kind IN ('acquire', 'disconnect', 'feature')";

    // These hold their number, so that there is one of them at most. Orders for features stand in a row.
    private const string HoldsNumberSql = "kind IN ('acquire', 'disconnect')";

    private static readonly string SelectOne = $"SELECT {OrderColumns.Names} FROM orders WHERE id = $1 AND {IsOursSql}";

    private static readonly string SelectMany = $"SELECT {OrderColumns.Names} FROM orders WHERE id = ANY($1) AND {IsOursSql}";

    private static readonly string SelectOpen = $"SELECT {OrderColumns.Names} FROM orders WHERE number = $1 AND {HoldsNumberSql} AND {IsOpenSql}";

    private static readonly string SelectOpenMany = $"SELECT {OrderColumns.Names} FROM orders WHERE number = ANY($1) AND {HoldsNumberSql} AND {IsOpenSql}";

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>An order by its key.</summary>
    public Task<OrderRow?> FindAsync(OrderKey id, CancellationToken ct) =>
        database.ReadAsync((session, token) => FindAsync(session, id, token), ct);

    /// <summary>The orders of these keys that exist.</summary>
    public async Task<IReadOnlyList<OrderRow>> FindManyAsync(IReadOnlyCollection<OrderKey> ids, CancellationToken ct) => ids.Count == 0
        ? []
        : await database.ReadAsync(async (session, token) =>
        {
            if (session.Kind == DatabaseKind.PostgreSql)
                return await OrderColumns.ReadAllAsync(session.Hot(SelectMany, (object)ids.Select(id => id.ToString()).ToArray()), token);
            List<OrderRow> rows = [];
            foreach (var id in ids)
                if (await FindAsync(session, id, token) is { } row) rows.Add(row);
            return rows;
        }, ct);

    /// <summary>The open orders of numbers: at most one each. A number of an acquire order is being bought for its account.</summary>
    public async Task<IReadOnlyDictionary<PhoneNumber, OrderRow>> FindOpenAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct)
    {
        if (numbers.Count == 0) return new Dictionary<PhoneNumber, OrderRow>();
        var rows = await database.ReadAsync((session, token) => FindOpenAsync(session, numbers, token), ct);
        return rows.ToDictionary(row => row.Number);
    }

    /// <summary>One page of orders, newest first.</summary>
    public async Task<OrderPage> ListAsync(OrderQuery query, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        List<object?> values = [];
        List<string> where = [IsOursSql];
        if (query.Within is { } account)
            where.Add("account IN (SELECT below.id FROM accounts top JOIN accounts below ON below.path >= top.path AND below.path < top.path || '~' "
                + $"WHERE top.id = {Value(account.ToString())})");
        if (query.Kind is { } kind) where.Add($"kind = {Value(kind.Name())}");
        if (query.Phase is { } phase) where.Add($"state = {Value(phase.Name())}");
        if (query.Outcome is { } outcome) where.Add(outcome == OrderOutcome.Stranded ? "outcome = 'stranded'" : $"outcome = {Value(outcome.Name())}");
        if (query.IsOpen is { } open) where.Add(open ? IsOpenSql : $"NOT ({IsOpenSql})");
        if (query.Number is { } number) where.Add($"number = {Value(number.ToString())}");
        if (query.Carrier is { } carrier) where.Add($"carrier = {Value(carrier.ToString())}");
        if (query.StartAt is { } start) where.Add($"id <= {Value(start.ToString())}");
        var sql = $"SELECT {OrderColumns.Names} FROM orders WHERE {string.Join(" AND ", where)} ORDER BY id DESC LIMIT {Value(query.PageSize + 1L)}";

        var rows = await database.ReadAsync(async (session, token) =>
        {
            await using var command = session.Cold(sql, [.. values]);
            return await OrderColumns.ReadAllAsync(command, token);
        }, ct);
        return rows.Count <= query.PageSize ? new OrderPage(rows, null) : new OrderPage(rows[..query.PageSize], rows[^1].Id);

        string Value(object value)
        {
            values.Add(value);
            return NumberSql.P(values.Count);
        }
    }

    internal static async Task<OrderRow?> FindAsync(DbSession session, OrderKey id, CancellationToken ct) =>
        (await OrderColumns.ReadAllAsync(session.Hot(SelectOne, id.ToString()), ct)).SingleOrDefault();

    internal static async Task<List<OrderRow>> FindOpenAsync(DbSession session, IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql)
            return await OrderColumns.ReadAllAsync(session.Hot(SelectOpenMany, (object)numbers.Select(number => number.ToString()).ToArray()), ct);
        List<OrderRow> rows = [];
        foreach (var number in numbers) rows.AddRange(await OrderColumns.ReadAllAsync(session.Hot(SelectOpen, number.ToString()), ct));
        return rows;
    }
}
