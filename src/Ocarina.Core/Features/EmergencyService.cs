using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>The feature <c>e911</c>: always through a provider outside (numbers.md 9.4, dash_e911).</summary>
internal static class EmergencyService
{
    internal static void Plan(FeatureChange change)
    {
        const string feature = NumberFeatures.E911;
        // In other states, without an address or without the right to one it ends; its provider is told by whoever sees that it is gone.
        if (change.After is not { State: NumberState.Reserved or NumberState.InService or NumberState.PortIn, Account: not null }
            || !change.IsAvailable(feature) || change.Fields[feature] is not JsonObject { Count: > 0 } wanted) return;

        if (change.Current(feature) is JsonObject current && EmergencyAddress.IsSame(current, wanted))
        {
            var kept = EmergencyAddress.Kept(current, wanted);
            change.Activate(feature, kept);
            // What the provider made of the address stays to be read, even when a whole document was sent without it.
            change.Fields[feature] = EmergencyAddress.Shown(kept);
        }
        else if (change.Lists.EmergencyProvider is { } provider)
        {
            change.Order(feature, provider, (JsonObject)wanted.DeepClone());
        }
        else if (change.Lists.MissingEmergencyProvider is { } missing && !JsonNode.DeepEquals(wanted, change.OldFields[feature]))
        {
            // Whoever is asked says that he is not there. An address that stood there before bars no other change.
            change.Order(feature, missing, (JsonObject)wanted.DeepClone());
        }
    }
}
