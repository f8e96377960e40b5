using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>Features inside the platform: failover, prepend, ringback, force_outbound, and messaging, which a carrier has or has not. Nobody is asked (numbers.md 9.4).</summary>
internal static class PlatformFeatures
{
    internal static void Plan(FeatureChange change)
    {
        // They act in service only; in other states they are cleared (`http-api.md` 2.5).
        if (change.After.State != NumberState.InService) return;
        var fields = change.Fields;
        if (change.IsAvailable(NumberFeatures.Failover) && fields["failover"] is JsonObject { Count: > 0 } failover) change.Activate(NumberFeatures.Failover, failover);
        if (change.IsAvailable(NumberFeatures.Prepend) && fields["prepend"] is JsonObject prepend && FeatureFields.IsTrue(prepend["enabled"])) change.Activate(NumberFeatures.Prepend, prepend);
        if (change.IsAvailable(NumberFeatures.Ringback) && fields["ringback"] is JsonObject { Count: > 0 } ringback) change.Activate(NumberFeatures.Ringback, ringback);
        if (change.IsAvailable(NumberFeatures.ForceOutbound) && FeatureFields.Truth(fields["force_outbound"]) is { } force) change.Activate(NumberFeatures.ForceOutbound, force);
        foreach (var feature in (string[])[NumberFeatures.Sms, NumberFeatures.Mms])
            if (change.IsAvailable(feature) && fields[feature] is JsonObject messaging && FeatureFields.IsTrue(messaging["enabled"])) change.Activate(feature, messaging);
    }
}
