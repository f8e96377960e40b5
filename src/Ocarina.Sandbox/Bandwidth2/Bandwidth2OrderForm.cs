using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Stock;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>A new order as sent: read, checked, nothing decided yet.</summary>
internal sealed record Bandwidth2OrderForm
{
    private const int NumbersMax = 5000;
    private const int NameMax = 50;
    private const string Existing = "ExistingTelephoneNumberOrderType";

    private static readonly string[] KnownElements =
        ["CustomerOrderId", "Name", "PartialAllowed", "BackOrderRequested", "SiteId", "PeerId", "TnAttributes", "CloseOrder"];

    // What a search-and-order type may hold, and the search parameter it stands for.
    private static readonly Dictionary<string, string> Parameters = new(StringComparer.Ordinal)
    {
        ["AreaCode"] = "areaCode", ["NpaNxx"] = "npaNxx", ["NpaNxxX"] = "npaNxxx", ["RateCenter"] = "rateCenter", ["State"] = "state", ["City"] = "city",
        ["Zip"] = "zip", ["Lata"] = "lata", ["TollFreeVanity"] = "tollFreeVanity", ["TollFreeWildCardPattern"] = "tollFreeWildCardPattern",
        ["Quantity"] = "quantity", ["EnableLCA"] = "LCA", ["EnableTNDetail"] = "enableTNDetail", ["LocalVanity"] = "localVanity", ["EndsIn"] = "endsIn",
    };

    private static readonly string[] SearchTypes =
    [
        "AreaCodeSearchAndOrderType", "NPANXXSearchAndOrderType", "RateCenterSearchAndOrderType", "StateSearchAndOrderType", "CitySearchAndOrderType",
        "ZIPSearchAndOrderType", "LATASearchAndOrderType", "TollFreeVanitySearchAndOrderType", "TollFreeWildCharSearchAndOrderType", "CombinedSearchAndOrderType",
    ];

    public string? CustomerOrderId { get; init; }
    public string? Name { get; init; }
    public bool PartialAllowed { get; init; } = true;
    public bool BackOrderRequested { get; init; }
    public required string SiteId { get; init; }
    public string? PeerId { get; init; }

    /// <summary>The element of the order type, for the echo.</summary>
    public required XElement Wish { get; init; }

    /// <summary>The numbers named, ten digits each; null for a search and order.</summary>
    public IReadOnlyList<string>? Numbers { get; init; }

    /// <summary>Reservations that open their numbers to this order.</summary>
    public IReadOnlyList<string> Reservations { get; init; } = [];

    /// <summary>What to search for, when no numbers are named.</summary>
    public Bandwidth2Criteria? Criteria { get; init; }

    /// <summary>How many numbers are wanted.</summary>
    public int Wanted => Numbers?.Count ?? Criteria?.Quantity ?? 0;

    /// <summary>Either a form or the error; errors are answered together with an echo of what was sent.</summary>
    public static (Bandwidth2OrderForm? Form, Bandwidth2Error? Error) Read(Bandwidth2Request request, XElement order, Bandwidth2Sites sites)
    {
        if (order.Name.LocalName != "Order") return Refused(Bandwidth2Error.Validation("an Order is expected"));
        var types = order.Elements().Where(element => element.Name.LocalName == Existing || SearchTypes.Contains(element.Name.LocalName)).ToList();
        var unknown = order.Elements().FirstOrDefault(element => !types.Contains(element) && !KnownElements.Contains(element.Name.LocalName));
        if (order.Text("CustomerOrderId") is { } id && !IsCustomerOrderId(id)) return Refused(Bandwidth2Error.BadCustomerOrderId);
        if (types.Count == 0) return Refused(Bandwidth2Error.BadOrderType);
        if (types.Count > 1 || unknown is not null) return Refused(Bandwidth2Error.Validation($"unexpected element {(unknown ?? types[1]).Name.LocalName}"));
        if (order.Text("Name") is { Length: > NameMax }) return Refused(Bandwidth2Error.Validation("Name is longer than 50 characters"));
        if (!TryFlag(order, "PartialAllowed", true, out var partial) || !TryFlag(order, "BackOrderRequested", false, out var backOrder))
            return Refused(Bandwidth2Error.Validation("a boolean is true or false"));

        var form = new Bandwidth2OrderForm
        {
            CustomerOrderId = order.Text("CustomerOrderId"),
            Name = order.Text("Name"),
            PartialAllowed = partial,
            BackOrderRequested = backOrder,
            SiteId = order.Text("SiteId") ?? "",
            PeerId = order.Text("PeerId"),
            Wish = types[0],
        };
        var (placed, misplaced) = form.PlacedIn(sites);
        if (placed is null) return Refused(misplaced ?? Bandwidth2Error.BadSite);
        return types[0].Name.LocalName == Existing ? placed.WithNumbers(request, types[0], sites) : placed.WithCriteria(types[0]);
    }

    /// <summary>Letters, digits, dashes and blanks; at most 40.</summary>
    public static bool IsCustomerOrderId(string text) => text.Length <= 40 && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or ' ');

    private (Bandwidth2OrderForm? Form, Bandwidth2Error? Error) PlacedIn(Bandwidth2Sites sites)
    {
        if (SiteId.Length == 0) return Refused(Bandwidth2Error.SiteRequired);
        if (sites.Find(SiteId) is not { } site) return Refused(Bandwidth2Error.BadSite);
        if (PeerId is null) return site.DefaultPeer is { } peer ? (this with { PeerId = peer.Id }, null) : Refused(Bandwidth2Error.NoDefaultPeer);
        return site.Peers.Any(peer => peer.Id == PeerId) ? (this, null) : Refused(Bandwidth2Error.BadPeer);
    }

    private (Bandwidth2OrderForm? Form, Bandwidth2Error? Error) WithNumbers(Bandwidth2Request request, XElement wish, Bandwidth2Sites sites)
    {
        var texts = wish.Elements("TelephoneNumberList").Elements("TelephoneNumber").Select(element => element.Value.Trim()).ToList();
        var reservations = wish.Elements("ReservationIdList").Elements("ReservationId").Select(element => element.Value.Trim()).ToList();
        if (texts.Count == 0) return Refused(Bandwidth2Error.NumberRequired);
        if (texts.Count > NumbersMax) return Refused(Bandwidth2Error.TooMany);
        if (texts.FirstOrDefault(text => request.Parse(text) is null) is { } malformed) return Refused(Bandwidth2Error.BadNumber(malformed));
        var numbers = texts.Select(text => request.Parse(text) ?? text).ToList();
        if (numbers.Distinct(StringComparer.Ordinal).Count() != numbers.Count) return Refused(Bandwidth2Error.Duplicates);
        if (BackOrderRequested) return Refused(Bandwidth2Error.BackorderIncompatible);
        var takesTollFree = sites.Find(SiteId)?.Peers.FirstOrDefault(peer => peer.Id == PeerId)?.TakesTollFree ?? true;
        if (!takesTollFree && numbers.Any(IsTollFree)) return Refused(Bandwidth2Error.TollFreeOff);
        return (this with { Numbers = numbers, Reservations = reservations }, null);
    }

    private (Bandwidth2OrderForm? Form, Bandwidth2Error? Error) WithCriteria(XElement wish)
    {
        var query = new Dictionary<string, string>(StringComparer.Ordinal) { ["quantity"] = "1" };
        foreach (var element in wish.Elements())
        {
            if (!Parameters.TryGetValue(element.Name.LocalName, out var parameter)) return Refused(Bandwidth2Error.Validation($"unexpected element {element.Name.LocalName}"));
            query[parameter] = element.Value.Trim();
        }
        if (!int.TryParse(query["quantity"], NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity is < 1 or > NumbersMax)
            return Refused(Bandwidth2Error.BadQuantity(query["quantity"]));
        if (BackOrderRequested && wish.Name.LocalName is "NPANXXSearchAndOrderType" or "TollFreeVanitySearchAndOrderType") return Refused(Bandwidth2Error.BackorderIncompatible);
        if (query.GetValueOrDefault("LCA") != "true") query.Remove("LCA");
        var (criteria, error) = Bandwidth2SearchQuery.Read(query, isV2: false);
        return criteria is null
            ? Refused(error ?? Bandwidth2Error.Unsupported)
            : (this with { Criteria = criteria with { LocalCallingArea = query.ContainsKey("LCA") } }, null);
    }

    /// <summary>True for the ten digits of a toll-free number.</summary>
    public static bool IsTollFree(string digits) => NanpStock.TollfreeCodes.Contains(digits[..3]);

    private static bool TryFlag(XElement order, string name, bool unsaid, out bool flag)
    {
        flag = unsaid;
        return order.Text(name) is not { } text || bool.TryParse(text, out flag);
    }

    private static (Bandwidth2OrderForm?, Bandwidth2Error?) Refused(Bandwidth2Error error) => (null, error);
}
