using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Manager.Configuration;

namespace Ocarina.Manager.Features;

/// <summary>What the carriers' documents say of <c>sms</c> and <c>mms</c> (numbers.md 2.3, 9.4). Safe to share: read again when the configuration has changed.</summary>
internal sealed class CarrierMessaging(ConfigDirectory configuration)
{
    private readonly ConcurrentDictionary<(CarrierName Carrier, string Feature), (long Version, MessagingTerms? Terms)> _known = new();

    /// <summary>The terms of one feature at one carrier; none when nothing is said.</summary>
    internal MessagingTerms? Of(CarrierName carrier, string feature)
    {
        var version = configuration.Version; // first: what is read afterwards may be newer, and is then read once more
        if (_known.TryGetValue((carrier, feature), out var known) && known.Version == version) return known.Terms;
        var terms = Read((configuration.SystemObeyed($"number_manager.{carrier}")["features"] as JsonObject)?[feature] as JsonObject);
        _known[(carrier, feature)] = (version, terms);
        return terms;
    }

    private static MessagingTerms? Read(JsonObject? members)
    {
        if (members is null) return null;
        var read = new CarrierSettings(members); // reads scalars kindly
        return new MessagingTerms(read.Flag("enabled", false), read.Text("activation") == "manual", read.Text("activation_notify_to"));
    }
}
