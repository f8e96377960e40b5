using System.Globalization;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Voxbone;

/// <summary>What a search asks the carrier (carriers.md 5.6): made from the search alone, without a request.</summary>
/// <param name="CountryA3">ISO 3166-1 alpha-3, or <c>WLD</c>.</param>
/// <param name="DidType">Type of group.</param>
/// <param name="CallingCode">Digits that stand before the area code in a number.</param>
/// <param name="Digits">Digits wanted after it; <c>*</c> stands for any.</param>
internal sealed record VoxboneQuery(string CountryA3, string DidType, string CallingCode, string Digits)
{
    private const string World = "WLD";

    // Codes of no country: freephone for all of them, and iNum.
    private static readonly (string Prefix, string DidType)[] Worldwide = [("+800", "TOLL_FREE"), ("+883", "INUM")];

    /// <summary>The area code asked for, as the carrier takes it: exact, or with its wildcard <c>%</c>. None asks for the whole country.</summary>
    public string? AreaCode
    {
        get
        {
            var wildcard = Digits.IndexOf('*', StringComparison.Ordinal);
            if (wildcard == 0) return null;
            if (wildcard > 0) return Digits[..wildcard] + "%"; // encoded once, by whoever writes the address (QUIRK: Kazoo does it twice)
            if (Digits.Length == 0) return null;
            if (CallingCode != "1") return Digits;
            return Digits.Length < 3 ? Digits + "%" : Digits[..3];
        }
    }

    /// <summary>More digits than the area code, for a search within a group; none when there are no more, or fewer than the carrier's two.</summary>
    public string? MoreDigits(bool withoutAreaCode)
    {
        if (Digits.Contains('*', StringComparison.Ordinal) || Digits.Length < 2) return null;
        if (!withoutAreaCode && (CallingCode != "1" || Digits.Length <= 3)) return null;
        return Digits.Length > 10 ? Digits[..10] : Digits;
    }

    /// <summary>True when digits that are no area code may begin with one, or be the beginning of one: only North America's all have three.</summary>
    public bool MayHoldMore => CallingCode != "1" && Digits.Length > 0 && !Digits.Contains('*', StringComparison.Ordinal);

    /// <summary>What matches in a group's area code: one is the beginning of the other.</summary>
    public bool Matches(string? areaCode)
    {
        if (areaCode is null) return true;
        for (var at = 0; at < Math.Min(areaCode.Length, Digits.Length); at++)
            if (Digits[at] != '*' && Digits[at] != areaCode[at]) return false;
        return true;
    }

    /// <summary>What the numbers of an area look like. Only in North America is their length known.</summary>
    public string PatternOf(string? areaCode) => CallingCode == "1"
        ? ("+1" + areaCode).PadRight(12, 'X')
        : string.Concat("+", CallingCode, areaCode, "*");

    /// <summary>Reads a search.</summary>
    /// <returns>The query; none with an error when the criteria are wrong, none without one when the carrier can have nothing of the kind.</returns>
    public static (VoxboneQuery? Query, CarrierError? Error) From(CarrierSearch search)
    {
        if (search.Blocks is > 1) return (null, null);
        if (TypeOf(search.Options.GetValueOrDefault("number_type")) is not { } wanted)
            return (null, new CarrierError(CarrierErrorKind.InvalidRequest, "number_type is unknown"));

        foreach (var (prefix, type) in Worldwide)
            if (search.Prefix.StartsWith(prefix, StringComparison.Ordinal))
                return wanted.Length > 0 && wanted != type ? (null, null) : (new VoxboneQuery(World, type, prefix[1..], search.Prefix[prefix.Length..]), null);

        if (!CountryCodes.TryToAlpha3(search.Country, out var alpha3) || !CountryCodes.TryGetPrefix(search.Country, out var code))
            return (null, new CarrierError(CarrierErrorKind.InvalidRequest, $"country {Short(search.Country)} is unknown"));
        if (!search.Prefix.StartsWith(code, StringComparison.Ordinal)) return (null, null);

        var digits = search.Prefix[code.Length..];
        // The trunk zero is no part of a number, but where it is (Italy and the two states within).
        if (digits.StartsWith('0') && code is not "+39" and not "+378") digits = digits.TrimStart('0');
        var didType = wanted.Length > 0 ? wanted : search.IsTollfree || IsTollfreePattern(code, digits) ? "TOLL_FREE" : "GEOGRAPHIC";
        return (new VoxboneQuery(alpha3, didType, code[1..], digits), null);
    }

    /// <summary>The product's word for a type of group; none for one that is not known.</summary>
    public static string? NumberTypeOf(string? didType) => didType switch
    {
        "GEOGRAPHIC" => "geographic",
        "TOLL_FREE" => "tollfree",
        "NATIONAL" => "national",
        "MOBILE" => "mobile",
        "SHARED_COST" => "shared_cost",
        "SPECIAL" => "special",
        "INUM" => "inum",
        _ => null,
    };

    private static string? TypeOf(string? numberType) => numberType?.ToLowerInvariant() switch
    {
        null or "" => "",
        "geographic" => "GEOGRAPHIC",
        "tollfree" => "TOLL_FREE",
        "national" => "NATIONAL",
        "mobile" => "MOBILE",
        "shared_cost" => "SHARED_COST",
        "special" => "SPECIAL",
        "inum" => "INUM",
        _ => null,
    };

    private static bool IsTollfreePattern(string code, string digits) => code == "+1"
        && (Http.CarrierNumbers.IsTollfree(digits) || digits is ['8', '*', ..] or ['8', _, '*', ..]);

    private static string Short(string text) => text.Length > 8 ? string.Create(CultureInfo.InvariantCulture, $"of {text.Length} characters") : $"'{text}'";
}
