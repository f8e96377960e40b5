using Ocarina.Core;

namespace Ocarina.Carriers.Bandwidth2.Wire;

/// <summary>Numbers as this carrier writes them: ten digits for +1 in v1, E.164 with its plus everywhere else (carriers.md 1.6).</summary>
internal static class WireNumbers
{
    /// <summary>E.164 of what the carrier wrote; none when it is no number of its form. Nothing is ever repaired.</summary>
    internal static string? ToE164(string? text) => text switch
    {
        ['+', '1', .. var national] => IsNational(national) ? text : null,
        ['+', >= '2' and <= '9', ..] => text.Length is >= 8 and <= 16 && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9') ? text : null,
        not null => IsNational(text) ? $"+1{text}" : null,
        null => null,
    };

    /// <summary>What is written to the carrier; none when it has no form for the number.</summary>
    internal static string? ToWire(PhoneNumber number, bool isV2)
    {
        if (ToE164(number.ToString()) is not { } text || text[0] != '+' || number.ToString()[0] != '+') return null;
        return isV2 ? text : text.StartsWith("+1", StringComparison.Ordinal) ? text[2..] : null;
    }

    /// <summary>True when what the carrier wrote is this number.</summary>
    internal static bool IsSame(string? written, PhoneNumber number) => ToE164(written) is { } text && text == number.ToString();

    private static bool IsNational(string text) => text.Length == 10 && text[0] is >= '2' and <= '9' && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
