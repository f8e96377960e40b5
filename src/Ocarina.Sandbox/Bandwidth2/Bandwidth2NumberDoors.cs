using System.Globalization;
using System.Xml.Linq;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>What is true of a number: in service, disconnected, or anything else the carrier tells about it.</summary>
internal static class Bandwidth2NumberDoors
{
    private const string Root = "TelephoneNumberResponse";
    private const int PageMax = 5000;
    private const string OtherAccount = "9900017";

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("GET", "inserviceNumbers", "inservice_list", InServiceList, Query: ["page", "size", "areacode", "npanxx", "state", "ratecenter", "enddate", "startdate"]),
        new("GET", "inserviceNumbers/{tn}", "inservice", InService, Query: []),
        new("GET", "discnumbers", "disconnected_list", DisconnectedList, Query: ["page", "size", "enddate", "startdate"]),
        new("GET", "discnumbers/{tn}", "disconnected", Disconnected, Query: []),
        new("GET", "tns", "tn_list", Everything, Query: ["page", "size", "accountId", "account", "status"]),
        new("GET", "tns/{tn}", "tn", Number, Query: []),
        new("GET", "tns/{tn}/tndetails", "tn_details", Details, Query: []),
        new("GET", "tns/{tn}/sites", "tn_site", Site, Query: []),
        new("GET", "tns/{tn}/sippeers", "tn_peer", Peer, Query: []),
        new("GET", "tns/{tn}/ratecenter", "tn_rate_center", RateCenter, Query: []),
        new("GET", "tns/{tn}/lata", "tn_lata", Lata, Query: []),
    ];

    // 200 without a body means ours and in service; a 404 has nothing but a Links element in it.
    private static Bandwidth2Reply InService(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (request.Parse(request.Call.Route("tn")) is not { } digits)
            return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.InvalidNumber(request.Call.Route("tn")));
        return books.Stock.Find(digits)?.IsInService(request.Now) == true ? new Bandwidth2Reply(200) : new Bandwidth2Reply(404, new XElement("Links"));
    }

    private static Bandwidth2Reply Disconnected(Bandwidth2Books books, Bandwidth2Request request)
    {
        if (request.Parse(request.Call.Route("tn")) is not { } digits)
            return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.InvalidNumber(request.Call.Route("tn")));
        return books.Stock.Find(digits) is { WasOurs: true } number && number.IsAging(request.Now)
            ? new Bandwidth2Reply(200) : new Bandwidth2Reply(404, new XElement("Links"));
    }

    private static Bandwidth2Reply InServiceList(Bandwidth2Books books, Bandwidth2Request request)
    {
        var query = request.Query();
        return Page(request, "inserviceNumbers", books.Stock.All
            .Where(number => number.IsInService(request.Now))
            .Where(number => !query.TryGetValue("areacode", out var areaCode) || number.Digits.StartsWith(areaCode, StringComparison.Ordinal))
            .Where(number => !query.TryGetValue("npanxx", out var exchange) || number.Digits.StartsWith(exchange, StringComparison.Ordinal))
            .Where(number => !query.TryGetValue("state", out var state) || number.Place?.State == state)
            .Where(number => !query.TryGetValue("ratecenter", out var rateCenter) || number.Place?.Name == rateCenter));
    }

    private static Bandwidth2Reply DisconnectedList(Bandwidth2Books books, Bandwidth2Request request) =>
        Page(request, "discnumbers", books.Stock.All.Where(number => number.WasOurs && number.IsAging(request.Now)));

    private static Bandwidth2Reply Page(Bandwidth2Request request, string resource, IEnumerable<Bandwidth2Number> numbers)
    {
        var query = request.Query();
        if (!int.TryParse(query.GetValueOrDefault("size", "500"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > PageMax)
            return Bandwidth2Reply.Refused(400, "TNs", Bandwidth2Error.BadPage);
        var all = numbers.Select(number => number.Digits).Order(StringComparer.Ordinal).ToList();
        // 204 when there is nothing. Further pages are named by the number they begin with.
        if (all.Count == 0) return new Bandwidth2Reply(204);
        var page = query.GetValueOrDefault("page", "1");
        var from = page == "1" ? 0 : all.IndexOf(request.Parse(page) ?? page);
        if (from < 0) return Bandwidth2Reply.Refused(400, "TNs", Bandwidth2Error.BadPage);
        var shown = all.Skip(from).Take(size).ToList();
        var next = all.Skip(from + size).FirstOrDefault();
        return new Bandwidth2Reply(200, new XElement(
            "TNs",
            new XElement("TotalCount", all.Count),
            new XElement(
                "Links",
                new XElement("first", Bandwidth2OrderDoors.Link(request, resource, "1", size, "first")),
                next is null ? null : new XElement("next", Bandwidth2OrderDoors.Link(request, resource, next, size, "next"))),
            new XElement(
                "TelephoneNumbers",
                new XElement("Count", shown.Count),
                shown.Select(digits => new XElement("TelephoneNumber", request.Show(digits))))));
    }

    private static Bandwidth2Reply Number(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number =>
    {
        var isOurs = number.StateAt(request.Now) == Bandwidth2NumberState.Sold || number.IsInService(request.Now) || (number.WasOurs && number.IsAging(request.Now));
        return new Bandwidth2Reply(200, new XElement(
            Root,
            new XElement("TelephoneNumber", request.Show(number.Digits)),
            new XElement("Status", number.StatusWord(request.Now)),
            new XElement("LastModifiedDate", isOurs ? Bandwidth2Xml.Moment(number.OrderedAt) : null),
            new XElement("OrderCreateDate", isOurs ? Bandwidth2OrderDoors.OddDate(number.OrderedAt, number.OrderId ?? "0") : null),
            isOurs ? new XElement("OrderId", number.OrderId) : null,
            isOurs ? new XElement("OrderType", number.OrderType) : null,
            isOurs ? Bandwidth2Xml.Optional("SiteId", number.SiteId) : null,
            isOurs ? new XElement("AccountId", request.Account)
                : number.StateAt(request.Now) == Bandwidth2NumberState.Taken ? new XElement("AccountId", OtherAccount) : null));
    });

    private static Bandwidth2Reply Details(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number =>
    {
        var isOurs = number.StateAt(request.Now) == Bandwidth2NumberState.Sold;
        var site = isOurs && number.SiteId is { } id ? books.Sites.Find(id) : null;
        var peer = site?.Peers.FirstOrDefault(peer => peer.Id == number.PeerId);
        return new Bandwidth2Reply(200, new XElement(Root, new XElement(
            "TelephoneNumberDetails",
            Place(number),
            new XElement("FullNumber", request.Show(number.Digits)),
            new XElement("Tier", number.Tier),
            new XElement("VendorId", 49),
            new XElement("VendorName", "Bandwidth CLEC"),
            new XElement("Status", number.StatusWord(request.Now)),
            isOurs ? new XElement("AccountId", request.Account) : null,
            new XElement("LastModified", Bandwidth2Xml.Moment(isOurs ? number.OrderedAt : DateTimeOffset.MinValue)),
            site is null ? null : new XElement("Site", new XElement("Id", site.Id), new XElement("Name", site.Name)),
            peer is null ? null : new XElement("SipPeer", new XElement("PeerId", peer.Id), new XElement("PeerName", peer.Name)),
            new XElement(
                "Features",
                new XElement("E911", new XElement("Status", "None")),
                new XElement("Lidb", new XElement("Status", "None")),
                new XElement("Dlda", new XElement("Status", "None"))),
            new XElement("ServiceTypes", new XElement("ServiceType", "Voice")))));
    });

    private static Bandwidth2Reply Site(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number =>
        number.StateAt(request.Now) == Bandwidth2NumberState.Sold && number.SiteId is { } id && books.Sites.Find(id) is { } site
            ? new Bandwidth2Reply(200, new XElement("Site", new XElement("Id", site.Id), new XElement("Name", site.Name)))
            : Bandwidth2Reply.NotThere);

    private static Bandwidth2Reply Peer(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number =>
        number.StateAt(request.Now) == Bandwidth2NumberState.Sold && number.SiteId is { } id
            && books.Sites.Find(id)?.Peers.FirstOrDefault(peer => peer.Id == number.PeerId) is { } peer
            ? new Bandwidth2Reply(200, new XElement("SipPeer", new XElement("Id", peer.Id), new XElement("Name", peer.Name)))
            : Bandwidth2Reply.NotThere);

    private static Bandwidth2Reply RateCenter(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number => number.Place is { } place
        ? new Bandwidth2Reply(200, new XElement(Root, new XElement(
            "TelephoneNumberDetails", new XElement("State", place.State), new XElement("RateCenter", place.Name))))
        : Bandwidth2Reply.NotThere);

    private static Bandwidth2Reply Lata(Bandwidth2Books books, Bandwidth2Request request) => Of(books, request, number => number.Place is { } place
        ? new Bandwidth2Reply(200, new XElement(Root, new XElement("TelephoneNumberDetails", new XElement("Lata", place.Lata))))
        : Bandwidth2Reply.NotThere);

    private static Bandwidth2Reply Everything(Bandwidth2Books books, Bandwidth2Request request)
    {
        var query = request.Query();
        if (!int.TryParse(query.GetValueOrDefault("size", "500"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > PageMax)
            return Bandwidth2Reply.Refused(400, "TelephoneNumbersResponse", Bandwidth2Error.BadPage);
        var from = query.GetValueOrDefault("page", "1");
        var numbers = books.Stock.All
            .Where(number => number.StateAt(request.Now) == Bandwidth2NumberState.Sold)
            .Where(number => !query.TryGetValue("status", out var status) || number.StatusWord(request.Now) == status)
            .Where(number => from == "1" || string.CompareOrdinal(number.Digits, from) >= 0)
            .ToList();
        var next = numbers.Skip(size).FirstOrDefault();
        return new Bandwidth2Reply(200, new XElement(
            "TelephoneNumbersResponse",
            new XElement("TelephoneNumberCount", Math.Min(size, numbers.Count)),
            new XElement(
                "Links",
                new XElement("first", Bandwidth2OrderDoors.Link(request, "tns", "1", size, "first")),
                next is null ? null : new XElement("next", Bandwidth2OrderDoors.Link(request, "tns", next.Digits, size, "next"))),
            new XElement("TelephoneNumbers", numbers.Take(size).Select(number => new XElement(
                "TelephoneNumber",
                Place(number),
                new XElement("FullNumber", request.Show(number.Digits)),
                new XElement("Tier", number.Tier),
                new XElement("Status", number.StatusWord(request.Now)),
                new XElement("AccountId", request.Account),
                new XElement("LastModified", Bandwidth2Xml.Moment(number.OrderedAt)))))));
    }

    private static Bandwidth2Reply Of(Bandwidth2Books books, Bandwidth2Request request, Func<Bandwidth2Number, Bandwidth2Reply> answer)
    {
        var text = request.Call.Route("tn");
        if (request.Parse(text) is not { } digits) return Bandwidth2Reply.Refused(400, Root, Bandwidth2Error.InvalidNumber(text));
        return books.Stock.Find(digits) is { } number ? answer(number) : Bandwidth2Reply.Refused(404, Root, Bandwidth2Error.NoSuchNumber(text));
    }

    private static XElement[] Place(Bandwidth2Number number) => number.Place is not { } place ? [] :
    [
        new XElement("City", Bandwidth2Places.CityOf(place)),
        new XElement("Lata", place.Lata),
        new XElement("State", place.State),
        new XElement("RateCenter", place.Name),
    ];
}
