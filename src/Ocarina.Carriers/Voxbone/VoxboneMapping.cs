using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Groups and numbers as the product shows and stores them (carriers.md 5.5, 5.8).</summary>
internal static class VoxboneMapping
{
    private static readonly (long Id, string Feature)[] Features = [(50, "voice"), (25, "sms"), (6, "fax"), (5, "t38"), (29, "emergency")];

    /// <summary>A result of a search: a number of a group, or the group itself when the number is empty.</summary>
    public static CarrierHit Hit(VoxboneGroup group, PhoneNumber number, string? text, string? stateCode, string? currency, DateTimeOffset now)
    {
        var data = GroupData(group, currency, now);
        if (text is not null) data["phone_number"] = text;
        return new CarrierHit(number)
        {
            Country = CountryCodes.TryToAlpha2(group.CountryA3, out var alpha2) ? alpha2 : null,
            NumberType = VoxboneQuery.NumberTypeOf(group.DidType),
            RateCenter = group.RateCenter is null && stateCode is null ? null : new RateCenter(group.RateCenter, stateCode, null),
            Locality = group.City,
            Features = [.. Features.Where(pair => group.FeatureIds.Contains(pair.Id)).Select(pair => pair.Feature)],
            Price = PriceOf(currency, group.Setup100, group.Monthly100),
            Restrictions = group.Requirement?.ToText(),
            CarrierData = DocumentText.From(data),
        };
    }

    /// <summary>What the carrier asks, in hundredths; none unless all of it is known.</summary>
    public static CarrierPrice? PriceOf(string? currency, long? setup100, long? monthly100) =>
        currency is not null && setup100 is { } setup && monthly100 is { } monthly ? new CarrierPrice(currency, setup, monthly) : null;

    /// <summary>Carrier data of a number that is ours.</summary>
    /// <param name="did">The number as the carrier lists it.</param>
    /// <param name="cart">The cart it was bought with, when known.</param>
    /// <param name="reference">Our reference, when known.</param>
    /// <param name="wish">What was paid for it, when known.</param>
    public static JsonObject Owned(VoxboneDid did, string? cart, string? reference, VoxboneData wish)
    {
        var json = new JsonObject();
        Id("did_id", did.Id);
        Id("did_group_id", did.GroupId ?? wish.GroupId);
        Text("order_reference", did.OrderReference);
        Id("cart_identifier", cart);
        Text("customer_reference", reference);
        Text("e164", did.E164);
        Text("type", did.Type ?? wish.DidType);
        Text("country_a3", did.CountryA3 ?? wish.CountryA3);
        Text("city", did.City);
        Text("area_code", did.AreaCode ?? wish.AreaCode);
        Id("trunk_id", did.TrunkId);
        Id("voice_uri_id", did.VoiceUriId);
        Id("regulation_address_id", did.AddressId);
        if (wish.Setup100 is { } setup) json["setup100"] = setup;
        if (wish.Monthly100 is { } monthly) json["monthly100"] = monthly;
        Text("currency", wish.Currency);
        Text("cancellation_available", did.CancellationAvailable?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        return json;

        void Text(string name, string? value)
        {
            if (value is not null) json[name] = value;
        }

        void Id(string name, string? value)
        {
            if (value is not null) json[name] = AsId(value);
        }
    }

    /// <summary>An id as JSON: the number that it is, else text.</summary>
    public static JsonNode AsId(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(id);

    /// <summary>What buying from a group needs to know.</summary>
    public static JsonObject GroupData(VoxboneGroup group, string? currency, DateTimeOffset now)
    {
        var json = new JsonObject { ["did_group_id"] = AsId(group.Id) };
        if (group.CountryA3 is not null) json["country_a3"] = group.CountryA3;
        if (group.AreaCode is not null) json["area_code"] = group.AreaCode;
        if (group.DidType is not null) json["did_type"] = group.DidType;
        if (group.Stock is { } stock) json["stock"] = stock;
        if (group.Setup100 is { } setup) json["setup100"] = setup;
        if (group.Monthly100 is { } monthly) json["monthly100"] = monthly;
        if (currency is not null) json["currency"] = currency;
        if (group.Requirement is not null) json["restrictions"] = group.Requirement.ToJson();
        json["searched_at"] = now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return json;
    }
}
