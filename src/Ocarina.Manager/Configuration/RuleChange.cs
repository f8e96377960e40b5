using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;

namespace Ocarina.Manager.Configuration;

/// <summary>A stored number that new rules would make unreachable.</summary>
/// <param name="Number">As stored.</param>
/// <param name="Spelling">A spelling that reaches it under the old rules.</param>
/// <param name="Becomes">What the new rules make of that spelling; none when they find it no number at all.</param>
public sealed record OrphanedNumber(PhoneNumber Number, string Spelling, string? Becomes);

/// <summary>One change of number rules, and which stored numbers it would orphan (numbers.md 3.9). Pure.</summary>
/// <remarks>
/// A number under <c>+</c> always normalises to itself, so it is not enough to look at the stored text: what carriers and people send for it is another
/// spelling, which the old rules bring to it and the new ones may bring elsewhere.
/// </remarks>
internal sealed class RuleChange
{
    private static readonly string[] NationalHeads = ["", "0", "1", "00", "011"];

    private readonly INumberRules _before;
    private readonly INumberRules _after;
    private readonly List<(string Prefix, string Suffix)> _affixes;

    /// <param name="scope">The account whose numbers are concerned; <see langword="null"/> for all.</param>
    /// <param name="before">Rules that hold.</param>
    /// <param name="after">Rules that are to hold.</param>
    /// <param name="section">The section the old rules come from: its converters say which national forms lead to a number.</param>
    public RuleChange(AccountId? scope, INumberRules before, INumberRules after, JsonObject section)
    {
        (Scope, _before, _after) = (scope, before, after);
        _affixes = Affixes(section["e164_converters"]);
    }

    public AccountId? Scope { get; }

    /// <summary>The first spelling that no longer leads to the number; none when all still do.</summary>
    public OrphanedNumber? Check(PhoneNumber number)
    {
        var stored = number.ToString();
        foreach (var spelling in Spellings(stored))
        {
            if (_before.Normalize(spelling) != stored || !_before.IsReconcilable(spelling)) continue;
            var becomes = _after.Normalize(spelling);
            if (becomes != stored) return new OrphanedNumber(number, spelling, becomes);
            if (!_after.IsReconcilable(spelling)) return new OrphanedNumber(number, spelling, null);
        }
        return null;
    }

    internal IReadOnlyCollection<string> Spellings(string number)
    {
        var spellings = new List<string>(16) { number };
        if (number[0] == '+')
        {
            var digits = number[1..];
            Add(digits);
            if (digits.Length == 11 && digits[0] == '1') Add(digits[1..]);
            Add($"00{digits}");
            Add($"011{digits}");
        }
        else
        {
            Add($"+{number}");
        }

        foreach (var (prefix, suffix) in _affixes)
        {
            if (number.Length <= prefix.Length + suffix.Length) continue;
            if (!number.StartsWith(prefix, StringComparison.Ordinal) || !number.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var root = number[prefix.Length..^suffix.Length];
            foreach (var head in NationalHeads) Add(head + root);
        }
        return spellings;

        void Add(string spelling)
        {
            if (!spellings.Contains(spelling)) spellings.Add(spelling);
        }
    }

    private static List<(string, string)> Affixes(JsonNode? converters)
    {
        var rules = converters switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            JsonValue value when value.TryGetValue<string>(out var preset) && RulePresets.TryGetConverters(preset, out var named) => named.Select(member => member.Value),
            _ => [],
        };
        return [.. rules.OfType<JsonObject>().Select(rule => (Text(rule["prefix"]), Text(rule["suffix"]))).Where(affix => affix != ("", "")).Distinct()];
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
