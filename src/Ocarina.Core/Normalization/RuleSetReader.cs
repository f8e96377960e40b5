using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>Reads an ordered rule set in any of its forms: object, list, or the name of a preset (numbers.md 3.1 N2, 3.5).</summary>
/// <remarks>Problems go to the list; what can be used is answered all the same. On a save the problems are errors, at run time warnings.</remarks>
internal static class RuleSetReader
{
    /// <summary>Most rules of one set.</summary>
    public const int RulesMax = 500;

    private const string ConvertersKey = "e164_converters";
    private const string ClassifiersKey = "classifiers";

    /// <summary>Converters: the name of an entry is its regular expression.</summary>
    public static List<RuleEntry> ReadConverters(JsonNode? node, List<ConfigProblem> problems) =>
        Read(ConvertersKey, node, problems, isClasses: false);

    /// <summary>Classes: the name of an entry is the name of the class.</summary>
    public static List<RuleEntry> ReadClassifiers(JsonNode? node, List<ConfigProblem> problems) =>
        Read(ClassifiersKey, node, problems, isClasses: true);

    /// <summary>The rules of one dial plan: an object whose members other than <c>system</c> are converters (numbers.md 3.2).</summary>
    public static List<RuleEntry> ReadDialPlan(string path, JsonObject plan, List<ConfigProblem> problems)
    {
        var entries = new List<RuleEntry>();
        foreach (var (name, value) in plan)
            if (name is not ("system" or "name" or "description")) Add(entries, ConfigPath.Of(path, name), name, value, problems, isClasses: false);
        return Bounded(path, InOrder(entries, problems), problems);
    }

    private static List<RuleEntry> Read(string key, JsonNode? node, List<ConfigProblem> problems, bool isClasses)
    {
        var entries = new List<RuleEntry>();
        switch (node)
        {
            case null:
                break;
            case JsonObject members:
                foreach (var (name, value) in members) Add(entries, ConfigPath.Of(key, name), name, value, problems, isClasses);
                RestoreLostOrder(key, members, entries, problems, isClasses);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++) AddItem(entries, ConfigPath.Of(key, i), list[i], problems, isClasses);
                break;
            case var other when ConfigValues.TryText(other, out var preset):
                return ReadPreset(key, preset, problems, isClasses);
            default:
                problems.Add(ConfigProblems.Type(key, "object", node));
                break;
        }

        return Bounded(key, InOrder(entries, problems), problems);
    }

    private static List<RuleEntry> ReadPreset(string key, string preset, List<ConfigProblem> problems, bool isClasses)
    {
        var isKnown = isClasses ? RulePresets.TryGetClassifiers(preset, out var rules) : RulePresets.TryGetConverters(preset, out rules);
        if (isKnown) return Read(key, rules, problems, isClasses);
        problems.Add(ConfigProblems.Enum(key, isClasses ? RulePresets.ClassifierNames : RulePresets.ConverterNames, preset));
        return [];
    }

    private static void AddItem(List<RuleEntry> entries, string path, JsonNode? item, List<ConfigProblem> problems, bool isClasses)
    {
        var naming = isClasses ? "name" : "regex";
        if (item is not JsonObject members) problems.Add(ConfigProblems.Type(path, "object", item));
        else if (ConfigValues.IsAbsent(members[naming])) problems.Add(ConfigProblems.Required(ConfigPath.Of(path, naming)));
        else if (!ConfigValues.TryText(members[naming], out var name)) problems.Add(ConfigProblems.Type(ConfigPath.Of(path, naming), "string", members[naming]));
        else entries.Add(new RuleEntry(path, name, members));
    }

    private static void Add(List<RuleEntry> entries, string path, string name, JsonNode? value, List<ConfigProblem> problems, bool isClasses)
    {
        if (value is JsonObject members) entries.Add(new RuleEntry(path, name, members));
        else if (isClasses && ConfigValues.TryText(value, out var regex)) entries.Add(new RuleEntry(path, name, new JsonObject { ["regex"] = regex }));
        else problems.Add(ConfigProblems.Type(path, isClasses ? "object, string" : "object", value));
    }

    private static List<RuleEntry> InOrder(List<RuleEntry> entries, List<ConfigProblem> problems)
    {
        var hasOrder = false;
        foreach (var entry in entries)
        {
            if (!entry.Members.TryGetPropertyValue("order", out var order) || ConfigValues.IsAbsent(order)) continue;
            hasOrder = true;
            if (!ConfigValues.TryInteger(order, out _)) problems.Add(ConfigProblems.Type(ConfigPath.Of(entry.Path, "order"), "integer", order));
        }

        // Rules with a number come first, by number; the rest follow as they stand. OrderBy is stable.
        return hasOrder ? [.. entries.OrderBy(entry => ConfigValues.TryInteger(entry.Members["order"], out var order) ? order : long.MaxValue)] : entries;
    }

    private static void RestoreLostOrder(string key, JsonObject members, List<RuleEntry> entries, List<ConfigProblem> problems, bool isClasses)
    {
        if (entries.Exists(entry => entry.Members.ContainsKey("order"))) return;
        if (RulePresets.OrderLostBySorting([.. members.Select(member => member.Key)], isClasses) is not { } order) return;
        entries.Sort((left, right) => order.IndexOf(left.Name).CompareTo(order.IndexOf(right.Name)));
        problems.Add(ConfigProblems.Warning(key, "The members are in alphabetical order, which a tool must have made; the built-in order is used"));
    }

    private static List<RuleEntry> Bounded(string path, List<RuleEntry> entries, List<ConfigProblem> problems)
    {
        if (entries.Count <= RulesMax) return entries;
        problems.Add(ConfigProblems.MaxItems(path, RulesMax));
        return entries[..RulesMax];
    }

    private static int IndexOf(this IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
            if (string.Equals(names[i], name, StringComparison.Ordinal)) return i;
        return names.Count;
    }
}
