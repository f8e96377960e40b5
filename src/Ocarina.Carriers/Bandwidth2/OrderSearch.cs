using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Finds orders by our reference (carriers.md 4.7, recovery). The carrier's filter is only a hint: we compare ourselves, for its references are not unique.</summary>
internal sealed class OrderSearch(Bandwidth2Client client)
{
    private const int PagesMax = 5;
    private const int ReadsMax = 50;

    /// <summary>Ids of the orders that carry exactly our key.</summary>
    /// <exception cref="CarrierException">The lists could not be read to their end: nothing is proven.</exception>
    internal async Task<IReadOnlyList<string>> FindAsync(OrderKey key, CancellationToken ct)
    {
        List<string> found = [];
        var reads = 0;
        var page = "1";
        for (var at = 0; at < PagesMax; at++)
        {
            var list = await PageAsync(key, page, ct);
            foreach (var order in list.Orders.Where(order => PathPart.IsSafe(order.Id)))
            {
                if (order.Reference is { } reference)
                {
                    if (reference == key.ToString()) found.Add(order.Id);
                }
                else if (order.Type is null or "new_number")
                {
                    // Lists leave the reference out as they like; the order itself has it.
                    if (++reads > ReadsMax) throw Inconclusive();
                    if (await IsOursAsync(order.Id, key, ct)) found.Add(order.Id);
                }
            }

            if (found.Count > 0 || list.NextPage is null || list.NextPage == page || list.Orders.Count == 0) return found;
            page = list.NextPage;
        }

        throw Inconclusive();
    }

    private async Task<OrderPage> PageAsync(OrderKey key, string page, CancellationToken ct)
    {
        var reply = await client.ReadAsync("orders_list", "orders", LimitGroups.OrderRead, ct,
            new("page", page), new("size", "50"), new("customerOrderId", key.ToString()));
        return OfList(reply);
    }

    /// <summary>Reads a list of orders. A 404 whose body holds nothing but links is an empty one.</summary>
    internal static OrderPage OfList(CarrierReply reply)
    {
        if (reply.Status != 404 || !Faults.IsXml(reply)) return Lists.Orders(Faults.Xml(reply, WireContext.Order, "ResponseSelectWrapper"));
        var root = CarrierXml.Parse(reply);
        return root.Name.LocalName is "Links" or "ResponseSelectWrapper" && ErrorShapes.Of(root).Count == 0
            ? Lists.Orders(root)
            : throw new CarrierException(Faults.Of(reply, WireContext.Order));
    }

    private async Task<bool> IsOursAsync(string id, OrderKey key, CancellationToken ct)
    {
        var reply = await client.ReadAsync("order_get", $"orders/{CarrierAddress.Segment(id)}", LimitGroups.OrderRead, ct);
        if (!reply.IsSuccess) throw new CarrierException(Faults.Of(reply, WireContext.Order));
        var root = CarrierXml.Parse(reply);
        Faults.Expect(root, "OrderResponse");
        return OrderReply.Of(root).Reference == key.ToString();
    }

    private static CarrierException Inconclusive() =>
        new(new CarrierError(CarrierErrorKind.OutcomeUnknown, "The carrier's list of orders is too long to be read to its end"));
}
