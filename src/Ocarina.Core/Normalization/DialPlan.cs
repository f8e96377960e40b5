using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>Reads an account's dial plan together with the system plans it names (numbers.md 3.2).</summary>
internal static class DialPlan
{
    private const string Path = "dial_plan";

    /// <summary>The plan's own rules, then those of the system plans it names, in the order of the document that holds these.</summary>
    public static List<Converter> Prepare(JsonObject plan, JsonObject? systemPlans, PatternBudget budget, List<ConfigProblem> problems)
    {
        var entries = RuleSetReader.ReadDialPlan(Path, plan, problems);
        if (plan["system"] is { } named)
        {
            if (!ConfigValues.TryTexts(named, out var names)) problems.Add(ConfigProblems.Type(ConfigPath.Of(Path, "system"), "array", named));
            foreach (var name in names)
                if (systemPlans is null || !IsThere(systemPlans, name))
                    problems.Add(ConfigProblems.Warning(ConfigPath.Of(Path, "system"), $"There is no system dial plan '{name}'", name));
            if (systemPlans is not null) AddSystemRules(entries, systemPlans, names, problems);
        }

        return Converter.Prepare(entries.Take(RuleSetReader.RulesMax), budget, problems);
    }

    private static void AddSystemRules(List<RuleEntry> entries, JsonObject systemPlans, List<string> names, List<ConfigProblem> problems)
    {
        foreach (var (key, value) in systemPlans)
        {
            var path = ConfigPath.Of("dialplans", key);
            var isNamed = Holds(names, key);
            foreach (var candidate in Candidates(value))
            {
                // Kazoo's documents: the key is the expression, and the value says its name. The plain reading: the key is the name of a plan.
                var isChosen = ConfigValues.TryText(candidate["name"], out var name) ? Holds(names, name) : isNamed;
                if (!isChosen && !isNamed) continue;
                if (ConfigValues.TryText(candidate["regex"], out var regex)) entries.Add(new RuleEntry(path, regex, candidate));
                else if (isNamed || candidate.Any(member => member.Value is JsonObject)) entries.AddRange(RuleSetReader.ReadDialPlan(path, candidate, problems));
                else entries.Add(new RuleEntry(path, key, candidate));
            }
        }
    }

    private static bool IsThere(JsonObject systemPlans, string name) =>
        systemPlans.Any(plan => Same(plan.Key, name)
            || Candidates(plan.Value).Any(candidate => ConfigValues.TryText(candidate["name"], out var held) && Same(held, name)));

    private static IEnumerable<JsonObject> Candidates(JsonNode? value) =>
        value is JsonObject single ? [single] : value is JsonArray list ? list.OfType<JsonObject>() : [];

    private static bool Holds(List<string> names, string name) => names.Exists(held => Same(held, name));

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
