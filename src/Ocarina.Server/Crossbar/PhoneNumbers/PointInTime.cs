using System.Globalization;
using Ocarina.Core;
using Ocarina.Server.Crossbar.Validation;

namespace Ocarina.Server.Crossbar.PhoneNumbers;

/// <summary>Reads a moment of the past: RFC 3339 with zone, or Gregorian seconds (`http-api.md` 2.14).</summary>
internal static class PointInTime
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <returns>What is wrong with the text, or <see langword="null"/>.</returns>
    public static FieldProblem? Read(string text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        // A plus that was not escaped in the query arrives as a blank.
        var asked = text.Trim().Replace(' ', '+');
        if (long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= GregorianTime.UnixEpochS and < 200_000_000_000)
        {
            // The whole second is meant: what happened within it is included.
            time = GregorianTime.FromGregorianSeconds(seconds).AddMilliseconds(999);
            if (time > now && time.AddSeconds(-1) <= now) time = now;
        }
        else if (!HasZone(asked) || !DateTimeOffset.TryParseExact(asked, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time))
        {
            return FieldProblem.Invalid("as_of", "Time must be RFC 3339 with a zone, or Gregorian seconds", text);
        }

        return time > now ? FieldProblem.Invalid("as_of", "Time must not be in the future", text) : null;
    }

    private static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}
