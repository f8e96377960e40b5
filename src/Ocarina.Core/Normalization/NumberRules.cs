using System.Text.Json.Nodes;
using Ocarina.Core.Classification;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>Prepares number rules from configuration. The only way to them, and the only place where expressions are compiled.</summary>
public static class NumberRules
{
    /// <summary>Prepares the rules of a system, or of an account.</summary>
    /// <param name="numberManager">The effective section <c>number_manager</c>. What it does not say is built in.</param>
    /// <param name="dialPlan">The account's <c>dial_plan</c>; may be absent.</param>
    /// <param name="systemDialPlans">The effective section <c>dialplans</c>; may be absent.</param>
    /// <returns>Rules that always work: what cannot be used is left out and named in the warnings.</returns>
    public static INumberRules Prepare(JsonObject numberManager, JsonObject? dialPlan, JsonObject? systemDialPlans) =>
        PrepareForDevice(numberManager, dialPlan is null ? [] : [dialPlan], systemDialPlans);

    /// <summary>Prepares the rules of a device: its own dial plan, its user's, then its account's, each applied to what the one before made (numbers.md 3.2).</summary>
    public static INumberRules PrepareForDevice(JsonObject numberManager, IReadOnlyList<JsonObject> dialPlans, JsonObject? systemDialPlans)
    {
        var problems = new List<ConfigProblem>();
        return Prepare(numberManager, dialPlans, systemDialPlans, problems);
    }

    /// <summary>The same, with problems as the validator wants them: errors where a save is to be refused.</summary>
    internal static RegexNumberRules Prepare(
        JsonObject numberManager, IReadOnlyList<JsonObject> dialPlans, JsonObject? systemDialPlans, List<ConfigProblem> problems)
    {
        var budget = new PatternBudget();
        var converters = Converter.Prepare(RuleSetReader.ReadConverters(Section(numberManager, "e164_converters"), problems), budget, problems);
        var classifiers = Classifier.Prepare(RuleSetReader.ReadClassifiers(Section(numberManager, "classifiers"), problems), budget, problems);
        var reconcile = PrepareReconcile(numberManager["reconcile_regex"], budget, problems);
        var plans = new List<List<Converter>>();
        foreach (var plan in dialPlans) plans.Add(DialPlan.Prepare(plan, systemDialPlans, budget, problems));
        var convertsPlus = ConfigValues.TryText(numberManager["normalize_plus_prefixed"], out var mode) && mode == "convert";
        return new RegexNumberRules(convertsPlus, [.. plans.Where(plan => plan.Count > 0).Select(plan => plan.ToArray())], [.. converters], [.. classifiers], reconcile, problems);
    }

    /// <summary>A set that is not there at all is the built-in one; an empty set is the operator's wish.</summary>
    private static JsonNode? Section(JsonObject numberManager, string key) => ConfigValues.IsAbsent(numberManager[key]) ? RulePresets.ConverterNames[0] : numberManager[key];

    private static NumberPattern PrepareReconcile(JsonNode? node, PatternBudget budget, List<ConfigProblem> problems)
    {
        const string Key = "reconcile_regex";
        if (!ConfigValues.IsAbsent(node))
        {
            if (!ConfigValues.TryText(node, out var regex)) problems.Add(ConfigProblems.Type(Key, "string", node));
            else if (NumberPatterns.TryGet(regex, budget, out var pattern, out var fault)) return pattern;
            else problems.Add(ConfigProblems.Pattern(Key, regex, fault.Why, fault.Hint));
        }

        return NumberPatterns.TryGet(RulePresets.ReconcileRegex, new PatternBudget(), out var builtIn, out _)
            ? builtIn
            : throw new InvalidOperationException("The built-in reconcile expression does not compile.");
    }
}
