using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>Where a feature stands among the public fields (numbers.md 9.1, public trigger).</summary>
internal static class FeatureFields
{
    private const string CallerName = "cnam";

    private static readonly string[] AtRoot =
    [
        NumberFeatures.E911, NumberFeatures.Port, NumberFeatures.Failover, NumberFeatures.Prepend, NumberFeatures.ForceOutbound,
        NumberFeatures.Ringback, NumberFeatures.CarrierName,
    ];

    /// <summary>The features that fields ask for. Messaging is not among them: where it is not to be had, the request is ignored (9.4).</summary>
    internal static IEnumerable<string> Requested(JsonObject fields)
    {
        foreach (var name in AtRoot)
            if (fields.ContainsKey(name)) yield return name;
        foreach (var name in (string[])[NumberFeatures.OutboundCnam, NumberFeatures.InboundCnam])
            if ((fields[CallerName] as JsonObject)?.ContainsKey(MemberOf(name)) == true) yield return name;
    }

    /// <summary>True when a patch says something of a feature, also that it shall go.</summary>
    internal static bool IsMentioned(JsonObject patch, string feature) => IsCallerName(feature)
        ? patch.TryGetPropertyValue(CallerName, out var names) && (names is null || (names as JsonObject)?.ContainsKey(MemberOf(feature)) == true)
        : patch.ContainsKey(feature);

    /// <summary>What is written of a feature.</summary>
    internal static JsonNode? Of(JsonObject fields, string feature) =>
        IsCallerName(feature) ? (fields[CallerName] as JsonObject)?[MemberOf(feature)] : fields[feature];

    /// <summary>Writes a feature's field, or takes it out.</summary>
    internal static void Set(JsonObject fields, string feature, JsonNode? value)
    {
        if (!IsCallerName(feature))
        {
            if (value is null) fields.Remove(feature);
            else fields[feature] = value.DeepClone();
            return;
        }

        var names = fields[CallerName] as JsonObject ?? [];
        if (value is null) names.Remove(MemberOf(feature));
        else names[MemberOf(feature)] = value.DeepClone();
        if (names.Count == 0) fields.Remove(CallerName);
        else if (names.Parent is null) fields[CallerName] = names;
    }

    /// <summary>A merge patch that says of one feature what the fields say.</summary>
    internal static JsonObject Patch(JsonObject fields, string feature)
    {
        var value = Of(fields, feature)?.DeepClone();
        return IsCallerName(feature)
            ? new JsonObject { [CallerName] = new JsonObject { [MemberOf(feature)] = value } }
            : new JsonObject { [feature] = value };
    }

    /// <summary>Takes out what asks for features that are not to be had.</summary>
    internal static void RemoveDenied(JsonObject fields, FrozenSet<string> available)
    {
        foreach (var feature in Requested(fields).Where(feature => !available.Contains(feature)).ToList()) Set(fields, feature, null);
    }

    /// <summary>True or false; the words <c>"true"</c> and <c>"false"</c> count too, anything else counts as absent (9.4, force_outbound).</summary>
    internal static bool? Truth(JsonNode? value) => value is not JsonValue scalar ? null
        : scalar.TryGetValue<bool>(out var flag) ? flag
        : scalar.TryGetValue<string>(out var text) ? text switch { "true" => true, "false" => false, _ => null }
        : null;

    internal static bool IsTrue(JsonNode? value) => Truth(value) == true;

    private static bool IsCallerName(string feature) => feature is NumberFeatures.OutboundCnam or NumberFeatures.InboundCnam;

    private static string MemberOf(string feature) => feature == NumberFeatures.OutboundCnam ? "display_name" : "inbound_lookup";
}
