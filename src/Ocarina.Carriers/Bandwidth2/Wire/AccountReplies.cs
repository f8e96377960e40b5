using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>A site or a peer: what numbers are ordered for.</summary>
/// <param name="Id">Digits.</param>
/// <param name="Name">For people.</param>
/// <param name="IsDefault">True for the peer that a site takes when none is named.</param>
internal sealed record Place(string Id, string? Name, bool IsDefault = false)
{
    /// <summary>Reads <c>SitesResponse</c>, and the single <c>Site</c> that a number is in.</summary>
    internal static IReadOnlyList<Place> Sites(XElement root) =>
        [.. (root.Name.LocalName == "Site" ? [root] : root.Child("Sites").Children("Site").Concat(root.Children("Site"))).Select(Of).OfType<Place>()];

    /// <summary>Reads <c>TNSipPeersResponse</c>, <c>SipPeerResponse</c>, and the single <c>SipPeer</c> of a number, whose id is called <c>Id</c>.</summary>
    internal static IReadOnlyList<Place> Peers(XElement root) =>
        [.. (root.Name.LocalName == "SipPeer" ? [root] : root.Child("SipPeers").Children("SipPeer").Concat(root.Children("SipPeer"))).Select(Of).OfType<Place>()];

    private static Place? Of(XElement item) => (item.Text("PeerId") ?? item.Text("Id")) is { } id
        ? new Place(id, item.Words("PeerName") ?? item.Words("Name"), bool.TryParse(item.Text("IsDefaultPeer"), out var isDefault) && isDefault)
        : null;
}

/// <summary>A number that is held for us.</summary>
/// <param name="Id">The carrier's id of the reservation.</param>
/// <param name="SecondsLeft">Until when; 0 is over.</param>
/// <param name="Number">As E.164.</param>
/// <param name="Errors">Errors.</param>
internal sealed record ReservationReply(string? Id, int SecondsLeft, string? Number, IReadOnlyList<WireError> Errors)
{
    /// <summary>Reads <c>ReservationResponse</c>; below a number the root is <c>TNReservation</c>.</summary>
    internal static ReservationReply Of(XElement root)
    {
        var place = root.Child("Reservation") ?? root.Child("TNReservation") ?? root;
        return new(place.Text("ReservationId"), Lists.Whole(place.Text("ReservationExpires")) ?? 0,
            WireNumbers.ToE164(place.Text("ReservedTn")), ErrorShapes.Of(root));
    }
}

/// <summary>What happened to an order.</summary>
internal sealed record HistoryEntry(DateTimeOffset? At, string? Status, string? Note, string? Difference)
{
    /// <summary>Reads <c>OrderHistoryWrapper</c>; the word for the state comes in either case.</summary>
    internal static IReadOnlyList<HistoryEntry> ListOf(XElement root) => [.. root.Children("OrderHistory").Select(item =>
        new HistoryEntry(WireDates.Of(item.Text("OrderDate")), item.Text("Status")?.ToUpperInvariant(), item.Words("Note"), item.Words("Difference")))];
}

/// <summary>Where notices are sent.</summary>
/// <param name="Id">The carrier's id.</param>
/// <param name="OrderType"><c>orders</c>, <c>disconnects</c>; none for subscriptions to events.</param>
/// <param name="CallbackAddress">Where to; none for mail. Recorded ones carry quote characters around the address.</param>
/// <param name="ExpirySeconds">Life time.</param>
internal sealed record Subscription(string Id, string? OrderType, string? CallbackAddress, int? ExpirySeconds)
{
    /// <summary>Reads <c>SubscriptionsResponse</c>; a single one may stand right below the root.</summary>
    internal static IReadOnlyList<Subscription> ListOf(XElement root) =>
        [.. root.Child("Subscriptions").Children("Subscription").Concat(root.Children("Subscription")).Select(item =>
        {
            var callback = item.Child("CallbackSubscription");
            return new Subscription(item.Text("SubscriptionId") ?? "", item.Text("OrderType"), callback.Text("URL")?.Trim('"'), Lists.Whole(callback.Text("Expiry")));
        })];
}
