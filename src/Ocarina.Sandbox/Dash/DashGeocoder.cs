using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ocarina.Sandbox.Dash;

/// <summary>Finds places for addresses: a small country where every street exists, and where one that is not called street, avenue or the like exists twice.</summary>
internal static partial class DashGeocoder
{
    private static readonly FrozenDictionary<string, string> Suffixes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["STREET"] = "ST", ["ST"] = "ST", ["AVENUE"] = "AVE", ["AVE"] = "AVE", ["BOULEVARD"] = "BLVD", ["BLVD"] = "BLVD", ["ROAD"] = "RD", ["RD"] = "RD",
        ["LANE"] = "LN", ["LN"] = "LN", ["DRIVE"] = "DR", ["DR"] = "DR", ["COURT"] = "CT", ["CT"] = "CT", ["WAY"] = "WAY", ["PLACE"] = "PL", ["PL"] = "PL",
        ["SQUARE"] = "SQ", ["SQ"] = "SQ", ["PARKWAY"] = "PKWY", ["PKWY"] = "PKWY", ["BROADWAY"] = "BROADWAY",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> States = FrozenSet.Create(
        StringComparer.Ordinal,
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT",
        "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
        "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT");

    /// <summary>The places of an address: none, one, or several that are like it.</summary>
    public static IReadOnlyList<DashPlace> Find(DashAddress address)
    {
        var words = Words(address.Address1);
        if (words.Length < 2 || !char.IsAsciiDigit(words[0][0]) || !States.Contains(Upper(address.State)) || !PostalCode().IsMatch(Upper(address.PostalCode))) return [];
        if (address.Community.Any(char.IsAsciiDigit)) return [];
        return Suffixes.ContainsKey(words[^1])
            ? [Placed(address)]
            : [Placed(address with { Address1 = address.Address1 + " ST" }), Placed(address with { Address1 = address.Address1 + " AVE" })];
    }

    /// <summary>The place of an address that is known to have one.</summary>
    public static DashPlace Placed(DashAddress address)
    {
        var words = Words(address.Address1);
        if (Suffixes.TryGetValue(words[^1], out var suffix)) words[^1] = suffix;
        var (house, street) = (words[0], string.Join(' ', words[1..]));
        var found = new DashAddress(
            $"{house} {street}", address.Address2 is { } more ? Upper(more) : null, Upper(address.Community), Upper(address.State), Upper(address.PostalCode));
        var spot = Spot(found.ToString());
        return new DashPlace(
            found, house, street, (1000 + spot % 9000).ToString(CultureInfo.InvariantCulture), 25 + spot % 240_000 / 10_000.0, -(70 + spot / 7 % 540_000 / 10_000.0));
    }

    private static string Upper(string text) => Blanks().Replace(text.Trim(), " ").ToUpperInvariant();

    private static string[] Words(string text) => Upper(text).Replace(".", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // The same spot for the same address, for ever: FNV-1a.
    private static int Spot(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text) hash = (hash ^ letter) * 16777619u;
        return (int)(hash & 0x7FFFFFFF);
    }

    [GeneratedRegex(@"\A(\d{5}(-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)\z")]
    private static partial Regex PostalCode();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
