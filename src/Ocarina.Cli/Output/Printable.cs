using System.Globalization;
using System.Text.Json;
using Ocarina.Client;

namespace Ocarina.Cli.Output;

/// <summary>Values as a terminal may show them. Text from elsewhere must not be able to move the cursor or forge a line.</summary>
internal static class Printable
{
    public static string Line(string? text)
    {
        if (text is null) return "";
        return text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? ' ' : c)) : text;
    }

    /// <summary>A Gregorian time of the wire as ISO 8601, UTC.</summary>
    public static string? Time(long? gregorian) =>
        gregorian is { } seconds ? GregorianSeconds.ToTime(seconds)?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : null;

    /// <summary>A value on one line: text as it is, a scalar as JSON writes it, anything else as compact JSON.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Line(value.GetString()),
        JsonValueKind.Undefined or JsonValueKind.Null => "",
        JsonValueKind.Object or JsonValueKind.Array => Line(value.GetRawText()),
        _ => value.GetRawText(),
    };

    /// <summary>Leaves of a document by their dotted paths.</summary>
    public static IEnumerable<(string Path, string Value)> Flatten(string path, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return [(path, Value(value))];
        return value.EnumerateObject().SelectMany(member => Flatten($"{path}.{member.Name}", member.Value));
    }

    public static string Money(decimal? amount) => amount?.ToString("0.00##", CultureInfo.InvariantCulture) ?? "";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    // Also the C1 controls, and the marks that reorder a line.
    private static bool IsUnsafe(char c) => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}
