using System.Globalization;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>What the carrier says of a purchase: after it was made, or when it was asked (carriers.md 4.7).</summary>
internal sealed record OrderReply
{
    /// <summary>The carrier's id; missing in some replies.</summary>
    internal string? Id { get; init; }

    /// <summary>Our reference, as echoed.</summary>
    internal string? Reference { get; init; }

    /// <summary>Name of the order.</summary>
    internal string? Name { get; init; }

    /// <summary>Word for its state, in capitals; missing in good replies too, and then the same as RECEIVED.</summary>
    internal string? Status { get; init; }

    /// <summary>Site, as echoed.</summary>
    internal string? SiteId { get; init; }

    /// <summary>Peer, as echoed.</summary>
    internal string? PeerId { get; init; }

    /// <summary>When it ended; none when absent or nonsense.</summary>
    internal DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Numbers that were bought, as E.164.</summary>
    internal IReadOnlyList<string> Completed { get; init; } = [];

    /// <summary>Numbers that were not.</summary>
    internal IReadOnlyList<string> Failed { get; init; } = [];

    /// <summary>How many were not, by the carrier's own count.</summary>
    internal int FailedQuantity { get; init; }

    /// <summary>Errors. A request that is refused is echoed with its numbers, so only this tells success from failure.</summary>
    internal IReadOnlyList<WireError> Errors { get; init; } = [];

    /// <summary>Reads <c>OrderResponse</c>.</summary>
    internal static OrderReply Of(XElement root)
    {
        var order = root.Child("Order");
        return new OrderReply
        {
            Id = order?.Text("id") ?? order?.Text("OrderId") ?? order?.Text("orderId"),
            Reference = order?.Text("CustomerOrderId"),
            Name = order?.Text("Name"),
            Status = root.Text("OrderStatus")?.ToUpperInvariant(),
            SiteId = order?.Text("SiteId"),
            PeerId = order?.Text("PeerId"),
            CompletedAt = WireDates.Of(root.Text("OrderCompleteDate")),
            Completed = Numbers(root.Child("CompletedNumbers")),
            Failed = Numbers(root.Child("FailedNumbers")),
            FailedQuantity = int.TryParse(root.Text("FailedQuantity"), NumberStyles.None, CultureInfo.InvariantCulture, out var failed) ? failed : 0,
            Errors = ErrorShapes.Of(root),
        };
    }

    // Both forms were seen: the number directly in the list, and below TelephoneNumber.
    private static IReadOnlyList<string> Numbers(XElement? list) => list is null ? []
        : [.. list.Elements().Select(item => WireNumbers.ToE164(item.Text("FullNumber") ?? item.Inner())).OfType<string>().Distinct(StringComparer.Ordinal)];
}

/// <summary>What the carrier says of a release (carriers.md 4.8).</summary>
internal sealed record DisconnectReply(string? Id, string? Reference, string? Status, IReadOnlyList<string> Released, IReadOnlyList<string> Asked, IReadOnlyList<WireError> Errors)
{
    /// <summary>Reads <c>DisconnectTelephoneNumberOrderResponse</c>.</summary>
    internal static DisconnectReply Of(XElement root)
    {
        var request = root.Child("orderRequest") ?? root.Child("OrderRequest");
        return new DisconnectReply(
            request?.Text("id") ?? request?.Text("OrderId"),
            request?.Text("CustomerOrderId"),
            root.Text("OrderStatus")?.ToUpperInvariant(),
            Lists.Numbers(root.Child("DisconnectedTelephoneNumberList")),
            Lists.Numbers(request?.Child("DisconnectTelephoneNumberOrderType")?.Child("TelephoneNumberList")),
            ErrorShapes.Of(root));
    }
}

/// <summary>Dates of this carrier: with <c>Z</c>, with an offset, with dashes between hours and minutes, cut after the hour, or of the year 1.</summary>
internal static class WireDates
{
    /// <summary>The date, or none when it makes no sense: no decision hangs on one.</summary>
    internal static DateTimeOffset? Of(string? text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            && date.Year > 1 ? date : null;

    private static readonly string[] Forms =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH-mm-ss.FFFFFFFK", "yyyy-MM-dd'T'HH-mm-ssK", "yyyy-MM-dd"];
}
