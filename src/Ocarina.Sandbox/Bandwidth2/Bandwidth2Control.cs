using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>What the control interface does to this carrier beyond faults and stock.</summary>
internal static class Bandwidth2Control
{
    private static readonly string[] OrderStates = ["COMPLETE", "PARTIAL", "BACKORDERED", "FAILED"];

    /// <summary>
    /// Ends an order that hangs, now: <c>{"id":"…"}</c> or <c>{"customer_order_id":"…"}</c>. With <c>status</c> its final status is changed;
    /// what was sold stays sold, so only statuses that fit the numbers it has are honest.
    /// </summary>
    public static JsonNode? Order(Bandwidth2Books books, JsonObject body, DateTimeOffset now)
    {
        var id = (string?)body["id"];
        var reference = (string?)body["customer_order_id"];
        var order = books.Orders.LastOrDefault(order => id is not null ? order.Id == id : order.CustomerOrderId == reference);
        var status = (string?)body["status"] ?? order?.FinalStatus;
        if (order is null || order.FinalAt <= now || !OrderStates.Contains(status)) return null;
        order = order with { FinalStatus = status!, ProcessingAt = order.ProcessingAt ?? now, FinalAt = now }; // among the states
        books.Book(order);
        return new JsonObject { ["id"] = order.Id, ["status"] = order.FinalStatus };
    }

    /// <summary>Moves a port order: <c>{"id":"…","status":"FOC","error_code":7205}</c>. COMPLETE brings the numbers into service.</summary>
    public static JsonNode? Port(Bandwidth2Books books, JsonObject body, DateTimeOffset now)
    {
        var status = (string?)body["status"] ?? "";
        if (books.Port((string?)body["id"] ?? "") is not { } port || !Bandwidth2Port.States.Contains(status)) return null;
        IReadOnlyList<Bandwidth2Error> errors = (int?)body["error_code"] is { } code ? [new Bandwidth2Error(code, "Rejected by the losing carrier")] : [];
        books.Book(Move(port, status, now, errors));
        return new JsonObject { ["id"] = port.Id, ["status"] = status };
    }

    /// <summary>How much of everything there is.</summary>
    public static JsonNode Counts(Bandwidth2Books books, DateTimeOffset now) => new JsonObject
    {
        ["numbers"] = books.Stock.All.Count,
        ["available"] = books.Stock.All.Count(number => number.StateAt(now) == Bandwidth2NumberState.Available),
        ["in_service"] = books.Stock.All.Count(number => number.IsInService(now)),
        ["orders"] = books.Orders.Count(),
        ["disconnects"] = books.Disconnects.Count(),
        ["reservations"] = books.Reservations.Count(),
        ["subscriptions"] = books.Subscriptions.Count,
    };

    /// <summary>The port order in its next state.</summary>
    public static Bandwidth2Port Move(Bandwidth2Port port, string status, DateTimeOffset now, IReadOnlyList<Bandwidth2Error> errors) => port with
    {
        Status = status,
        ChangedAt = now,
        Errors = errors,
        Past = [.. port.Past, $"{status} {Bandwidth2Xml.Moment(now)}"],
    };
}
