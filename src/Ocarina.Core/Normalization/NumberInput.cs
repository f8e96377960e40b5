using System.Buffers;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Normalization;

/// <summary>Numbers as people type them (numbers.md 3.7). For human entry points only: HTTP, CSV, command line; never on the way of a call.</summary>
public static class NumberInput
{
    private const string Scheme = "tel:";

    private static readonly SearchValues<char> Ornaments = SearchValues.Create(" \u00A0-.()/\u2010\u2011\u2012\u2013\u2014\u2015");

    /// <summary>Takes blanks, dashes, dots, slashes, parentheses and <c>tel:</c> away when nothing but an optional plus and ASCII digits is left; otherwise only trims.</summary>
    public static string Clean(string text)
    {
        var trimmed = text.Trim();
        var rest = trimmed.AsSpan();
        if (rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) rest = rest[Scheme.Length..];
        if (!rest.ContainsAny(Ornaments)) return IsDialable(rest) ? rest.ToString() : trimmed;

        var kept = ArrayPool<char>.Shared.Rent(rest.Length);
        var length = 0;
        foreach (var letter in rest)
            if (!Ornaments.Contains(letter)) kept[length++] = letter;
        var cleaned = IsDialable(kept.AsSpan(0, length)) ? new string(kept, 0, length) : trimmed;
        ArrayPool<char>.Shared.Return(kept);
        return cleaned;
    }

    /// <summary>Cleans, normalises and tests a number.</summary>
    /// <returns>False, with the error that names the text as given, when it is no globally routable number.</returns>
    public static bool TryRead(INumberRules rules, string text, out PhoneNumber number, out NumberError? error)
    {
        error = rules.TryNormalize(Clean(text), out number) ? null : NumberErrors.NotReconcilable(text);
        return error is null;
    }

    private static bool IsDialable(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith('+') ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
