using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Ocarina.Core.Normalization;

namespace Ocarina.Core.Configuration;

/// <summary>What a table of keys cannot say of <c>number_manager</c>: rules, names of modules and features (numbers.md 2.6).</summary>
internal static class NumberManagerCheck
{
    private static readonly FrozenSet<string> KnownCarriers = FrozenSet.ToFrozenSet(
    [
        "local", "mdn", "inventory", "managed", "reserved", "reserved_reseller", "inum", "other",
        "bandwidth", "bandwidth2", "simwood", "telnyx", "vitelity", "voip_innovations", "voxbone", "icall", "pacwest",
        "didww", "flowroute", "inteliquent", "it_vocal", "level3", "o1", "peerless", "thinq", "verizon", "windstream", "ziron",
    ]);

    private static readonly string[] CarrierKeys = ["carrier_modules", "available_module_name", "port_in_module_name", "porting_module_name"];

    /// <summary>Numbers of all the forms that people and carriers send; converting each twice must change nothing.</summary>
    private static readonly string[] Samples =
    [
        "4158867900", "14158867900", "+14158867900", "011442079460000", "00442079460000", "442079460000", "0442079460000", "0123456789",
        "123456789", "12345678", "5551212", "100", "911", "*97", "8005551212", "+442079460000", "00", "011",
    ];

    public static void Check(JsonObject section, List<ConfigProblem> problems)
    {
        foreach (var key in CarrierKeys) CheckCarriers(key, section[key], problems);
        CheckFeatures("providers", section["providers"], problems);
        if (section["features"] is JsonObject features)
        {
            CheckFeatures("features.allow", features["allow"], problems);
            CheckFeatures("features.deny", features["deny"], problems);
        }

        var rules = NumberRules.Prepare(section, [], null, problems);
        CheckTwice(rules, problems);
    }

    private static void CheckCarriers(string key, JsonNode? value, List<ConfigProblem> problems)
    {
        if (!ConfigValues.TryTexts(value, out var names)) return;
        for (var i = 0; i < names.Count; i++)
            if (!KnownCarriers.Contains(CarrierName.Parse(names[i]).ToString()))
                problems.Add(ConfigProblems.Warning(value is JsonArray ? ConfigPath.Of(key, i) : key, $"Carrier module '{names[i]}' is not known", names[i]));
    }

    private static void CheckFeatures(string path, JsonNode? value, List<ConfigProblem> problems)
    {
        if (!ConfigValues.TryTexts(value, out var names)) return;
        for (var i = 0; i < names.Count; i++)
            if (ConfigAliases.FeatureOf(names[i]) is var feature && feature != "im" && !ConfigAliases.KnownFeatures.Contains(feature))
                problems.Add(ConfigProblems.Warning(ConfigPath.Of(path, i), $"Feature '{names[i]}' is not known", names[i]));
    }

    private static void CheckTwice(RegexNumberRules rules, List<ConfigProblem> problems)
    {
        foreach (var sample in Samples)
        {
            var once = rules.Normalize(sample);
            var twice = rules.Normalize(once);
            if (string.Equals(once, twice, StringComparison.Ordinal)) continue;
            problems.Add(ConfigProblems.Warning("e164_converters", $"Converting is not stable: {sample} becomes {once}, and that becomes {twice}", sample));
            return; // one example is enough to say it
        }
    }
}
