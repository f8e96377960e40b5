namespace Ocarina.Core;

/// <summary>Times on the wire: Gregorian seconds, counted from the start of year 0 (`http-api.md`, head; numbers.md 14.27).</summary>
public static class GregorianTime
{
    /// <summary>Gregorian seconds at the Unix epoch.</summary>
    public const long UnixEpochS = 62_167_219_200;

    /// <summary>Whole Gregorian seconds of a moment.</summary>
    public static long ToGregorianSeconds(this DateTimeOffset time) => time.ToUnixTimeSeconds() + UnixEpochS;

    /// <summary>The moment of a count of Gregorian seconds.</summary>
    public static DateTimeOffset FromGregorianSeconds(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds - UnixEpochS);

    /// <summary>Cuts a moment to the millisecond, the grain of stored times, so that memory and storage agree.</summary>
    public static DateTimeOffset ToStoredGrain(this DateTimeOffset time) => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
