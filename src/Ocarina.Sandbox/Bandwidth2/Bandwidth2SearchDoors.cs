using System.Globalization;
using System.Xml.Linq;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Searches: numbers that can be ordered, and exchanges that have some.</summary>
internal static class Bandwidth2SearchDoors
{
    private const string VendorId = "49";
    private const string VendorName = "Bandwidth CLEC";

    public static IEnumerable<Bandwidth2Door> All { get; } =
    [
        new("GET", "availableNumbers", "search", Search),
        new("GET", "availableNpaNxx", "search_exchanges", Exchanges),
    ];

    private static Bandwidth2Reply Search(Bandwidth2Books books, Bandwidth2Request request)
    {
        var (criteria, error) = Bandwidth2SearchQuery.Read(request.Query(), request.IsV2);
        if (criteria is null) return Refused("SearchResult", error!); // one of both is there
        if (request.Call.Behaviour("filter_ignored") is not null) criteria = criteria with { AreaCode = null, NpaNxx = null, NpaNxxx = null };

        var found = Bandwidth2Search.Find(books.Stock, criteria, request.Now);
        var result = new XElement("SearchResult");
        // Nothing found is an empty element, not a count of zero.
        if (found.Count == 0) return new Bandwidth2Reply(200, result);

        result.Add(new XElement("ResultCount", found.Count));
        // Toll-free numbers have no rate centre: they come as a plain list even when details are wanted.
        if (!criteria.Detail || criteria.IsTollFree)
        {
            result.Add(new XElement("TelephoneNumberList", found.Select(number => new XElement("TelephoneNumber", request.Show(number.Digits)))));
            return new Bandwidth2Reply(200, result);
        }

        var spelling = request.Call.Behaviour("plain_telephone_number") is null ? "FullNumber" : "TelephoneNumber";
        var padding = request.Call.Behaviour("multiline_text") is null ? null : "\n              ";
        result.Add(new XElement("TelephoneNumberDetailList", found.Select(number => Detail(request, number, spelling, padding))));
        return new Bandwidth2Reply(200, result);
    }

    private static XElement Detail(Bandwidth2Request request, Bandwidth2Number number, string spelling, string? padding)
    {
        var place = number.Place!; // toll-free numbers went another way
        // Some rate centres come with blanks behind them: recorded replies do.
        var rateCenter = place.Name + (padding ?? (place.Name.Length is 6 ? " " : ""));
        return new XElement(
            "TelephoneNumberDetail",
            request.IsV2 ? new XElement("CountryCodeA3", place.Country) : null,
            request.IsV2 ? new XElement("PhoneNumberType", "GEOGRAPHIC") : null,
            new XElement("City", Bandwidth2Places.CityOf(place)),
            new XElement("LATA", place.Lata),
            new XElement("RateCenter", rateCenter),
            new XElement("State", place.State),
            new XElement(spelling, request.Show(number.Digits)),
            new XElement("Tier", number.Tier),
            new XElement("VendorId", VendorId),
            new XElement("VendorName", VendorName));
    }

    private static Bandwidth2Reply Exchanges(Bandwidth2Books books, Bandwidth2Request request)
    {
        const string Root = "SearchResultForAvailableNpaNxx";
        var query = request.Query();
        var quantity = Bandwidth2Criteria.QuantityMax;
        if (query.Keys.Any(name => name is not ("areaCode" or "state" or "quantity"))) return Refused(Root, Bandwidth2Error.Unsupported);
        if (query.TryGetValue("quantity", out var text) && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out quantity) && quantity is >= 1 and <= Bandwidth2Criteria.QuantityMax))
            return Refused(Root, Bandwidth2Error.Unsupported);
        var areaCode = query.GetValueOrDefault("areaCode");
        var state = query.GetValueOrDefault("state")?.ToUpperInvariant();
        if (areaCode is null && state is null) return Refused(Root, Bandwidth2Error.Unsupported);
        if (areaCode is not null && !Bandwidth2Places.IsAreaCode(areaCode)) return Refused(Root, Bandwidth2Error.BadAreaCode(areaCode));
        if (state is not null && !Bandwidth2Places.IsState(state)) return Refused(Root, Bandwidth2Error.BadState);

        return new Bandwidth2Reply(200, new XElement(Root, new XElement("AvailableNpaNxxList", Bandwidth2Search.Exchanges(books.Stock, areaCode, state, request.Now)
            .Take(quantity).Select(exchange => new XElement(
                "AvailableNpaNxx",
                new XElement("City", Bandwidth2Places.CityOf(exchange.Place)),
                new XElement("Npa", exchange.NpaNxx[..3]),
                new XElement("Nxx", exchange.NpaNxx[3..]),
                new XElement("Quantity", exchange.Count),
                new XElement("State", exchange.Place.State))))));
    }

    private static Bandwidth2Reply Refused(string root, Bandwidth2Error error) =>
        new(400, new XElement(root, new XElement("Error", new XElement("Code", error.Code), new XElement("Description", error.Description))));
}
