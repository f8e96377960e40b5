namespace Ocarina.Client;

/// <summary>The clock of the wire: seconds since the year 0 (http-api.md, head).</summary>
public static class GregorianSeconds
{
    /// <summary>Gregorian seconds at the start of the Unix clock.</summary>
    public const long UnixEpoch = 62_167_219_200;

    /// <summary>Turns Gregorian seconds into a time, or nothing when they name none that can be shown.</summary>
    public static DateTimeOffset? ToTime(long seconds)
    {
        var unix = seconds - UnixEpoch;
        return unix < DateTimeOffset.MinValue.ToUnixTimeSeconds() || unix > DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? null
            : DateTimeOffset.FromUnixTimeSeconds(unix);
    }
}
