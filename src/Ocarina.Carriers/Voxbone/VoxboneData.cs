using System.Text.Json;
using Ocarina.Carriers.Http;
using Ocarina.Core;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Carrier data of a number, as searches and purchases leave them, and as Kazoo left them (the carrier's own member names).</summary>
internal sealed record VoxboneData
{
    /// <summary>The carrier's id of the number, once it is ours.</summary>
    public string? DidId { get; init; }

    /// <summary>The group.</summary>
    public string? GroupId { get; init; }

    /// <summary>The order that delivered it.</summary>
    public string? OrderReference { get; init; }

    /// <summary>The cart it was bought with.</summary>
    public string? Cart { get; init; }

    /// <summary>The number as the carrier writes it.</summary>
    public string? E164 { get; init; }

    /// <summary>Type of group.</summary>
    public string? DidType { get; init; }

    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? CountryA3 { get; init; }

    /// <summary>Area code.</summary>
    public string? AreaCode { get; init; }

    /// <summary>Price once that was shown, in hundredths.</summary>
    public long? Setup100 { get; init; }

    /// <summary>Price each month that was shown, in hundredths.</summary>
    public long? Monthly100 { get; init; }

    /// <summary>Currency of the prices.</summary>
    public string? Currency { get; init; }

    /// <summary>What the regulator wants first.</summary>
    public VoxboneRequirement? Requirement { get; init; }

    /// <summary>An address given with the number.</summary>
    public string? AddressId { get; init; }

    /// <summary>When the search saw it; none when nobody knows.</summary>
    public DateTimeOffset? SearchedAt { get; init; }

    /// <summary>Reads carrier data; members of other kinds than expected count as absent.</summary>
    public static VoxboneData Read(DocumentText text)
    {
        using var document = JsonDocument.Parse(text.ToString());
        var root = document.RootElement;
        return new VoxboneData
        {
            DidId = Text("did_id", "didId"),
            GroupId = Text("did_group_id", "didGroupId"),
            OrderReference = Text("order_reference", "orderReference"),
            Cart = Text("cart_identifier", "cartIdentifier"),
            E164 = Text("phone_number", "phoneNumber") ?? Text("e164", "e164"),
            DidType = Text("did_type", "didType") ?? root.Text("type"),
            CountryA3 = Text("country_a3", "countryCodeA3"),
            AreaCode = Text("area_code", "areaCode"),
            Setup100 = root.Long("setup100"),
            Monthly100 = root.Long("monthly100"),
            Currency = root.Text("currency"),
            Requirement = root.Member("restrictions") is { } needed ? Needed(needed)
                : root.Member("regulationRequirement") is { } required ? VoxboneRequirement.Read(required) : null,
            AddressId = Text("regulation_address_id", "regulationAddressId"),
            SearchedAt = VoxboneDid.Date(root.Text("searched_at")),
        };

        string? Text(string ours, string theirs) => root.Text(ours) ?? root.Text(theirs);
    }

    /// <summary>With what the carrier says of the group now.</summary>
    public VoxboneData With(VoxboneGroup group) => this with
    {
        GroupId = group.Id,
        CountryA3 = group.CountryA3 ?? CountryA3,
        AreaCode = group.AreaCode ?? AreaCode,
        DidType = group.DidType ?? DidType,
        Setup100 = group.Setup100 ?? Setup100,
        Monthly100 = group.Monthly100 ?? Monthly100,
        Requirement = group.Requirement,
    };

    private static VoxboneRequirement? Needed(JsonElement item) =>
        item.Text("address") is { } address ? new VoxboneRequirement(address, item.Flag("proof") ?? false)
        : item.Flag("proof") == true ? new VoxboneRequirement(null, true) : null;
}
