using System.Collections.Immutable;
using Ocarina.Core.Normalization;

namespace Ocarina.Manager.Operations;

/// <summary>What a caller may type as a prefix, and what it means (numbers.md 10.1 and 10.5, <c>tollfree</c>).</summary>
public static class SearchPrefix
{
    /// <summary>Fewest characters of a prefix.</summary>
    public const int LengthMin = 3;

    /// <summary>Most characters of a prefix, as the peer counts them: the plus and a country code come on top.</summary>
    public const int LengthMax = 10;

    // Area codes of the North American plan that the called party pays for, the reserved ones included.
    private static readonly string[] TollfreeCodes =
        ["800", "822", "833", "844", "855", "866", "877", "880", "881", "882", "883", "884", "885", "886", "887", "888", "889"];

    /// <summary>Removes blanks; a leading blank in a query string is a plus that was not escaped (numbers.md 3.7).</summary>
    public static string Clean(string typed)
    {
        var lostPlus = typed.Length > 1 && typed[0] == ' ' && char.IsAsciiDigit(typed[1]);
        var text = string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));
        return lostPlus ? "+" + text : text;
    }

    /// <summary>True when the cleaned text can be searched for: digits with an optional plus, or a tollfree pattern.</summary>
    public static bool IsSearchable(string prefix)
    {
        var digits = prefix.StartsWith('+') ? prefix.AsSpan(1) : prefix;
        return digits.Length > 0 && (!digits.ContainsAnyExceptInRange('0', '9') || Tollfree(prefix).Length > 0);
    }

    /// <summary>The leading characters of normalised numbers that the prefix stands for, sorted; several for a tollfree pattern.</summary>
    /// <param name="prefix">The cleaned prefix.</param>
    /// <param name="country">ISO 3166-1 alpha-2 of a country that exists.</param>
    public static ImmutableArray<string> Expand(string prefix, string country)
    {
        if (Tollfree(prefix) is { Length: > 0 } codes) return codes;
        if (prefix.StartsWith('+')) return [prefix];

        if (!CountryCodes.TryGetPrefix(country, out var dialCode)) throw new ArgumentException($"There is no country {country}.", nameof(country));
        // No area code of the North American plan begins with 1, so a leading 1 can only be the country code.
        return dialCode == "+1" && prefix.StartsWith('1') ? ["+" + prefix] : [dialCode + prefix];
    }

    /// <summary>The prefix as carriers are asked: plus, country code, then digits or a tollfree pattern.</summary>
    /// <param name="prefix">The cleaned prefix.</param>
    /// <param name="country">ISO 3166-1 alpha-2 of a country that exists.</param>
    public static string ForCarriers(string prefix, string country) =>
        Tollfree(prefix).Length > 0 ? "+1" + PatternOf(prefix) : Expand(prefix, country)[0];

    /// <summary>True when only numbers that the called party pays for can begin so: a pattern, an area code of that kind, or +800 of all countries.</summary>
    /// <param name="prefix">The cleaned prefix.</param>
    /// <param name="country">ISO 3166-1 alpha-2 of a country that exists.</param>
    public static bool IsTollfree(string prefix, string country)
    {
        if (Tollfree(prefix).Length > 0) return true;
        var full = Expand(prefix, country)[0];
        return full.StartsWith("+800", StringComparison.Ordinal) || (full.Length >= 5 && full.StartsWith("+1", StringComparison.Ordinal) && TollfreeCodes.Contains(full[2..5]));
    }

    private static ImmutableArray<string> Tollfree(string prefix)
    {
        if (!prefix.Contains('*', StringComparison.Ordinal)) return [];
        var pattern = PatternOf(prefix);
        if (pattern.Length != 3 || pattern[0] != '8') return [];
        return [.. TollfreeCodes.Where(code => code.Zip(pattern).All(pair => pair.Second == '*' || pair.First == pair.Second)).Select(code => "+1" + code)];
    }

    private static string PatternOf(string prefix) => prefix.StartsWith("+1", StringComparison.Ordinal) ? prefix[2..] : prefix;
}
