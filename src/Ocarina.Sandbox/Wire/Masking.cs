using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Ocarina.Sandbox.Wire;

/// <summary>Keeps secrets out of the journal: whoever reads it debugs, and need not know them.</summary>
internal static partial class Masking
{
    private const int BodyMax = 4096;
    private const string Mask = "***";
    private static readonly string[] SecretHeaders = ["Authorization", "apikey", "X-Api-Key", "x-api-token", "Cookie"];

    /// <summary>The headers of a request, secrets masked; an authorization keeps its scheme.</summary>
    public static Dictionary<string, string> Headers(IHeaderDictionary headers) =>
        headers.ToDictionary(header => header.Key, header => Header(header.Key, header.Value.ToString()), StringComparer.OrdinalIgnoreCase);

    /// <summary>A body, secrets masked, cut to 4,096 characters.</summary>
    public static string Body(string text) =>
        SecretFields().Replace(text.Length > BodyMax ? text[..BodyMax] : text, match => match.Groups[1].Value + Mask);

    private static string Header(string name, string value)
    {
        if (!SecretHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) return value;
        var cut = value.IndexOf(' ', StringComparison.Ordinal);
        return cut < 0 ? Mask : value[..(cut + 1)] + Mask;
    }

    [GeneratedRegex("""(<(?:\w+:)?(?:developerKey|Password|SessionID)\b[^>]*>|client_secret=|"password"\s*:\s*")(?:[^<&"]|&\w+;)+""", RegexOptions.IgnoreCase)]
    private static partial Regex SecretFields();
}
