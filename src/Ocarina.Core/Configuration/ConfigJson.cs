using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Reads configuration documents. Members keep their order, for order is meaning in rule sets (numbers.md 3.1, N2).</summary>
public static class ConfigJson
{
    /// <summary>Deepest nesting of a document.</summary>
    internal const int DepthMax = 64;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>Reads strict JSON, as the HTTP interface takes it. A member given twice is refused, because one of the two would be lost.</summary>
    /// <exception cref="ConfigJsonException">The text is no JSON object, names a member twice, or is nested too deep.</exception>
    public static JsonObject Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text, documentOptions: Strict) is not JsonObject document) throw new ConfigJsonException(1, 1, "A document is a JSON object.");
            Settle(document);
            return document;
        }
        catch (JsonException broken)
        {
            throw Located(text, broken);
        }
    }

    /// <summary>Reads text pasted from a manual (numbers.md 2.1): trailing commas, comments, missing commas and lost quotes are mended where only one reading is possible.</summary>
    /// <param name="text">The document, or members without the braces around them.</param>
    /// <param name="notes">What was mended and where, in the order of the text.</param>
    /// <exception cref="ConfigJsonException">The text cannot be read in one way only; the place is named.</exception>
    public static JsonObject ParseManual(string text, out IReadOnlyList<string> notes)
    {
        var reader = new ManualJsonReader(text);
        var document = reader.ReadDocument();
        notes = reader.Notes;
        return document;
    }

    /// <summary>Says what is wrong with a text and offers it mended, with layout kept where nothing was wrong.</summary>
    public static ConfigLint Lint(string text)
    {
        var reader = new ManualJsonReader(text);
        try
        {
            reader.ReadDocument();
        }
        catch (ConfigJsonException broken)
        {
            return new ConfigLint(null, reader.Notes, broken);
        }

        return new ConfigLint(JsonRepair.Apply(text, reader.Repairs), reader.Notes, null);
    }

    /// <summary>The framework builds nodes when they are first looked at. Documents are shared between threads, so all is built here.</summary>
    private static void Settle(JsonNode? node)
    {
        if (node is JsonObject members)
            foreach (var (_, value) in members) Settle(value);
        else if (node is JsonArray items)
            foreach (var item in items) Settle(item);
    }

    private static ConfigJsonException Located(string text, JsonException broken)
    {
        var reason = broken.Message.Split(" LineNumber:")[0];
        if (broken.LineNumber is { } line) return new ConfigJsonException((int)line + 1, ColumnOf(text, (int)line, broken.BytePositionInLine ?? 0) + 1, reason);
        try
        {
            new ManualJsonReader(text).ReadDocument(); // the framework does not say where a repeated member stands; this reader does
        }
        catch (ConfigJsonException located)
        {
            return located;
        }

        return new ConfigJsonException(1, 1, reason);
    }

    /// <summary>The framework counts bytes; people count characters.</summary>
    private static int ColumnOf(string text, int line, long bytes)
    {
        var start = 0;
        for (var i = 0; i < line; i++) start = text.IndexOf('\n', start) + 1;
        var column = 0;
        for (var at = start; at < text.Length && bytes > 0; at++, column++)
            bytes -= text[at] < 0x80 ? 1 : text[at] < 0x800 || char.IsSurrogate(text[at]) ? 2 : 3;
        return column;
    }
}

/// <summary>What the linter found.</summary>
/// <param name="RepairedText">Strict JSON with the same content; none when the text could not be read in one way only.</param>
/// <param name="Notes">What was mended and where. Empty when nothing was.</param>
/// <param name="Error">Where reading stopped; none when the text could be read.</param>
public sealed record ConfigLint(string? RepairedText, IReadOnlyList<string> Notes, ConfigJsonException? Error)
{
    /// <summary>True when the text was strict JSON as it stood.</summary>
    public bool IsClean => Error is null && Notes.Count == 0;
}
