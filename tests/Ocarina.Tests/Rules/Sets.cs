using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;

namespace Ocarina.Tests.Rules;

/// <summary>Prepared rule sets, by the letters of numbers.md 2.7.</summary>
internal static class Sets
{
    public static readonly RegexNumberRules A = Of("A", "seed", RulePresets.SeedReconcileRegex);
    public static readonly RegexNumberRules B = Of("B", "seed", RulePresets.SeedReconcileRegex);
    public static readonly RegexNumberRules K = Of("K", "kazoo", RulePresets.ReconcileRegex);
    public static readonly RegexNumberRules E = Of("E", "kazoo", RulePresets.ReconcileRegex);

    public static RegexNumberRules By(string letter) => letter switch { "A" => A, "B" => B, "E" => E, _ => K };

    /// <summary>Rules from the text of an effective section.</summary>
    public static RegexNumberRules From(string json, string? dialPlan = null, string? systemPlans = null) =>
        (RegexNumberRules)NumberRules.Prepare(
            ConfigJson.Parse(json), dialPlan is null ? null : ConfigJson.Parse(dialPlan), systemPlans is null ? null : ConfigJson.Parse(systemPlans));

    private static RegexNumberRules Of(string converters, string classifiers, string reconcile) =>
        (RegexNumberRules)NumberRules.Prepare(
            new JsonObject { ["e164_converters"] = converters, ["classifiers"] = classifiers, ["reconcile_regex"] = reconcile }, null, null);
}
