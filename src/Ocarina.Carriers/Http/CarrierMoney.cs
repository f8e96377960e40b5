using System.Globalization;

namespace Ocarina.Carriers.Http;

/// <summary>Reads amounts exactly: never through binary floating point (carriers.md 1.5).</summary>
public static class CarrierMoney
{
    private const int ExponentMax = 9;

    /// <summary>An amount such as <c>0.10</c> in minor units; none when it is no amount, has more places than that, or does not fit.</summary>
    /// <param name="text">Digits with an optional sign and point.</param>
    /// <param name="exponent">Decimal places: 2 for hundredths; 0 to 9.</param>
    public static long? Minor(string? text, int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)exponent, (uint)ExponentMax);
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowExponent;
        if (text is not { Length: <= 40 } || !decimal.TryParse(text, plain, CultureInfo.InvariantCulture, out var amount)) return null;
        if (Math.Abs(amount) > long.MaxValue / 1_000_000_000m) return null;
        for (var place = 0; place < exponent; place++) amount *= 10;
        return decimal.Truncate(amount) == amount ? (long)amount : null;
    }
}
