using System.Globalization;
using System.Text.Json;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Voxbone;

/// <summary>A number in our account at the carrier (carriers.md 5.4).</summary>
/// <param name="Id">The carrier's id.</param>
/// <param name="E164">The number as the carrier writes it.</param>
internal sealed record VoxboneDid(string Id, string E164)
{
    /// <summary>Type, as for groups.</summary>
    public string? Type { get; init; }

    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? CountryA3 { get; init; }

    /// <summary>City.</summary>
    public string? City { get; init; }

    /// <summary>Area code.</summary>
    public string? AreaCode { get; init; }

    /// <summary>The group it was sold from.</summary>
    public string? GroupId { get; init; }

    /// <summary>The order that delivered it.</summary>
    public string? OrderReference { get; init; }

    /// <summary>Trunk it is mapped to.</summary>
    public string? TrunkId { get; init; }

    /// <summary>Voice URI it is mapped to; none when calls go nowhere.</summary>
    public string? VoiceUriId { get; init; }

    /// <summary>Address it is linked to.</summary>
    public string? AddressId { get; init; }

    /// <summary>From when it can be cancelled; none when the carrier does not say.</summary>
    public DateTimeOffset? CancellationAvailable { get; init; }

    /// <summary>Reads a number; none when its id or number is missing.</summary>
    public static VoxboneDid? Read(JsonElement item) => item.Text("didId") is not { } id || item.Text("e164") is not { } e164 ? null : new VoxboneDid(id, e164)
    {
        Type = item.Text("type") ?? item.Text("didType"),
        CountryA3 = item.Text("countryCodeA3"),
        City = item.Text("cityName"),
        AreaCode = item.Text("areaCode"),
        GroupId = item.Text("didGroupId"),
        OrderReference = item.Text("orderReference"),
        TrunkId = item.Text("trunkId"),
        VoiceUriId = item.Text("voiceUriId"),
        AddressId = item.Text("regulationAddressId"),
        CancellationAvailable = Date(item.Text("cancellationAvailable")),
    };

    /// <summary>A date as the carrier writes it, such as <c>2031-04-02 10:15:04</c>; none when it is none, <c>true</c> for example.</summary>
    public static DateTimeOffset? Date(string? text)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            return epoch is > 100_000_000_000 and < 10_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(epoch) : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out var date) ? date : null;
    }
}
