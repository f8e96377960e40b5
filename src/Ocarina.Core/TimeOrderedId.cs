using System.Security.Cryptography;

namespace Ocarina.Core;

/// <summary>Makes unique texts that sort by the time of their making: 26 characters, as ULIDs are.</summary>
public static class TimeOrderedId
{
    /// <summary>Characters of every such text.</summary>
    public const int Length = 26;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's

    /// <summary>Makes one: 48 bits of milliseconds, then 80 random bits.</summary>
    /// <param name="time">The moment it sorts by.</param>
    public static string New(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[10];
        RandomNumberGenerator.Fill(bytes);
        var random = (UInt128)0;
        foreach (var one in bytes) random = (random << 8) | one;
        return string.Create(Length, (Time: time.ToUnixTimeMilliseconds(), Random: random), static (text, parts) =>
        {
            var (time, random) = parts;
            for (var at = 9; at >= 0; at--, time >>= 5) text[at] = Alphabet[(int)(time & 31)];
            for (var at = 25; at >= 10; at--, random >>= 5) text[at] = Alphabet[(int)(random & 31)];
        });
    }

    /// <summary>True for texts of this form.</summary>
    public static bool IsOne(string? text) => text is { Length: Length } && text.All(letter => letter is (>= '0' and <= '9') or (>= 'A' and <= 'Z'));
}
