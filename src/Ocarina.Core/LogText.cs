using System.Text.RegularExpressions;

namespace Ocarina.Core;

/// <summary>Texts from outside on their way into a log.</summary>
public static partial class LogText
{
    private const int ShownDigits = 4;

    /// <summary>The text with everything that looks like a telephone number cut to its last four digits: <c>+14155550123</c> becomes <c>***0123</c>.</summary>
    /// <param name="text">Words of carriers, of plug-ins, of providers.</param>
    public static string? WithoutNumbers(string? text) => text is null ? null : Digits().Replace(text, Hidden);

    private static string Hidden(Match match) => $"***{string.Concat(match.Value.Where(char.IsAsciiDigit).TakeLast(ShownDigits))}";

    // 7 digits are a subscriber's number without its area, 15 the longest of E.164. Longer runs are ids.
    [GeneratedRegex(@"(?<![0-9A-Za-z])\+?[0-9](?:[-. ()]{0,2}[0-9]){6,14}(?![0-9A-Za-z])")]
    private static partial Regex Digits();
}
