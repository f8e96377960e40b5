using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;

namespace Ocarina.Core.Classification;

/// <summary>A class and the expression that finds its numbers (numbers.md 3.5).</summary>
internal sealed record Classifier(NumberPattern Pattern, NumberClass Class)
{
    private const int FormatMax = 256;

    /// <summary>What a class without expression matches: nothing but the empty text.</summary>
    private const string Nothing = "^$";

    /// <summary>Prepares the classes of a set. Those that cannot be used are named in <paramref name="problems"/> and left out.</summary>
    public static List<Classifier> Prepare(IEnumerable<RuleEntry> entries, PatternBudget budget, List<ConfigProblem> problems)
    {
        var classifiers = new List<Classifier>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name)) problems.Add(new ConfigProblem(entry.Path, "unique", $"Class '{entry.Name}' is given twice", Value: entry.Name));
            else if (TryPattern(entry, budget, problems, out var pattern)) classifiers.Add(new Classifier(pattern, ReadClass(entry, problems)));
        }

        return classifiers;
    }

    private static bool TryPattern(RuleEntry entry, PatternBudget budget, List<ConfigProblem> problems, out NumberPattern pattern)
    {
        pattern = null!; // read only when the answer is true
        var path = ConfigPath.Of(entry.Path, "regex");
        var node = entry.Members["regex"];
        var regex = Nothing;
        if (!ConfigValues.IsAbsent(node) && !ConfigValues.TryText(node, out regex))
        {
            problems.Add(ConfigProblems.Type(path, "string", node));
            return false;
        }

        if (NumberPatterns.TryGet(regex, budget, out pattern!, out var fault)) return true;
        problems.Add(ConfigProblems.Pattern(path, regex, fault.Why, fault.Hint));
        return false;
    }

    private static NumberClass ReadClass(RuleEntry entry, List<ConfigProblem> problems)
    {
        var friendlyName = ReadText(entry, "friendly_name", problems);
        if (string.IsNullOrEmpty(friendlyName)) friendlyName = entry.Name;
        var format = ReadText(entry, "pretty_print", problems);
        if (format is { Length: > FormatMax })
        {
            problems.Add(ConfigProblems.MaxLength(ConfigPath.Of(entry.Path, "pretty_print"), FormatMax, format));
            format = null;
        }

        var flag = entry.Members["emergency"];
        var isEmergency = false;
        if (!ConfigValues.IsAbsent(flag) && !ConfigValues.TryFlag(flag, out isEmergency))
            problems.Add(ConfigProblems.Type(ConfigPath.Of(entry.Path, "emergency"), "boolean", flag));

        return new NumberClass(entry.Name, friendlyName, format, isEmergency, Settings(entry, friendlyName));
    }

    private static DocumentText Settings(RuleEntry entry, string friendlyName)
    {
        var members = entry.Members.DeepClone().AsObject();
        if (members.ContainsKey("name") && ConfigValues.TryText(members["name"], out var name) && name == entry.Name) members.Remove("name"); // list form
        members["friendly_name"] = friendlyName;
        return DocumentText.From(members);
    }

    private static string? ReadText(RuleEntry entry, string key, List<ConfigProblem> problems)
    {
        JsonNode? node = entry.Members[key];
        if (ConfigValues.IsAbsent(node)) return null;
        if (ConfigValues.TryText(node, out var text)) return text;
        problems.Add(ConfigProblems.Type(ConfigPath.Of(entry.Path, key), "string", node));
        return null;
    }
}
