using System.Globalization;
using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Reads the parameters of a search and refuses what the carrier refuses: unknown names, wrong forms, combinations outside its table.</summary>
internal static class Bandwidth2SearchQuery
{
    private static readonly string[] Known =
    [
        "areaCode", "npaNxx", "npaNxxx", "rateCenter", "city", "state", "zip", "lata", "localVanity", "endsIn", "tollFreeVanity",
        "tollFreeWildCardPattern", "quantity", "enableTNDetail", "LCA", "protected", "orderBy",
    ];

    private static readonly string[] KnownInV2 = [.. Known, "countryCodeA3", "phoneNumberType"];
    private static readonly string[] Orders = ["fullNumber", "npaNxxx", "npaNxx", "areaCode"];

    /// <summary>Either criteria or the error to answer with HTTP 400.</summary>
    public static (Bandwidth2Criteria? Criteria, Bandwidth2Error? Error) Read(IReadOnlyDictionary<string, string> query, bool isV2)
    {
        if (query.Keys.Any(name => !(isV2 ? KnownInV2 : Known).Contains(name, StringComparer.Ordinal))) return Refused(Bandwidth2Error.Unsupported);

        var criteria = new Bandwidth2Criteria
        {
            AreaCode = Value(query, "areaCode"),
            NpaNxx = Value(query, "npaNxx"),
            NpaNxxx = Value(query, "npaNxxx"),
            RateCenter = Value(query, "rateCenter")?.ToUpperInvariant(),
            City = Value(query, "city")?.ToUpperInvariant(),
            State = Value(query, "state")?.ToUpperInvariant(),
            Zip = Value(query, "zip"),
            Lata = Value(query, "lata"),
            LocalVanity = Keypad(Value(query, "localVanity")),
            TollFreeVanity = Keypad(Value(query, "tollFreeVanity")),
            TollFreePrefix = Value(query, "tollFreeWildCardPattern")?.TrimEnd('*'),
            OrderBy = Value(query, "orderBy"),
            OnlyProtected = Value(query, "protected") == "ONLY",
        };
        if (Malformed(query, criteria) is { } malformed) return Refused(malformed);
        if (!TryQuantity(query, out var quantity) || !TryFlag(query, "enableTNDetail", false, out var detail)
            || !TryFlag(query, "endsIn", false, out var endsIn) || !TryFlag(query, "LCA", true, out var neighbours))
        {
            return Refused(Bandwidth2Error.Unsupported);
        }

        var asksForNeighbours = neighbours && query.ContainsKey("LCA");
        if (Combination(criteria, asksForNeighbours) is { } unsupported) return Refused(unsupported);
        if (isV2 && Country(query, ref criteria) is { } country) return Refused(country);

        // Neighbours go with the leading criterion alone; a refined search without the parameter has none.
        return (criteria with
        {
            Quantity = quantity,
            Detail = detail,
            EndsIn = endsIn,
            LocalCallingArea = neighbours && criteria.OrderBy is null && Companions(criteria) == 0,
        }, null);
    }

    private static Bandwidth2Error? Malformed(IReadOnlyDictionary<string, string> query, Bandwidth2Criteria criteria)
    {
        if (criteria.AreaCode is { } areaCode && !(IsDigits(areaCode, 3, 3) && Bandwidth2Places.IsAreaCode(areaCode))) return Bandwidth2Error.BadAreaCode(areaCode);
        if (criteria.NpaNxx is { } six && !(IsDigits(six, 6, 6) && IsExchange(six))) return Bandwidth2Error.BadDigits;
        if (criteria.NpaNxxx is { } seven && !(IsDigits(seven, 7, 7) && IsExchange(seven))) return Bandwidth2Error.BadDigits;
        if (criteria.State is { } state && !Bandwidth2Places.IsState(state)) return Bandwidth2Error.BadState;
        if (criteria.Zip is { } zip && !(IsDigits(zip, 5, 5) || (zip.Length == 10 && zip[5] == '-' && IsDigits(zip.Remove(5, 1), 9, 9)))) return Bandwidth2Error.BadZip;
        if (criteria.Lata is { } lata && !IsDigits(lata, 1, 5)) return Bandwidth2Error.BadLata;
        if (criteria.RateCenter is { } rateCenter && !RateCenter.All.Any(place => place.Name == rateCenter)) return Bandwidth2Error.BadRateCenter;
        if (query.TryGetValue("city", out var city) && city.Length > 100) return Bandwidth2Error.BadCity;
        if (query.TryGetValue("localVanity", out var vanity) && !(vanity.Length is >= 4 and <= 7 && vanity.All(char.IsAsciiLetterOrDigit))) return Bandwidth2Error.Unsupported;
        if (query.TryGetValue("tollFreeVanity", out var word) && !(word.Length >= 7 && word.All(char.IsAsciiLetterOrDigit))) return Bandwidth2Error.BadTollFreeVanity;
        if (query.TryGetValue("tollFreeWildCardPattern", out var pattern) && !IsWildCard(pattern)) return Bandwidth2Error.BadWildCard;
        if (query.TryGetValue("protected", out var word2) && word2 is not ("NONE" or "ONLY" or "MIXED")) return Bandwidth2Error.BadProtected;
        if (query.ContainsKey("protected") && criteria.IsTollFree) return Bandwidth2Error.Unsupported;
        return criteria.OrderBy is { } order && !Orders.Contains(order, StringComparer.Ordinal) ? Bandwidth2Error.BadOrderBy : null;
    }

    // The service forces the third character to be a wild card, and every toll-free code begins with 8.
    private static bool IsWildCard(string pattern) =>
        pattern.Length == 3 && pattern[0] == '8' && (char.IsAsciiDigit(pattern[1]) || pattern[1] == '*') && pattern[2] == '*';

    private static Bandwidth2Error? Combination(Bandwidth2Criteria c, bool asksForNeighbours)
    {
        var digits = Count(c.AreaCode, c.NpaNxx, c.NpaNxxx);
        var places = Count(c.RateCenter, c.City, c.State, c.Zip, c.Lata);
        if (c.IsTollFree)
        {
            if (digits + places > 0 || c.LocalVanity is not null || Count(c.TollFreeVanity, c.TollFreePrefix) > 1 || asksForNeighbours) return Bandwidth2Error.Unsupported;
            return null;
        }
        if (c.LocalVanity is not null)
        {
            if (places > Count(c.State) || c.NpaNxx is not null || c.NpaNxxx is not null || asksForNeighbours) return Bandwidth2Error.Unsupported;
            return c.OrderBy is null ? null : Bandwidth2Error.OrderByUnsupported;
        }

        if (digits + places == 0 || digits > 1) return Bandwidth2Error.Unsupported;
        if (Count(c.RateCenter, c.City) > 0 && c.State is null) return Bandwidth2Error.Unsupported;
        if (asksForNeighbours && Companions(c) > 0) return Bandwidth2Error.Unsupported;
        if (c.OrderBy is null) return null;
        return asksForNeighbours || Count(c.NpaNxx, c.NpaNxxx, c.RateCenter, c.City, c.Zip) == 0 ? Bandwidth2Error.OrderByUnsupported : null;
    }

    /// <summary>How many criteria stand beside the leading one; a rate centre or a city and its state are one criterion.</summary>
    private static int Companions(Bandwidth2Criteria c)
    {
        var all = Count(c.AreaCode, c.NpaNxx, c.NpaNxxx, c.RateCenter, c.City, c.State, c.Zip, c.Lata, c.LocalVanity, c.TollFreeVanity, c.TollFreePrefix);
        return all - 1 - (c.State is not null && Count(c.RateCenter, c.City) > 0 ? 1 : 0);
    }

    private static Bandwidth2Error? Country(IReadOnlyDictionary<string, string> query, ref Bandwidth2Criteria criteria)
    {
        if (!query.TryGetValue("countryCodeA3", out var country))
        {
            if (criteria.AreaCode is not null) return Bandwidth2Error.Unsupported;
        }
        else
        {
            var countries = country.Split(',', StringSplitOptions.TrimEntries);
            if (countries.Any(code => code.Length != 3 || !code.All(char.IsAsciiLetterUpper))) return Bandwidth2Error.Unsupported;
            criteria = criteria with { Countries = countries };
        }

        return query.TryGetValue("phoneNumberType", out var type) && type != (criteria.IsTollFree ? "TOLL_FREE" : "GEOGRAPHIC") ? Bandwidth2Error.Unsupported : null;
    }

    private static bool TryQuantity(IReadOnlyDictionary<string, string> query, out int quantity)
    {
        quantity = Bandwidth2Criteria.QuantityMax;
        return !query.TryGetValue("quantity", out var text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out quantity) && quantity is >= 1 and <= Bandwidth2Criteria.QuantityMax);
    }

    private static bool TryFlag(IReadOnlyDictionary<string, string> query, string name, bool unsaid, out bool flag)
    {
        flag = unsaid;
        return !query.TryGetValue(name, out var text) || bool.TryParse(text, out flag);
    }

    private static string? Value(IReadOnlyDictionary<string, string> query, string name) => query.TryGetValue(name, out var text) ? text.Trim() : null;

    private static int Count(params ReadOnlySpan<string?> values)
    {
        var count = 0;
        foreach (var value in values) count += value is null ? 0 : 1;
        return count;
    }

    private static bool IsDigits(string text, int min, int max) => text.Length >= min && text.Length <= max && text.All(char.IsAsciiDigit);

    private static bool IsExchange(string digits) => Bandwidth2Places.IsAreaCode(digits[..3]) && digits[3] is >= '2' and <= '9';

    private static string? Keypad(string? text) =>
        text is null ? null : string.Concat(text.ToUpperInvariant().Select(one => one is >= 'A' and <= 'Z' ? "22233344455566677778889999"[one - 'A'] : one));

    private static (Bandwidth2Criteria?, Bandwidth2Error?) Refused(Bandwidth2Error error) => (null, error);
}
