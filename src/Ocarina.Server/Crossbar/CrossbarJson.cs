using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Ocarina.Server.Crossbar;

/// <summary>How JSON is read and written at this border.</summary>
internal static class CrossbarJson
{
    /// <summary>Numbers keep their plus and names their umlauts: the text goes out as JSON, never inside HTML.</summary>
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads a whole text, strictly: a member given twice, broken text and the character 0, which a database cannot hold, are refused.</summary>
    /// <returns>What is wrong and where, or <see langword="null"/> when nothing is.</returns>
    public static string? TryRead(ReadOnlySpan<byte> utf8, out JsonNode? node)
    {
        node = null;
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        if (!Utf8.IsValid(utf8)) return "text is not UTF-8 around the start";
        try
        {
            node = JsonNode.Parse(utf8, documentOptions: Strict);
            return Touch(node) ? null : "a text holds the character 0 around some member";
        }
        catch (JsonException problem)
        {
            var place = problem.LineNumber is { } line ? $"line {line + 1}, column {problem.BytePositionInLine + 1}" : "that member"; // one given twice has no place
            return $"{WithoutPlace(problem.Message)} around {place}";
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: valid JSON by its grammar, but no text.
            return "a text holds half a character around some member";
        }
    }

    // Texts are decoded on first use; whatever is wrong with one must show here, not in a handler.
    private static bool Touch(JsonNode? node) => node switch
    {
        JsonObject members => members.All(member => !member.Key.Contains('\0') && Touch(member.Value)),
        JsonArray items => items.All(Touch),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => !value.GetValue<string>().Contains('\0'),
        _ => true,
    };

    private static string WithoutPlace(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var path = message.IndexOf(" Path:", StringComparison.Ordinal);
        if (path >= 0 && (end < 0 || path < end)) end = path;
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    /// <summary>The value of a scalar as text, as filters and parameters see it; <see langword="null"/> for null, lists and objects.</summary>
    public static string? AsText(this JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.ToJsonString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    /// <summary>Text that is safe in a header or an address.</summary>
    public static string ToBase64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
