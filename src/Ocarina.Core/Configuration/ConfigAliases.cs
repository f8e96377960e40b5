using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Spellings of the older generations (numbers.md 2.4).</summary>
internal static class ConfigAliases
{
    /// <summary>Keys of <c>number_manager</c> that were renamed: the old name and the new. The new one wins where both are set.</summary>
    public static readonly (string Alias, string Name)[] Keys =
    [
        ("porting_module_name", "port_in_module_name"),
        ("force_wnm_local_outbound", "force_local_outbound"),
    ];

    /// <summary>Features that a number may use, in the order in which Kazoo lists them.</summary>
    public static readonly string[] KnownFeatures =
    [
        "failover", "force_outbound", "prepend", "ringback", "cnam", "inbound_cnam", "outbound_cnam", "e911", "port", "sms", "mms", "carrier_name",
    ];

    private static readonly FrozenDictionary<string, string> FeatureOfProvider = new Dictionary<string, string>
    {
        ["port_notifier"] = "port",
        ["cnam_notifier"] = "cnam",
        ["telnyx_cnam"] = "cnam",
        ["vitelity_cnam"] = "cnam",
        ["dash_e911"] = "e911",
        ["telnyx_e911"] = "e911",
        ["vitelity_e911"] = "e911",
        ["rename_carrier"] = "carrier_name",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The feature that a provider's or feature's name in any spelling stands for. Unknown names are kept.</summary>
    public static string FeatureOf(string name)
    {
        var bare = CarrierName.Parse(name).ToString(); // strips the prefixes of both generations
        return FeatureOfProvider.GetValueOrDefault(bare, bare);
    }

    /// <summary>Features named by a list, each once, in order; <c>im</c> is dropped, for it is gone.</summary>
    public static IEnumerable<string> FeaturesOf(IEnumerable<string> names) => names.Select(FeatureOf).Where(feature => feature != "im").Distinct();

    /// <summary>A section with the old keys renamed where the new ones are not set, so that sections can be laid over each other.</summary>
    public static JsonObject Canonical(JsonObject section)
    {
        var canonical = new JsonObject();
        foreach (var (name, value) in section)
        {
            var target = Array.Find(Keys, key => key.Alias == name).Name;
            var renamed = target is not null && ConfigValues.IsAbsent(section[target]) ? target : name;
            canonical[renamed] = value?.DeepClone();
        }

        return canonical;
    }
}
