using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;

namespace Ocarina.Carriers.Voxbone;

/// <summary>A group of numbers: what the carrier sells stock of (carriers.md 5.4).</summary>
/// <param name="Id">The carrier's id.</param>
internal sealed record VoxboneGroup(string Id)
{
    /// <summary>ISO 3166-1 alpha-3, or <c>WLD</c> for numbers of no country.</summary>
    public string? CountryA3 { get; init; }

    /// <summary>The carrier's id of the state.</summary>
    public string? StateId { get; init; }

    /// <summary><c>GEOGRAPHIC</c>, <c>TOLL_FREE</c> and so on.</summary>
    public string? DidType { get; init; }

    /// <summary>City; none for national types.</summary>
    public string? City { get; init; }

    /// <summary>Digits after the country code.</summary>
    public string? AreaCode { get; init; }

    /// <summary>Rate centre.</summary>
    public string? RateCenter { get; init; }

    /// <summary>Numbers in stock, a hint; none when the carrier does not say, which is not the same as zero.</summary>
    public long? Stock { get; init; }

    /// <summary>Price once, in hundredths.</summary>
    public long? Setup100 { get; init; }

    /// <summary>Price each month, in hundredths.</summary>
    public long? Monthly100 { get; init; }

    /// <summary>True when it can be ordered from.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <summary>What the regulator wants first; none when nothing.</summary>
    public VoxboneRequirement? Requirement { get; init; }

    /// <summary>Ids of its features.</summary>
    public IReadOnlyList<long> FeatureIds { get; init; } = [];

    /// <summary>Chosen numbers as the carrier writes them; only when they were asked for.</summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>True when it may be shown or bought from.</summary>
    /// <param name="allowsBackorder">True where an empty group counts too: it delivers later.</param>
    public bool IsForSale(bool allowsBackorder) => IsAvailable && (Stock is not 0 || allowsBackorder);

    /// <summary>Reads a group; none when it has no id.</summary>
    public static VoxboneGroup? Read(JsonElement item) => item.Text("didGroupId") is not { } id ? null : new VoxboneGroup(id)
    {
        CountryA3 = item.Text("countryCodeA3"),
        StateId = item.Text("stateId"),
        DidType = item.Text("didType"),
        City = item.Text("cityName"),
        AreaCode = item.Text("areaCode"),
        RateCenter = item.Text("rateCenter"),
        Stock = item.Long("stock"),
        Setup100 = item.Long("setup100"),
        Monthly100 = item.Long("monthly100"),
        IsAvailable = item.Flag("available") ?? true,
        Requirement = item.Member("regulationRequirement") is { } needed ? VoxboneRequirement.Read(needed) : null,
        FeatureIds = [.. item.Members("features").Select(feature => feature.Long("featureId")).OfType<long>()],
        Numbers = [.. item.Members("phoneNumbers").Select(number => number.Text("phoneNumber")).OfType<string>()],
    };
}

/// <summary>What has to be provided before a number works.</summary>
/// <param name="AddressType"><c>WORLDWIDE</c>, <c>NATIONAL</c> or <c>LOCAL</c>.</param>
/// <param name="NeedsProof">True when a document has to prove the address.</param>
internal sealed record VoxboneRequirement(string? AddressType, bool NeedsProof)
{
    /// <summary>Reads a requirement; none when it asks for nothing.</summary>
    public static VoxboneRequirement? Read(JsonElement item) =>
        item.Text("addressType") is { } type ? new VoxboneRequirement(type, item.Flag("proofRequired") ?? false)
        : item.Flag("proofRequired") == true ? new VoxboneRequirement(null, true)
        : null;

    /// <summary>As results and stored data show it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (AddressType is not null) json["address"] = AddressType;
        json["proof"] = NeedsProof;
        return json;
    }

    /// <summary>The same as text that nobody changes.</summary>
    public DocumentText ToText() => DocumentText.From(ToJson());
}
