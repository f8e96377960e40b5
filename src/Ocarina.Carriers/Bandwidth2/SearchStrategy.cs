using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;
using Query = System.Collections.Generic.List<System.Collections.Generic.KeyValuePair<string, string?>>;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Turns a search into the carrier's query: the tables of carriers.md 4.4 and 4.5, purely.</summary>
internal static class SearchStrategy
{
    /// <summary>How much more is asked for when more digits are wanted than the carrier can look for.</summary>
    private const int FilterFactor = 10;

    /// <summary>As many numbers as an NPA-NXX-X can hold.</summary>
    private const int BlockOfThousand = 1000;

    /// <summary>Says what to ask.</summary>
    internal static SearchDecision Decide(CarrierSearch search, Bandwidth2Settings settings)
    {
        var ask = new Asked(search, settings);
        var type = Option(search, "number_type")?.ToLowerInvariant();
        if (search.Blocks is not null) return new SearchDecision.Nobody(IsElsewhere: true); // runs of numbers are not looked for here
        if (!search.Prefix.StartsWith("+1", StringComparison.Ordinal)) return settings.IsV2 ? Abroad(ask) : new SearchDecision.Nobody(IsElsewhere: true);

        if (type is not (null or "geographic" or "tollfree")) return new SearchDecision.Nobody(IsElsewhere: true);

        var national = search.Prefix[2..];
        var pattern = Option(search, "pattern")?.ToUpperInvariant();
        if (pattern is not null && !pattern.Any(char.IsAsciiLetter) && pattern.Length is 2 or 3 && pattern[0] == '8' && pattern.Contains('*', StringComparison.Ordinal))
            (national, pattern) = (pattern, null);

        if (national.Contains('*', StringComparison.Ordinal)) return TollfreeWildCard(ask, national);
        if (national.Length > 10 || (national.Length > 0 && !CarrierNumbers.IsDigits(national))) return new SearchDecision.Nobody(IsElsewhere: false);
        var isTollfree = search.IsTollfree || type == "tollfree" || CarrierNumbers.IsTollfree(national);
        if (pattern is not null) return isTollfree ? TollfreeLetters(ask, national, pattern) : Letters(ask, national, pattern);
        return isTollfree ? Tollfree(ask, national) : Local(ask, national);
    }

    /// <summary>The first two digits and a star: the service wants exactly that, and every real code repeats its second digit.</summary>
    private static SearchDecision Tollfree(Asked ask, string national)
    {
        if (national.Length < 3) return national.Length == 0 || national[0] == '8' ? TollfreeWildCard(ask, national.PadRight(1, '8') + "*") : new SearchDecision.Nobody(IsElsewhere: false);
        if (!CarrierNumbers.IsTollfree(national)) return new SearchDecision.Nobody(IsElsewhere: false);
        return ask.Plan([new("tollFreeWildCardPattern", $"{national[..2]}*")], national, isFiltered: national.Length > 3, isExact: national.Length == 10);
    }

    private static SearchDecision TollfreeWildCard(Asked ask, string pattern)
    {
        var digits = pattern.TrimEnd('*');
        if (pattern.Length is < 2 or > 3 || digits.Length is < 1 or > 2 || digits[0] != '8' || !CarrierNumbers.IsDigits(digits))
            return new SearchDecision.Invalid("A toll-free pattern is 8**, or 80* to 88*");
        return ask.Plan([new("tollFreeWildCardPattern", digits.PadRight(3, '*'))], digits, isFiltered: false);
    }

    private static SearchDecision TollfreeLetters(Asked ask, string national, string pattern)
    {
        if (pattern.Length < 4 || !pattern.All(char.IsAsciiLetterOrDigit)) return new SearchDecision.Invalid("A toll-free word has 7 letters or digits, on older accounts 4 to 7");
        return ask.Plan([new("tollFreeVanity", pattern)], national, isFiltered: national.Length > 0);
    }

    private static SearchDecision Letters(Asked ask, string national, string pattern)
    {
        if (pattern.Length is < 4 or > 7 || !pattern.All(char.IsAsciiLetterOrDigit)) return new SearchDecision.Invalid("A word has 4 to 7 letters or digits");
        if (IsImpossible(national)) return new SearchDecision.Nobody(IsElsewhere: false);
        var places = ask.Places();
        if (places.Any(place => place.Key != "state")) return new SearchDecision.Invalid("A word goes with an area code or a state only");

        Query query = [];
        if (national.Length >= 3) query.Add(new("areaCode", national[..3]));
        query.AddRange(places);
        query.AddRange([new("localVanity", pattern), new("endsIn", "true"), .. ask.Detail()]);
        return ask.Plan(query, national, isFiltered: national.Length is not (0 or 3)) is SearchDecision.Ask asked
            ? new SearchDecision.Ask(asked.Plan with { EndsWith = Keypad(pattern) })
            : new SearchDecision.Invalid("");
    }

    private static SearchDecision Local(Asked ask, string national)
    {
        var places = ask.Places();
        if (ask.MissingState) return new SearchDecision.Invalid("A rate centre or a city needs its state");
        if (national.Length < 3 && places.Count == 0) return new SearchDecision.Invalid("At least three digits, or a place, are needed");
        if (IsImpossible(national)) return new SearchDecision.Nobody(IsElsewhere: false);

        Query query = Digits(national) is { } digits ? [digits] : [];
        var isExact = national.Length == 10;
        var neighbours = ask.Settings.WantsNeighbours && !isExact;
        // A search that may stray into the neighbourhood takes the leading criterion and nothing beside it.
        if (!neighbours || query.Count == 0) query.AddRange(neighbours ? Asked.LeadingPlace(places) : places);
        query.AddRange([.. ask.Detail(), new("LCA", neighbours ? "true" : "false")]);
        var isFiltered = national.Length is 1 or 2 or 4 or 5 or > 7 && !neighbours;
        return ask.Plan(query, neighbours ? null : national, isFiltered, isExact);
    }

    private static SearchDecision Abroad(Asked ask)
    {
        var search = ask.Search;
        if (!CountryCodes.TryToAlpha3(search.Country, out var country) || !CountryCodes.TryGetPrefix(search.Country, out var code)
            || !search.Prefix.StartsWith(code, StringComparison.Ordinal) || !CarrierNumbers.IsDigits(search.Prefix.AsSpan(1)))
        {
            return new SearchDecision.Nobody(IsElsewhere: true);
        }

        Query query = [new("countryCodeA3", country)];
        var national = search.Prefix[code.Length..];
        // Area codes have 1 to 4 digits there; more digits do not say where the code ends, so they only filter.
        if (national.Length is >= 1 and <= 4) query.Add(new("areaCode", national));
        if (Option(search, "number_type") is { } type) query.Add(new("phoneNumberType", type.ToUpperInvariant()));
        query.AddRange(ask.Detail());
        return new SearchDecision.Ask(ask.Bare(query, national.Length > 4) with { Within = search.Prefix });
    }

    private static KeyValuePair<string, string?>? Digits(string national) => national.Length switch
    {
        < 3 => null,
        < 6 => new("areaCode", national[..3]),
        6 => new("npaNxx", national),
        _ => new("npaNxxx", national[..7]),
    };

    /// <summary>No area code and no exchange begins with 0 or 1; there is nothing to ask for.</summary>
    private static bool IsImpossible(string national) => (national.Length > 0 && national[0] is '0' or '1') || (national.Length > 3 && national[3] is '0' or '1');

    private static string Keypad(string word) => string.Concat(word.Select(one => one is >= 'A' and <= 'Z' ? "22233344455566677778889999"[one - 'A'] : one));

    private static string? Option(CarrierSearch search, string name) =>
        search.Options.TryGetValue(name, out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <summary>The search with the settings it is answered by.</summary>
    private sealed record Asked(CarrierSearch Search, Bandwidth2Settings Settings)
    {
        internal bool MissingState => Option(Search, "state") is null && (Option(Search, "rate_center") ?? Option(Search, "city")) is not null;

        internal Query Places()
        {
            Query places = [];
            Add("rateCenter", "rate_center");
            Add("city", "city");
            Add("state", "state");
            Add("zip", "zip");
            Add("lata", "lata");
            return places;

            void Add(string parameter, string option)
            {
                if (Option(Search, option) is { } text) places.Add(new(parameter, text));
            }
        }

        internal static IEnumerable<KeyValuePair<string, string?>> LeadingPlace(Query places)
        {
            string[] leading = places[0].Key is "rateCenter" or "city" ? [places[0].Key, "state"]
                : [places.Find(place => place.Key is "zip" or "lata") is { Key: { } narrow } ? narrow : "state"];
            return places.Where(place => leading.Contains(place.Key));
        }

        internal IEnumerable<KeyValuePair<string, string?>> Detail()
        {
            if (Settings.WantsDetail) yield return new("enableTNDetail", "true");
        }

        internal SearchDecision Plan(Query criteria, string? national, bool isFiltered, bool isExact = false)
        {
            if (Settings.IsV2) criteria.Add(new("countryCodeA3", "USA,CAN"));
            var plan = Bare(criteria, isFiltered) with { Within = national is null ? null : $"+1{national}", Exact = isExact ? $"+1{national}" : null };
            // A block holds no more than a thousand, so asking for all of it leaves nothing to grow into.
            return new SearchDecision.Ask(isFiltered && criteria[0].Key == "npaNxxx" ? plan with { Quantity = BlockOfThousand } : plan);
        }

        internal SearchPlan Bare(Query criteria, bool isFiltered)
        {
            var wanted = Math.Clamp(Search.Quantity, 1, Settings.QuantityMax);
            var offset = Math.Max(Search.Offset, 0);
            var quantity = (long)wanted + offset;
            return new SearchPlan
            {
                Criteria = criteria, Wanted = wanted, Offset = offset,
                Quantity = (int)Math.Min(isFiltered ? quantity * FilterFactor : quantity, Bandwidth2Settings.CarrierQuantityMax),
            };
        }
    }
}
