using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Numbers as carriers write them, and back (carriers.md 1.6). What is no number of the carrier's form is none; it never becomes a plus and garbage.</summary>
public static class CarrierNumbers
{
    private const int E164DigitsMin = 7;
    private const int E164DigitsMax = 15;

    private static readonly string[] Reserved = ["800", "822", "833", "844", "855", "866", "877"];

    /// <summary>Toll-free codes of the North American plan that are in service.</summary>
    public static IReadOnlyList<string> TollfreeCodes { get; } = ["800", "833", "844", "855", "866", "877", "888"];

    /// <summary>Ten digits of the North American plan.</summary>
    public static PhoneNumber? FromTenDigits(string? text, CarrierContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return text is { Length: 10 } && IsDigits(text) && text[0] >= '2' ? context.Normalise("+1" + text) : null;
    }

    /// <summary>A plus, country code and number: 7 to 15 digits; ten after +1.</summary>
    public static PhoneNumber? FromE164(string? text, CarrierContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (text is null || text.Length < E164DigitsMin + 1 || text.Length > E164DigitsMax + 1 || text[0] != '+' || text[1] == '0' || !IsDigits(text.AsSpan(1))) return null;
        return text[1] == '1' ? FromTenDigits(text[2..], context) : context.Normalise(text);
    }

    /// <summary>The ten digits of a number under +1; none for others.</summary>
    public static string? TenDigits(PhoneNumber number)
    {
        var text = number.ToString();
        return text.Length == 12 && text.StartsWith("+1", StringComparison.Ordinal) && IsDigits(text.AsSpan(2)) && text[2] >= '2' ? text[2..] : null;
    }

    /// <summary>True when the first three of some digits are a toll-free code, in service or reserved: 800, 822, 833, 844, 855, 866, 877, 880 to 889.</summary>
    public static bool IsTollfree(string? digits) =>
        digits is { Length: >= 3 } && IsDigits(digits.AsSpan(0, 3)) && (digits.StartsWith("88", StringComparison.Ordinal) || Reserved.Contains(digits[..3]));

    /// <summary>True when a number lies within a prefix; <c>*</c> in it stands for any digit.</summary>
    public static bool IsWithin(PhoneNumber number, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var text = number.ToString();
        if (text.Length < prefix.Length) return false;
        for (var at = 0; at < prefix.Length; at++)
            if (prefix[at] != '*' && prefix[at] != text[at]) return false;
        return true;
    }

    /// <summary>True when a text is one or more ASCII digits.</summary>
    public static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
