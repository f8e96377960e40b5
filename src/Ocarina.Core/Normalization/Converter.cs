using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>One conversion rule: what the expression finds, with literal text before and after it (numbers.md 3.1, N3 and N4).</summary>
internal sealed record Converter(NumberPattern Pattern, string Prefix, string Suffix)
{
    private const int AffixMax = 64;

    /// <summary>Prepares the rules of a set. Those that cannot be used are named in <paramref name="problems"/> and left out.</summary>
    public static List<Converter> Prepare(IEnumerable<RuleEntry> entries, PatternBudget budget, List<ConfigProblem> problems)
    {
        var converters = new List<Converter>();
        foreach (var entry in entries)
        {
            var prefix = ReadAffix(entry, "prefix", problems);
            var suffix = ReadAffix(entry, "suffix", problems);
            if (!NumberPatterns.TryGet(entry.Name, budget, out var pattern, out var fault))
                problems.Add(ConfigProblems.Pattern(entry.Path, entry.Name, fault.Why, fault.Hint));
            else if (prefix is not null && suffix is not null) converters.Add(new Converter(pattern, prefix, suffix));
        }

        return converters;
    }

    /// <summary>Converts the number when the rule is for it.</summary>
    public bool TryConvert(string number, out string converted)
    {
        converted = number;
        if (!Pattern.TryFindRoot(number, out var root)) return false;
        if (root.Length != number.Length || Prefix.Length + Suffix.Length > 0) converted = string.Concat(Prefix, root, Suffix);
        return true;
    }

    /// <summary>The affix; empty when absent, <see langword="null"/> when it makes the rule unusable.</summary>
    private static string? ReadAffix(RuleEntry entry, string key, List<ConfigProblem> problems)
    {
        var node = entry.Members[key];
        if (ConfigValues.IsAbsent(node)) return "";
        var path = ConfigPath.Of(entry.Path, key);
        if (!ConfigValues.TryText(node, out var affix)) problems.Add(ConfigProblems.Type(path, "string", node));
        else if (affix.Length > AffixMax) problems.Add(ConfigProblems.MaxLength(path, AffixMax, affix));
        else if (affix.Any(IsControl)) problems.Add(ConfigProblems.Invalid(path, "Control characters and line breaks cannot be part of a number", node));
        else return affix;
        return null;
    }

    private static bool IsControl(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';
}
