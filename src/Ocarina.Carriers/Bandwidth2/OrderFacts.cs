using System.Text.Json.Nodes;
using Ocarina.Core;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>What recovery needs of an order, noted before it is sent.</summary>
internal sealed record OrderFacts
{
    /// <summary>The account it was sent under: in another account it would look as if it had never been.</summary>
    internal string? AccountId { get; init; }

    /// <summary>The reservation that holds the number.</summary>
    internal string? ReservationId { get; init; }

    /// <summary>True once the carrier took our word to end a backorder.</summary>
    internal bool IsClosed { get; init; }

    /// <summary>The carrier's id of the release of what was delivered beside our number.</summary>
    internal string? SurplusOrderId { get; init; }

    /// <summary>Reads what was noted.</summary>
    internal static OrderFacts Of(DocumentText document)
    {
        var members = document.ToObject();
        return new OrderFacts
        {
            AccountId = Text("account_id"), ReservationId = Text("reservation_id"), SurplusOrderId = Text("surplus_order_id"),
            IsClosed = members["closed"] is JsonValue closed && closed.TryGetValue<bool>(out var isClosed) && isClosed,
        };

        string? Text(string name) => members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    /// <summary>As noted.</summary>
    internal DocumentText ToDocument()
    {
        var members = new JsonObject();
        if (AccountId is not null) members["account_id"] = AccountId;
        if (ReservationId is not null) members["reservation_id"] = ReservationId;
        if (SurplusOrderId is not null) members["surplus_order_id"] = SurplusOrderId;
        if (IsClosed) members["closed"] = true;
        return DocumentText.From(members);
    }
}
