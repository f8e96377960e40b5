using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Server.Crossbar.Orders;

/// <summary>An order as clients see it (numbers.md 7.14). What the carrier said is for admins: it may name other customers, prices and systems.</summary>
internal static class OrderDocument
{
    /// <summary>The whole order.</summary>
    public static JsonObject Render(OrderRow order, bool isAdmin)
    {
        var document = new JsonObject { ["id"] = order.Id.ToString(), ["kind"] = order.Kind.Name() };
        if (order.Number.ToString() is { Length: > 0 } number) document["number"] = number; // some number of a group has no name yet
        if (order.Data.Offer is { } offer) document["offer"] = offer;
        if (order.Account is { } account) document["account_id"] = account.ToString();
        document["carrier"] = order.Carrier.ToString();
        if (order.Kind == OrderKind.Feature)
        {
            document["feature"] = (string?)order.Data.Request.ToObject()["feature"];
            document["removes"] = !order.Data.Request.ToObject().ContainsKey("wanted");
            if (order.Data.Next is { } following) document["followed_by"] = following.ToString();
        }

        document["state"] = order.Phase.Name();
        if (order.Outcome is { } outcome) document["outcome"] = outcome.Name();
        if (order.Error is { } error) document["error"] = error;
        document["attempts"] = order.Attempts;
        document["created"] = order.Created.ToGregorianSeconds();
        document["modified"] = order.Modified.ToGregorianSeconds();
        if (order.NextAttempt is { } next) document["next_attempt"] = next.ToGregorianSeconds();
        if (order.CarrierOrderId is { } id) document["carrier_order_id"] = id;
        document["held"] = Amount(order.CreditHeld);
        if (order.Data.IsPretended || order.Outcome == OrderOutcome.Pretended) document["sandbox"] = true;
        if (!order.Data.Restrictions.IsEmpty) document["restrictions"] = order.Data.Restrictions.ToObject();
        if (isAdmin) AddCarriersWords(document, order);
        return document;
    }

    /// <summary>What a number says of its open order.</summary>
    public static JsonObject Short(OrderKey id, OrderPhase phase) => new() { ["id"] = id.ToString(), ["state"] = phase.Name() };

    private static void AddCarriersWords(JsonObject document, OrderRow order)
    {
        document["actor"] = order.Actor.ToString();
        if (order.SentAt is { } sent) document["sent"] = sent.ToGregorianSeconds();
        if (order.CarrierStatus is { } status) document["carrier_status"] = status;
        if (order.Data.Code is { } code) document["code"] = code;
        if (order.Data.Detail is { } detail) document["detail"] = detail;
        if (order.Data.Warnings.Count > 0) document["warnings"] = Texts(order.Data.Warnings);
        if (order.Data.Surplus is { } surplus) document["surplus"] = surplus.ToObject();
        document["evidence"] = Texts(order.Evidence);
    }

    private static decimal Amount(string? held) => decimal.TryParse(held, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) ? amount : 0;

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
