using System.Text.Json;
using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>One number for sale, as the carrier describes it.</summary>
/// <param name="Number">As written; whether it is a number is asked later.</param>
internal sealed record WireNumber(string? Number)
{
    /// <summary>City.</summary>
    internal string? City { get; init; }

    /// <summary>Rate centre, state and LATA.</summary>
    internal RateCenter? RateCenter { get; init; }

    /// <summary>Commercial class; no price.</summary>
    internal string? Tier { get; init; }

    /// <summary>Who serves it.</summary>
    internal string? VendorId { get; init; }

    /// <summary>His name.</summary>
    internal string? VendorName { get; init; }

    /// <summary>ISO 3166-1 alpha-3, in v2.</summary>
    internal string? CountryA3 { get; init; }

    /// <summary>Type, in v2.</summary>
    internal string? Type { get; init; }

    /// <summary>Area code, outside +1.</summary>
    internal string? AreaCode { get; init; }

    /// <summary>The number as E.164; none when it is no number, or not one of the country it is said to be of.</summary>
    /// <remarks>A published sample writes Dutch numbers as <c>+131…</c>: the country code decides what such a number cannot be.</remarks>
    internal string? E164() =>
        WireNumbers.ToE164(Number) is { } number
            && (CountryA3 is null || !CountryCodes.TryToAlpha2(CountryA3, out var alpha2) || !CountryCodes.TryGetPrefix(alpha2, out var prefix)
                || number.StartsWith(prefix, StringComparison.Ordinal))
            ? number : null;
}

/// <summary>What a search answered.</summary>
/// <param name="Items">Items in the carrier's order, also those that are no numbers.</param>
/// <param name="Errors">Errors; any of them wins over items.</param>
internal sealed record SearchReply(IReadOnlyList<WireNumber> Items, IReadOnlyList<WireError> Errors)
{
    /// <summary>Reads <c>SearchResult</c>. Only its own lists count: echoes elsewhere have elements of the same names.</summary>
    internal static SearchReply Of(XElement root) => new(
        [
            .. root.Children("TelephoneNumberList").SelectMany(list => list.Children("TelephoneNumber")).Select(item => new WireNumber(item.Inner())),
            .. root.Children("TelephoneNumberDetailList").SelectMany(list => list.Children("TelephoneNumberDetail")).Select(Detail),
        ],
        ErrorShapes.Of(root));

    /// <summary>Reads the same as JSON (v2).</summary>
    internal static SearchReply Of(JsonElement root) => new(
        [
            .. root.Members("telephoneNumberList").Select(item => new WireNumber(item.AsText() ?? item.Text("telephoneNumber") ?? item.Text("fullNumber"))),
            .. root.Members("telephoneNumberDetailList").Select(Detail),
        ],
        ErrorShapes.Of(root));

    private static WireNumber Detail(XElement item) => new(item.Text("FullNumber") ?? item.Text("TelephoneNumber"))
    {
        City = item.Words("City"),
        RateCenter = Place(item.Words("RateCenter"), item.Text("State"), item.Text("LATA") ?? item.Text("Lata")),
        Tier = item.Text("Tier"), VendorId = item.Text("VendorId"), VendorName = item.Words("VendorName"),
        CountryA3 = item.Text("CountryCodeA3"), Type = item.Text("PhoneNumberType"), AreaCode = item.Text("AreaCode"),
    };

    private static WireNumber Detail(JsonElement item) => new(item.Text("fullNumber") ?? item.Text("telephoneNumber"))
    {
        City = item.Text("city"),
        RateCenter = Place(item.Text("rateCenter"), item.Text("state"), item.Text("LATA") ?? item.Text("lata")),
        Tier = item.Text("tier"), VendorId = item.Text("vendorId"), VendorName = item.Text("vendorName"),
        CountryA3 = item.Text("countryCodeA3"), Type = item.Text("phoneNumberType"), AreaCode = item.Text("areaCode"),
    };

    private static RateCenter? Place(string? name, string? state, string? lata) => (name ?? state ?? lata) is null ? null : new RateCenter(name, state, lata);
}

/// <summary>One exchange with stock.</summary>
internal sealed record StockedExchange(string AreaCode, string Code, string? City, string? State, int Quantity)
{
    /// <summary>Reads <c>SearchResultForAvailableNpaNxx</c>. A reply was recorded that holds an error and a list: the error wins.</summary>
    internal static (IReadOnlyList<StockedExchange> Exchanges, IReadOnlyList<WireError> Errors) ListOf(XElement root)
    {
        var errors = ErrorShapes.Of(root);
        if (errors.Count > 0) return ([], errors);
        return ([.. root.Child("AvailableNpaNxxList").Children("AvailableNpaNxx")
            .Where(item => item.Text("Npa") is not null && item.Text("Nxx") is not null)
            .Select(item => new StockedExchange(item.Text("Npa")!, item.Text("Nxx")!, item.Words("City"), item.Text("State"), Lists.Whole(item.Text("Quantity")) ?? 0))], []); // both were asked for in Where
    }
}
