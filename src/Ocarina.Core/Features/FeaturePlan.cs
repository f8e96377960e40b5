using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Features;

/// <summary>What new public fields make of a number's features. Closed.</summary>
public abstract record FeatureOutcome
{
    private FeatureOutcome() { }

    /// <summary>The record with its features set.</summary>
    public sealed record Planned(NumberRecord After) : FeatureOutcome;

    /// <summary>A feature was asked for that this number may not use, or its data is refused.</summary>
    public sealed record Denied(NumberError Error) : FeatureOutcome;
}

/// <summary>Sets the features of a number by comparing what it had with what it shall have (numbers.md 9.2). Pure: providers outside are not asked here.</summary>
/// <remarks>Features that need somebody outside (`NumberFeatures.External`, but for the inbound look-up) are checked and stored as public fields; their providers make them active.</remarks>
public static class FeaturePlan
{
    private static readonly string[] TriggeredBy =
    [
        NumberFeatures.E911, NumberFeatures.Port, NumberFeatures.Failover, NumberFeatures.Prepend, NumberFeatures.ForceOutbound,
        NumberFeatures.Ringback, NumberFeatures.CarrierName,
    ];

    /// <summary>Decides the features of a record whose state, owner, carrier and public fields are already the new ones.</summary>
    /// <param name="before">The number as it was; <see langword="null"/> when it is new.</param>
    /// <param name="after">The number as it will be, features not yet looked at.</param>
    /// <param name="lists">The feature lists of the owner's reseller and the system.</param>
    /// <param name="isAdmin">True when the actor may rename carriers.</param>
    public static FeatureOutcome Decide(NumberRecord? before, NumberRecord after, FeatureLists lists, bool isAdmin)
    {
        var fields = after.PublicFields.ToObject();
        var old = before?.PublicFields.ToObject() ?? [];
        var available = FeatureAvailability.Of(after, lists, isAdmin).Names;

        foreach (var feature in Requested(fields))
        {
            // Only what is new or changed is refused; what was active and is no longer allowed goes silently (9.2, DECISION).
            if (!available.Contains(feature) && !JsonNode.DeepEquals(Trigger(fields, feature), Trigger(old, feature)))
                return new FeatureOutcome.Denied(NumberErrors.Forbidden(feature));
        }

        if (fields.Remove(NumberFeatures.CarrierName, out var written))
        {
            // Nothing is sent to either carrier: the name tag changes, and with it what the number may use (9.4, rename_carrier).
            var name = Core.CarrierName.Parse(written?.ToString());
            if (CarrierCatalogue.Find(name) is not { IsSearchSource: false })
                return new FeatureOutcome.Denied(NumberErrors.UnknownCarrier(written?.ToString() ?? ""));
            after = after with { Carrier = name, CarrierCost = null };
            available = FeatureAvailability.Of(after, lists, isAdmin).Names;
            RemoveDenied(fields, available);
        }

        return new FeatureOutcome.Planned(after with { PublicFields = DocumentText.From(fields), Features = DocumentText.From(Active(after, fields, available)) });
    }

    private static IEnumerable<string> Requested(JsonObject fields)
    {
        foreach (var name in TriggeredBy)
            if (fields.ContainsKey(name)) yield return name;
        if (fields["cnam"] is not JsonObject cnam) yield break;
        if (cnam.ContainsKey("display_name")) yield return NumberFeatures.OutboundCnam;
        if (cnam.ContainsKey("inbound_lookup")) yield return NumberFeatures.InboundCnam;
    }

    private static JsonNode? Trigger(JsonObject fields, string feature) => feature switch
    {
        NumberFeatures.OutboundCnam => (fields["cnam"] as JsonObject)?["display_name"],
        NumberFeatures.InboundCnam => (fields["cnam"] as JsonObject)?["inbound_lookup"],
        _ => fields[feature],
    };

    private static void RemoveDenied(JsonObject fields, FrozenSet<string> available)
    {
        foreach (var feature in Requested(fields).Where(feature => !available.Contains(feature)).ToList())
        {
            if (feature is NumberFeatures.OutboundCnam) (fields["cnam"] as JsonObject)?.Remove("display_name");
            else if (feature is NumberFeatures.InboundCnam) (fields["cnam"] as JsonObject)?.Remove("inbound_lookup");
            else fields.Remove(feature);
        }

        if (fields["cnam"] is JsonObject { Count: 0 }) fields.Remove("cnam");
    }

    private static JsonObject Active(NumberRecord after, JsonObject fields, FrozenSet<string> available)
    {
        var active = new JsonObject();
        if (CarrierCatalogue.IsLocalFamilyMarker(after.Carrier)) active[NumberFeatures.Local] = new JsonObject();
        if (after.State is NumberState.Reserved or NumberState.InService or NumberState.PortIn && after.Account is not null
            && available.Contains(NumberFeatures.InboundCnam) && IsTrue((fields["cnam"] as JsonObject)?["inbound_lookup"]))
        {
            active[NumberFeatures.InboundCnam] = new JsonObject { ["inbound_lookup"] = true };
        }

        // Features inside the platform act in service only; in other states they are cleared (`http-api.md` 2.5).
        if (after.State != NumberState.InService) return Sorted(active);
        if (available.Contains(NumberFeatures.Failover) && fields["failover"] is JsonObject { Count: > 0 } failover) active[NumberFeatures.Failover] = failover.DeepClone();
        if (available.Contains(NumberFeatures.Prepend) && fields["prepend"] is JsonObject prepend && IsTrue(prepend["enabled"])) active[NumberFeatures.Prepend] = prepend.DeepClone();
        if (available.Contains(NumberFeatures.Ringback) && fields["ringback"] is JsonObject { Count: > 0 } ringback) active[NumberFeatures.Ringback] = ringback.DeepClone();
        if (available.Contains(NumberFeatures.ForceOutbound) && Truth(fields["force_outbound"]) is { } force) active[NumberFeatures.ForceOutbound] = force;
        return Sorted(active);
    }

    private static bool IsTrue(JsonNode? value) => Truth(value) == true;

    // The words "true" and "false" count too; anything else counts as absent (9.4, force_outbound).
    private static bool? Truth(JsonNode? value) => value is not JsonValue scalar ? null
        : scalar.TryGetValue<bool>(out var flag) ? flag
        : scalar.TryGetValue<string>(out var text) ? text switch { "true" => true, "false" => false, _ => null }
        : null;

    private static JsonObject Sorted(JsonObject members)
    {
        var sorted = new JsonObject();
        foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal)) sorted[name] = value?.DeepClone();
        return sorted;
    }
}
