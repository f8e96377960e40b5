using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Search;

/// <summary>One row of a result: a number, or the first number of a block.</summary>
/// <param name="Number">The number.</param>
/// <param name="State">Its state; <see cref="NumberState.Discovery"/> when a carrier offers it.</param>
/// <param name="Carrier">Who sells it.</param>
public sealed record SearchRow(PhoneNumber Number, NumberState State, CarrierName Carrier)
{
    /// <summary>Count of numbers of the block; none for a single number.</summary>
    public int? Size { get; init; }

    /// <summary>Result of a locality look-up of a number of the stock.</summary>
    public DocumentText? Locality { get; init; }

    /// <summary>What the carrier said; none for stock.</summary>
    public CarrierHit? Hit { get; init; }

    private JsonObject? Stored { get; init; }

    /// <summary>A hit of a carrier.</summary>
    internal static SearchRow Of(CarrierName carrier, CarrierHit hit) => new(hit.Number, NumberState.Discovery, carrier) { Hit = hit, Size = hit.BlockSize };

    /// <summary>A row as it was kept for its page.</summary>
    internal static SearchRow FromStored(JsonObject row)
    {
        var (number, state, carrier) = ((string?)row["number"] ?? "", (string?)row["state"] ?? "", (string?)row["carrier"]);
        return new SearchRow(PhoneNumber.FromStorage(number), NumberStates.FromStorage(state), CarrierName.Parse(carrier)) { Stored = row };
    }

    /// <summary>The row on the wire (carriers.md 1.7): what is known in all carriers' words, then what this carrier adds.</summary>
    public JsonObject ToJson()
    {
        if (Stored is not null) return Stored.DeepClone().AsObject();

        var row = new JsonObject { ["number"] = Number.ToString(), ["state"] = State.Name() };
        if (Size is { } size) row["size"] = size;
        row["carrier"] = Carrier.ToString();
        if (Locality is { } locality) row["locality"] = locality.ToObject();
        if (Hit is not null) Describe(row, Hit);
        return row;
    }

    /// <summary>An offer of a group on the wire.</summary>
    internal static JsonObject ToJson(CarrierName carrier, GroupOffer offer)
    {
        var row = new JsonObject { ["id"] = offer.Id, ["carrier"] = carrier.ToString(), ["number_pattern"] = offer.Pattern };
        if (offer.Available is { } available) row["quantity_available"] = available;
        Describe(row, offer.Like);
        return row;
    }

    private static void Describe(JsonObject row, CarrierHit hit)
    {
        if (hit.Country is not null) row["country"] = hit.Country;
        if (hit.NumberType is not null) row["number_type"] = hit.NumberType;
        if (hit.RateCenter?.ToJson() is { Count: > 0 } center) row["rate_center"] = center;
        if (hit.Locality is not null) row["locality"] = hit.Locality;
        if (hit.Features.Count > 0) row["features"] = new JsonArray([.. hit.Features.Select(feature => (JsonNode)feature)]);
        if (hit.Price is { } price)
        {
            row["prices"] = price.ToJson();
            row["price"] = new JsonObject
            {
                ["currency"] = price.Currency, ["setup"] = Decimal(price.Setup, price.Exponent), ["monthly"] = Decimal(price.Monthly, price.Exponent),
            };
        }

        if (hit.Restrictions is { } restrictions) row["restrictions"] = restrictions.ToObject();
        if (hit.ExpiresAt is { } expires) row["expires_at"] = expires.ToGregorianSeconds();

        // Kazoo's clients read e164, npa_nxx and the like beside the number. What a carrier module keeps for itself, or should not have kept, is not theirs.
        foreach (var (name, value) in hit.CarrierData.ToObject())
            if (!IsPrivate(name)) row.TryAdd(name, value?.DeepClone());
    }

    private static bool IsPrivate(string name) => name.StartsWith('_') || name.StartsWith("pvt_", StringComparison.Ordinal) || ConfigMerge.IsSecret(name);

    private static string Decimal(decimal amount, int exponent) =>
        amount.ToString($"F{Math.Clamp(exponent, 0, 9).ToString(CultureInfo.InvariantCulture)}", CultureInfo.InvariantCulture);
}
