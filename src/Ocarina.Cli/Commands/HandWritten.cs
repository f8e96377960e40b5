using System.Text;
using System.Text.Json;

namespace Ocarina.Cli.Commands;

/// <summary>Reads documents that somebody wrote by hand: with comments and trailing commas. What cannot be read is named by line and column.</summary>
internal static class HandWritten
{
    private static readonly JsonDocumentOptions Manual = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The JSON object of a file; of standard input for <c>-</c>.</summary>
    public static async Task<JsonElement> ReadAsync(CliHost host, string path, CancellationToken ct) =>
        Read(path, path == "-" ? await host.In.ReadToEndAsync(ct) : await File.ReadAllTextAsync(path, ct));

    private static JsonElement Read(string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Manual);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
            throw new UsageException($"{file} holds no JSON object.");
        }
        catch (JsonException e)
        {
            // The reader counts from 0 and adds its own words about the place.
            var reason = e.Message.Split(" LineNumber:", 2)[0];
            var advice = HoldsMore(text) ? " The file holds more than a JSON document: cut the document out, from its { to its }, and import that." : "";
            throw new UsageException($"{file}, line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {reason}{advice}");
        }
    }

    /// <summary>True for a page of a manual: words around what may be a document, so that the place alone would say little.</summary>
    private static bool HoldsMore(string text)
    {
        var isJson = false;
        try
        {
            var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            isJson = json.Read();
            if (json.TokenType != JsonTokenType.StartObject) return false; // a list, or members without braces
            json.Skip();
            return true; // the object ends, and yet the text could not be read: something follows
        }
        catch (JsonException)
        {
            return !isJson && text.Contains('{', StringComparison.Ordinal);
        }
    }
}
