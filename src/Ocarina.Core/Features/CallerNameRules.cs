using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Features;

/// <summary>What callers' names look like, by the calling code of their number, from data (<c>callernames.json</c>); <c>*</c> is for all others, and for numbers that nobody knows yet.</summary>
internal static class CallerNameRules
{
    private const string Resource = "callernames.json";
    private const string Others = "*";
    private const int CallingCodeLengthMax = 3;

    private static readonly Lazy<FrozenDictionary<string, Rule>> Codes = new(Read);

    /// <summary>What is wrong with a name; none when nothing is.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="number">Its number; none when it is not known yet.</param>
    /// <param name="name">The name, without blanks around it.</param>
    internal static ConfigProblem? Problem(string path, PhoneNumber? number, string name)
    {
        var rule = RuleOf(number?.ToString() ?? "");
        if (new StringInfo(name).LengthInTextElements > rule.LengthMax) return ConfigProblems.MaxLength(path, rule.LengthMax, name);
        return rule.Form.IsMatch(name) ? null : new ConfigProblem(path, "pattern", $"Failed to match pattern '^{rule.Pattern}$'", $"^{rule.Pattern}$", name);
    }

    private static Rule RuleOf(string number)
    {
        for (var length = CallingCodeLengthMax; length > 0; length--)
            if (number.Length > length && number[0] == '+' && Codes.Value.TryGetValue(number[1..(length + 1)], out var rule)) return rule;
        return Codes.Value[Others];
    }

    private static FrozenDictionary<string, Rule> Read()
    {
        using var stream = typeof(CallerNameRules).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly was built without {Resource}.");
        var json = JsonNode.Parse(stream)!.AsObject(); // written by hand, and an object of these members
        return json.ToFrozenDictionary(code => code.Key, code => new Rule((int)code.Value!["length_max"]!, (string)code.Value["pattern"]!), StringComparer.Ordinal);
    }

    private sealed record Rule(int LengthMax, string Pattern)
    {
        // It takes time in proportion to the text, whatever both are.
        public Regex Form { get; } = new($@"\A(?:{Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
