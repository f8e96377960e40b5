using System.Xml.Linq;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Sites and their peers.</summary>
internal static class Bandwidth2AccountDoors
{
    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("GET", "sites", "sites", Sites, Query: []),
        new("GET", "sites/{site}", "site", Site, Query: []),
        new("GET", "sites/{site}/sippeers", "peers", Peers, Query: []),
        new("GET", "sites/{site}/sippeers/{peer}", "peer", Peer, Query: []),
    ];

    private static Bandwidth2Reply Sites(Bandwidth2Books books, Bandwidth2Request request) =>
        new(200, new XElement("SitesResponse", new XElement("Sites", books.Sites.All.Select(Element))));

    private static Bandwidth2Reply Site(Bandwidth2Books books, Bandwidth2Request request) =>
        books.Sites.Find(request.Call.Route("site")) is { } site
            ? new Bandwidth2Reply(200, new XElement("SiteResponse", Element(site)))
            : Bandwidth2Reply.Refused(404, "SiteResponse", Bandwidth2Error.NoSuchSite(request.Call.Route("site")));

    private static Bandwidth2Reply Peers(Bandwidth2Books books, Bandwidth2Request request) =>
        books.Sites.Find(request.Call.Route("site")) is { } site
            ? new Bandwidth2Reply(200, new XElement("TNSipPeersResponse", new XElement("SipPeers", site.Peers.Select(Element))))
            : Bandwidth2Reply.Refused(404, "TNSipPeersResponse", Bandwidth2Error.NoSuchSite(request.Call.Route("site")));

    private static Bandwidth2Reply Peer(Bandwidth2Books books, Bandwidth2Request request)
    {
        var (siteId, peerId) = (request.Call.Route("site"), request.Call.Route("peer"));
        return books.Sites.Find(siteId)?.Peers.FirstOrDefault(peer => peer.Id == peerId) is { } peer
            ? new Bandwidth2Reply(200, new XElement("SipPeerResponse", Element(peer)))
            : Bandwidth2Reply.Refused(404, "SipPeerResponse", Bandwidth2Error.NoSuchPeer(peerId, request.Account, siteId));
    }

    private static XElement Element(Bandwidth2Site site) => new(
        "Site", new XElement("Id", site.Id), new XElement("Name", site.Name), Bandwidth2Xml.Optional("Description", site.Description));

    // The empty elements and the type attribute are the carrier's: readers must step over them.
    private static XElement Element(Bandwidth2Peer peer)
    {
        XNamespace schema = "http://www.w3.org/2001/XMLSchema-instance";
        return new XElement(
            "SipPeer",
            new XAttribute(XNamespace.Xmlns + "xsi", schema),
            new XAttribute(schema + "type", "FullSipPeer"),
            new XElement("PeerId", peer.Id),
            new XElement("PeerName", peer.Name),
            new XElement("IsDefaultPeer", peer.IsDefault),
            new XElement("ShortMessagingProtocol", "SIP"),
            new XElement("VoiceHosts"),
            new XElement("TerminationHosts"),
            new XElement("CallingName", new XElement("Display", true), new XElement("Enforced", false)));
    }
}
