using System.Buffers;
using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary>Makes the document that changes one key, and nothing else.</summary>
internal static class KeyPatch
{
    /// <summary>The names of a dotted path, from the outside in.</summary>
    public static string[] Path(string dotted)
    {
        var path = dotted.Split('.');
        return path.All(name => name.Length > 0) ? path : throw new UsageException($"'{dotted}' is not a path: a name in it is empty.");
    }

    /// <param name="path">Names from the outside in; <c>%2E</c> in one stands for a dot (http-api.md 1.11).</param>
    /// <param name="value">JSON, or else text.</param>
    /// <param name="asText">Whether the value is text whatever it looks like.</param>
    public static JsonElement Of(IReadOnlyList<string> path, string value, bool asText)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer, WireJson.WriterOptions))
        {
            foreach (var name in path)
            {
                json.WriteStartObject();
                json.WritePropertyName(name.Replace("%2E", ".", StringComparison.OrdinalIgnoreCase));
            }

            if (!asText && Read(value) is { } parsed) parsed.WriteTo(json);
            else json.WriteStringValue(value);
            for (var i = 0; i < path.Count; i++) json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static JsonElement? Read(string value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return document.RootElement.Clone();
        }
        catch (JsonException) when (value.AsSpan().TrimStart() is not ['{' or '[' or '"', ..])
        {
            return null; // a word
        }
        catch (JsonException e)
        {
            // A rule such as [ab]c would be text, but so would a list with a typing error: better ask than store it.
            throw new UsageException($"The value looks like JSON but is not ({e.Message.Split(" LineNumber:", 2)[0]}); --text takes it as it is.");
        }
    }
}
