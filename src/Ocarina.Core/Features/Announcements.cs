using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>Something that others are told when a change is written (numbers.md 9.4, 9.5). Closed. <see cref="FeatureMessages"/> writes it out.</summary>
public abstract record FeatureNotice
{
    private FeatureNotice() { }

    /// <summary>A caller's name is new or another one: <c>cnam_request</c>.</summary>
    /// <param name="Settings">The name.</param>
    public sealed record CallerName(DocumentText Settings) : FeatureNotice;

    /// <summary>A port by hand was asked for, or is another one: <c>port_request</c>.</summary>
    /// <param name="Port">What was written of it.</param>
    public sealed record PortRequest(DocumentText Port) : FeatureNotice;

    /// <summary>A number that was being ported is in service: <c>ported</c>.</summary>
    /// <param name="Port">What was written of the port.</param>
    public sealed record Ported(DocumentText Port) : FeatureNotice;

    /// <summary>A carrier's people have to switch something: <c>number_feature_manual_action</c>.</summary>
    /// <param name="Feature"><c>sms</c> or <c>mms</c>.</param>
    /// <param name="IsOn">True to switch it on.</param>
    /// <param name="To">Their mail address.</param>
    public sealed record ManualAction(string Feature, bool IsOn, string To) : FeatureNotice;
}

/// <summary>Features whose whole effect is that people are told: ports by hand, and messaging that a carrier switches by hand (numbers.md 9.4).</summary>
internal static class Announcements
{
    internal static void Plan(FeatureChange change)
    {
        PlanPort(change);
        PlanMessaging(change);
    }

    // Compared before it is stored: the message goes out once for each port, not at every save.
    private static void PlanPort(FeatureChange change)
    {
        if (!change.IsAvailable(NumberFeatures.Port)) return;
        var port = change.Fields["port"] as JsonObject;
        if (change.After.State == NumberState.PortIn && port is { Count: > 0 })
        {
            change.Activate(NumberFeatures.Port, new JsonObject());
            if (change.Current(NumberFeatures.Port) is null || !JsonNode.DeepEquals(port, change.OldFields["port"]))
                change.Announce(new FeatureNotice.PortRequest(DocumentText.From(port)));
        }
        else if (change is { Before.State: NumberState.PortIn, After.State: NumberState.InService })
        {
            change.Announce(new FeatureNotice.Ported(DocumentText.From(port ?? change.OldFields["port"] as JsonObject)));
        }
    }

    private static void PlanMessaging(FeatureChange change)
    {
        foreach (var feature in (string[])[NumberFeatures.Sms, NumberFeatures.Mms])
        {
            var terms = change.Lists.MessagingOf(change.After.Carrier, feature);
            if (terms is not { IsManual: true, NotifyTo: { } to }) continue;
            var isOn = change.IsAvailable(feature) && change.After.State == NumberState.InService
                && FeatureFields.IsTrue((change.Fields[feature] as JsonObject)?["enabled"]);
            if (isOn != change.Current(feature) is not null) change.Announce(new FeatureNotice.ManualAction(feature, isOn, to));
        }
    }
}
