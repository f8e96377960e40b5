using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage.Orders;

/// <content>Orders at providers of features: several of one number may be open, and go one after the other.</content>
public sealed partial class OrdersDatabase
{
    private static readonly string SelectOpenFeatures = $"SELECT {OrderColumns.Names} FROM orders WHERE number = $1 AND kind = 'feature' AND {IsOpenSql} ORDER BY id";

    private static readonly string SelectOpenFeaturesMany =
        $"SELECT {OrderColumns.Names} FROM orders WHERE number = ANY($1) AND kind = 'feature' AND {IsOpenSql} ORDER BY id";

    /// <summary>The open orders for features of numbers, oldest first.</summary>
    public async Task<IReadOnlyList<OrderRow>> FindOpenFeaturesAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct) => numbers.Count == 0
        ? []
        : await database.ReadAsync(async (session, token) =>
        {
            if (session.Kind == DatabaseKind.PostgreSql)
                return await OrderColumns.ReadAllAsync(session.Hot(SelectOpenFeaturesMany, (object)numbers.Select(number => number.ToString()).ToArray()), token);
            List<OrderRow> rows = [];
            foreach (var number in numbers) rows.AddRange(await OrderColumns.ReadAllAsync(session.Hot(SelectOpenFeatures, number.ToString()), token));
            return rows;
        }, ct);

    /// <summary>The newest orders for features of a number, open or ended, newest first.</summary>
    public async Task<IReadOnlyList<OrderRow>> FindFeaturesAsync(PhoneNumber number, int limit, CancellationToken ct) =>
        (await ListAsync(new OrderQuery { Number = number, Kind = OrderKind.Feature, PageSize = limit }, ct)).Rows;
}
