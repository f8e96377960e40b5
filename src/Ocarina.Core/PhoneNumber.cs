using System.Diagnostics;

namespace Ocarina.Core;

/// <summary>A number in the installation's universal form: what the converters made of it. Usually E.164, but not always.</summary>
/// <remarks>
/// <para>5 to 64 characters, visible ASCII; both ends are inclusive. Lower end: numbers.md 3.3, so that short codes never pass
/// as numbers. Whether it may be stored at all is the reconcilable test's business, not this type's.</para>
/// <para>The default value is no number; see <see cref="IsEmpty"/>. Compared byte by byte. Immutable; safe to share between threads.</para>
/// </remarks>
public readonly record struct PhoneNumber : IComparable<PhoneNumber>
{
    /// <summary>Fewest characters of a stored number.</summary>
    public const int LengthMin = 5;

    /// <summary>Most characters of a stored number.</summary>
    public const int LengthMax = 64;

    private readonly string? _text;

    private PhoneNumber(string text) => _text = text;

    /// <summary>True for the default value, which is no number.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>Reads text already in universal form. For what people type, use the number rules.</summary>
    /// <returns><see langword="false"/>, and the empty value, when the text is not a number. Never throws.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out PhoneNumber number)
    {
        number = default;
        if (text.Length is < LengthMin or > LengthMax) return false;
        if (text.ContainsAnyExceptInRange('!', '~')) return false;

        number = new PhoneNumber(text.ToString());
        return true;
    }

    /// <summary>Reads text already in universal form.</summary>
    /// <exception cref="FormatException">The text is not 5 to 64 visible ASCII characters.</exception>
    public static PhoneNumber Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is not a number in universal form.");

    /// <summary>Takes a value our own storage wrote, and nothing else. Checked in debug builds only.</summary>
    public static PhoneNumber FromStorage(string text)
    {
        Debug.Assert(TryParse(text, out _), "Storage holds a value that is not a number.");
        return new PhoneNumber(text);
    }

    /// <inheritdoc/>
    public int CompareTo(PhoneNumber other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The number's text; empty for the default value.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>The number as a log may show it: the last four characters, the rest hidden. A subscriber's number is personal data.</summary>
    public string Masked() => _text is null ? "" : string.Concat("***", _text.AsSpan(_text.Length - 4));

    /// <summary>Packs a number of at most 15 digits, with or without a plus, into 64 bits, so that no two numbers share a key.</summary>
    /// <remarks>Value in bits 0 to 49, count of digits in 50 to 53, plus in 54 (`design.md` 11). Other texts have no key.</remarks>
    /// <returns>The key, or <see langword="null"/> when the text is not plain digits or has more than 15 of them.</returns>
    public long? PackedKey()
    {
        if (_text is null) return null;
        var plus = _text[0] == '+';
        var digits = _text.AsSpan(plus ? 1 : 0);
        if (digits.Length is 0 or > 15 || digits.ContainsAnyExceptInRange('0', '9')) return null;

        long value = 0;
        foreach (var digit in digits) value = value * 10 + (digit - '0');
        return value | ((long)digits.Length << 50) | (plus ? 1L << 54 : 0);
    }

    /// <summary>Orders by bytes.</summary>
    public static bool operator <(PhoneNumber left, PhoneNumber right) => left.CompareTo(right) < 0;

    /// <summary>Orders by bytes.</summary>
    public static bool operator >(PhoneNumber left, PhoneNumber right) => left.CompareTo(right) > 0;

    /// <summary>Orders by bytes.</summary>
    public static bool operator <=(PhoneNumber left, PhoneNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by bytes.</summary>
    public static bool operator >=(PhoneNumber left, PhoneNumber right) => left.CompareTo(right) >= 0;
}
