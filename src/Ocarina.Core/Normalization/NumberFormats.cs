namespace Ocarina.Core.Normalization;

/// <summary>Forms in which trunks and resources want numbers (numbers.md 3.4).</summary>
public static class NumberFormats
{
    private const int NationalLength = 10;

    /// <summary>The ten bare digits of a North American number; any other number unchanged.</summary>
    public static string ToNpan(string number) => TryNational(number, out var national) ? (national.Length == number.Length ? number : national.ToString()) : number;

    /// <summary>The digit 1 and the ten digits of a North American number; any other number unchanged.</summary>
    public static string To1Npan(string number) => TryNational(number, out var national) ? string.Concat("1", national) : number;

    /// <summary>The universal form without its leading plus.</summary>
    public static string ToStripPlus(INumberRules rules, string number)
    {
        var normalized = rules.Normalize(number);
        return normalized.StartsWith('+') ? normalized[1..] : normalized;
    }

    /// <summary>The universal form; another word for <see cref="INumberRules.Normalize"/>.</summary>
    public static string ToE164(INumberRules rules, string number) => rules.Normalize(number);

    /// <summary>True when the number has the form of <see cref="ToNpan"/>. Foreign numbers count as formed, for nothing would change them.</summary>
    public static bool IsNpan(string number) => string.Equals(ToNpan(number), number, StringComparison.Ordinal);

    /// <summary>True when the number has the form of <see cref="To1Npan"/>.</summary>
    public static bool Is1Npan(string number) => string.Equals(To1Npan(number), number, StringComparison.Ordinal);

    /// <summary>True when the number has universal form.</summary>
    public static bool IsE164(INumberRules rules, string number) => string.Equals(rules.Normalize(number), number, StringComparison.Ordinal);

    /// <summary>The number as a trunk's invite format wants it; unknown formats, such as <c>username</c>, leave it untouched.</summary>
    public static string ForInvite(INumberRules rules, string format, string number) => format switch
    {
        "e164" or "e.164" => rules.Normalize(number),
        "e164_without_plus" or "strip_plus" => ToStripPlus(rules, number),
        "1npan" or "1npanxxxxxx" => To1Npan(number),
        "npan" or "npanxxxxxx" => ToNpan(number),
        _ => number,
    };

    /// <summary>Name of the database in which Kazoo keeps a normalised number (numbers.md 4.1); none when it has fewer than five characters.</summary>
    public static string? ToKazooDatabase(string normalized) =>
        normalized.Length < PhoneNumber.LengthMin ? null : Uri.EscapeDataString($"numbers/{normalized.AsSpan(0, PhoneNumber.LengthMin)}");

    /// <summary>The expression <c>^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$</c>, by hand.</summary>
    private static bool TryNational(string number, out ReadOnlySpan<char> national)
    {
        national = number;
        if (national.StartsWith('+')) national = national is ['+', '1', ..] ? national[2..] : default;
        else if (national.Length == NationalLength + 1 && national[0] == '1') national = national[1..];
        return national.Length == NationalLength && !national.ContainsAnyExceptInRange('0', '9') && national[0] >= '2' && national[3] >= '2';
    }
}
