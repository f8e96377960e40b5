using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>The part of a number's document that users write (numbers.md 4.3, 4.9; `http-api.md` 2.1).</summary>
public static class PublicFields
{
    /// <summary>The member that says what is billed by hand.</summary>
    public const string Billing = "billing";

    private static readonly string[] Computed = ["id", "used_by", "state", "features", "features_available", "metadata", "create_with_state", "accept_charges"];

    /// <summary>A copy without what clients send back but may not write: private keys, computed keys, and words of the request itself.</summary>
    public static JsonObject Sanitise(JsonObject body)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in body)
        {
            if (name.StartsWith('_') || name.StartsWith("pvt_", StringComparison.Ordinal) || Computed.Contains(name)) continue;
            clean[name] = value?.DeepClone();
        }

        return clean;
    }

    /// <summary>Shows among the fields what a feature is set up with.</summary>
    /// <param name="fields">The fields; changed.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="settings">Its settings.</param>
    public static void Show(JsonObject fields, string feature, JsonObject settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        FeatureFields.Set(fields, feature, feature switch
        {
            NumberFeatures.OutboundCnam => settings["display_name"],
            NumberFeatures.InboundCnam => settings["inbound_lookup"],
            _ => EmergencyAddress.Shown(settings),
        });
    }

    /// <summary>A copy that says of <c>billing</c> what is stored, whatever it said: what is billed by hand is written by who sells, not by who pays (numbers.md 4.3, 13.1).</summary>
    /// <param name="fields">The fields as somebody writes them.</param>
    /// <param name="stored">Those that are there.</param>
    public static JsonObject KeepBilling(JsonObject fields, DocumentText stored)
    {
        var kept = (JsonObject)fields.DeepClone();
        // In its place: fields in another order would be a change.
        if (stored.ToObject()[Billing] is { } known) kept[Billing] = known.DeepClone();
        else kept.Remove(Billing);
        return kept;
    }

    /// <summary>The merge patch that makes of one document the other.</summary>
    public static JsonObject Difference(JsonObject before, JsonObject after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var patch = new JsonObject();
        foreach (var (name, _) in before)
            if (!after.ContainsKey(name)) patch[name] = null;
        foreach (var (name, value) in after)
        {
            if (JsonNode.DeepEquals(value, before[name])) continue;
            patch[name] = value is JsonObject inner && before[name] is JsonObject old ? Difference(old, inner) : value?.DeepClone();
        }

        return patch;
    }

    /// <summary>A patch as it came out: its members with the values that they have in the document it made.</summary>
    /// <param name="made">The document.</param>
    /// <param name="patch">The patch, as it was sent.</param>
    public static JsonObject Said(JsonObject made, JsonObject patch)
    {
        ArgumentNullException.ThrowIfNull(made);
        ArgumentNullException.ThrowIfNull(patch);
        var said = new JsonObject();
        foreach (var (name, value) in patch)
            said[name] = value is JsonObject inner && made[name] is JsonObject part ? Said(part, inner) : made[name]?.DeepClone();
        return said;
    }

    /// <summary>Merges recursively; the patch wins, <see langword="null"/> deletes, arrays are replaced whole (`http-api.md` 1.14).</summary>
    public static JsonObject Merge(JsonObject stored, JsonObject patch)
    {
        var merged = stored.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (value is null) merged.Remove(name);
            else if (value is JsonObject inner) merged[name] = Merge(merged[name] as JsonObject ?? [], inner);
            else merged[name] = value.DeepClone();
        }

        return merged;
    }
}
