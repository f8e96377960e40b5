using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Voxbone;

/// <summary>What the control interface does to this carrier beyond faults and stock.</summary>
internal static class VoxboneControl
{
    /// <summary>The answer of an action, or null when there is none of that name or it makes no sense.</summary>
    public static JsonNode? Do(VoxboneBooks books, string action, JsonObject body, DateTimeOffset now) => action switch
    {
        "account" => Account(books, body),
        "environment" => Environment(books, (string?)body["name"]),
        "nightly_reset" => Night(books),
        "address" => Address(books, body),
        "order" => Order(books, body, now),
        "price" => Price(books, body),
        "restock" => Restock(books, body, now),
        "counts" => Counts(books),
        _ => null,
    };

    // {"balance_minor":50000,"threshold_minor":10000,"active":true}
    private static JsonNode Account(VoxboneBooks books, JsonObject body)
    {
        books.Save(new VoxboneBooks.Account(
            (long?)body["balance_minor"] ?? books.Balance100, (long?)body["threshold_minor"] ?? books.Threshold100, (bool?)body["active"] ?? books.IsActive, books.TakesMoney));
        return new JsonObject
        {
            ["balance_minor"] = books.Balance100, ["threshold_minor"] = books.Threshold100, ["active"] = books.IsActive, ["takes_money"] = books.TakesMoney,
        };
    }

    // {"name":"production"} takes money, {"name":"sandbox"} and {"name":"beta"} do not.
    private static JsonNode? Environment(VoxboneBooks books, string? name)
    {
        if (name is not ("production" or "sandbox" or "beta")) return null;
        books.Save(new VoxboneBooks.Account(books.Balance100, books.Threshold100, books.IsActive, name == "production"));
        return new JsonObject { ["name"] = name };
    }

    private static JsonNode Night(VoxboneBooks books)
    {
        var gone = new JsonObject { ["carts"] = books.Carts.Count(), ["orders"] = books.Orders.Count(), ["dids"] = books.Dids.Count() };
        books.Night();
        return gone;
    }

    // {"id":20501,"status":"VERIFIED"}
    private static JsonNode? Address(VoxboneBooks books, JsonObject body)
    {
        var status = (string?)body["status"];
        if (books.Address((int?)body["id"] ?? 0) is not { } address || !VoxboneRegulationDoors.Statuses.Contains(status)) return null;
        books.Save(address with { Status = status! }); // among the statuses
        return new JsonObject { ["id"] = address.Id, ["status"] = status };
    }

    // {"reference":"50898DS…","status":"CONFIRMED"|"FULFILLED"|"CANCELED"|"CANCELED_PAYMENT"}; an ended order's money comes back for what was not delivered.
    private static JsonNode? Order(VoxboneBooks books, JsonObject body, DateTimeOffset now)
    {
        if (books.Order((string?)body["reference"] ?? "") is not { } order) return null;
        switch ((string?)body["status"])
        {
            case "CONFIRMED":
                books.Save(order with { ConfirmedAt = now });
                break;
            case "FULFILLED":
                books.Save(order with { ConfirmedAt = now });
                books.Save([.. books.DidsOf(order.Reference).Select(did => did with { DeliveredAt = now })]);
                VoxboneClerk.DeliverOwed(books, now);
                break;
            case "CANCELED" or "CANCELED_PAYMENT":
                books.Save(order with { Ending = (string?)body["status"], CanceledAt = now, Owed = new Dictionary<int, int>() });
                break;
            default:
                return null;
        }

        return new JsonObject { ["reference"] = order.Reference, ["status"] = books.Order(order.Reference) is { } after ? books.StatusOf(after, now) : null };
    }

    // {"group":1196,"monthly100":150,"setup100":0}
    private static JsonNode? Price(VoxboneBooks books, JsonObject body)
    {
        if (books.Stock.Group((int?)body["group"] ?? 0) is not { } group) return null;
        books.SetPrice(new VoxboneBooks.GroupChange(
            group.Place.GroupId, (int?)body["setup100"] ?? group.Setup100, (int?)body["monthly100"] ?? group.Monthly100, 0));
        return new JsonObject { ["group"] = group.Place.GroupId, ["setup100"] = group.Setup100, ["monthly100"] = group.Monthly100 };
    }

    // {"group":1196,"count":10}: new stock first goes to the orders that wait for it.
    private static JsonNode? Restock(VoxboneBooks books, JsonObject body, DateTimeOffset now)
    {
        if (books.Stock.Group((int?)body["group"] ?? 0) is not { } group || (int?)body["count"] is not { } count || count is < 1 or > 10_000) return null;
        books.Restock(new VoxboneBooks.GroupChange(group.Place.GroupId, 0, 0, count));
        var delivered = VoxboneClerk.DeliverOwed(books, now);
        return new JsonObject { ["group"] = group.Place.GroupId, ["delivered"] = delivered, ["stock"] = group.Stock(now) };
    }

    private static JsonNode Counts(VoxboneBooks books) => new JsonObject
    {
        ["groups"] = books.Stock.Groups.Count(),
        ["carts"] = books.Carts.Count(),
        ["orders"] = books.Orders.Count(),
        ["dids"] = books.Dids.Count(),
        ["balance_minor"] = books.Balance100,
    };
}
