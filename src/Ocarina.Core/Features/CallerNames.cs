using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>Both caller-name features: through a provider outside, or by a message to people (cnam_notifier; numbers.md 9.4).</summary>
internal static class CallerNames
{
    private const string Provider = EmergencyAddress.Provider;

    internal static void Plan(FeatureChange change)
    {
        Plan(change, NumberFeatures.OutboundCnam, field => field is JsonValue name && name.TryGetValue<string>(out var text) && text.Length > 0
            ? new JsonObject { ["display_name"] = text } : null);
        Plan(change, NumberFeatures.InboundCnam, field => FeatureFields.IsTrue(field) ? new JsonObject { ["inbound_lookup"] = true } : null);
    }

    private static void Plan(FeatureChange change, string feature, Func<JsonNode?, JsonObject?> read)
    {
        if (change.After is not { State: NumberState.Reserved or NumberState.InService or NumberState.PortIn, Account: not null })
        {
            change.Keep(feature); // elsewhere nothing is done for a name, and nothing against it (9.2)
            return;
        }

        // Missing, or not allowed any more: it ends. Who set it up outside is told by whoever sees that it is gone.
        if (!change.IsAvailable(feature) || read(FeatureFields.Of(change.Fields, feature)) is not { } wanted) return;

        var current = change.Current(feature) as JsonObject;
        if (current is not null && JsonNode.DeepEquals(EmergencyAddress.Shown(current), wanted)) change.Keep(feature);
        else if (change.Lists.CnamOutside is { } outside) change.Order(feature, outside, wanted);
        else if (change.Lists.HasCnamNotifier)
        {
            change.Activate(feature, wanted);
            if (feature == NumberFeatures.OutboundCnam) change.Announce(new FeatureNotice.CallerName(DocumentText.From(wanted)));
        }
    }
}
