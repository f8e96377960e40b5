using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Keeps what was delivered beside the number that was ordered and could not be given back: one stranded order for each number, to be adopted or released.</summary>
/// <remarks>
/// Modules tell it as <c>number</c>, as a list of <c>numbers</c>, or as <c>dids</c> with <c>e164</c> and what they need to release one.
/// Whatever is told otherwise is kept in one order without a number: it was paid for, and a person has to know.
/// </remarks>
internal static class OrderSurplus
{
    /// <summary>The orders to write with the one that is settled.</summary>
    internal static IReadOnlyList<OrderRow> RowsOf(OrderRow row, TimeProvider clock)
    {
        if (row.Data.Surplus is not { } surplus) return [];
        var members = surplus.ToObject();
        List<(PhoneNumber? Number, DocumentText Data)> pieces = [];
        if (NumberOf(members["number"]) is { } only) pieces.Add((only, surplus));
        foreach (var item in Items("numbers")) pieces.Add((NumberOf(item), DocumentText.From(new JsonObject { ["number"] = item?.DeepClone() })));
        foreach (var item in Items("dids")) pieces.Add((NumberOf((item as JsonObject)?["e164"]), item is JsonObject did ? DocumentText.From(did) : surplus));
        if (pieces.Count == 0) pieces.Add((null, surplus));
        return [.. pieces.Select(piece => Row(row, piece.Number, piece.Data, clock))];

        JsonArray Items(string name) => members[name] as JsonArray ?? [];
    }

    /// <summary>True for an order that <see cref="RowsOf"/> made: nobody has asked for its number.</summary>
    internal static bool Is(OrderRow row) => row is { Kind: OrderKind.Acquire, Outcome: OrderOutcome.Stranded, Data.Request.IsEmpty: true };

    private static PhoneNumber? NumberOf(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && PhoneNumber.TryParse(text, out var number) ? number : null;

    private static OrderRow Row(OrderRow row, PhoneNumber? number, DocumentText data, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new OrderRow
        {
            Id = OrderKey.New(clock),
            Kind = OrderKind.Acquire,
            Phase = OrderPhase.NeedsOperator,
            Outcome = OrderOutcome.Stranded,
            Number = number ?? default,
            Carrier = row.Carrier,
            Account = row.Account,
            Actor = row.Actor,
            CarrierOrderId = row.CarrierOrderId,
            Error = OrderErrors.Surplus,
            Data = new OrderData { CarrierData = data, Delivered = data, DeliveredNumber = number },
            Evidence = [$"more than order {row.Id} asked for"],
            Created = now,
            Modified = now,
            SentAt = row.SentAt,
        };
    }
}
