using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core;

/// <summary>A JSON object that nobody can change: compact text, members in the order in which they were written.</summary>
/// <remarks>Records hold documents in this form, so that an unchanged one costs neither a parse nor a copy. Equal when the texts are equal.</remarks>
public readonly record struct DocumentText
{
    /// <summary>Depth to which our own texts are read. What comes from outside ends at 64, and is kept inside other documents.</summary>
    public const int DepthMax = 256;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DepthMax };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DepthMax };

    private readonly string? _text;

    private DocumentText(string text) => _text = text;

    /// <summary>The object without members; also the default value.</summary>
    public static DocumentText Empty => default;

    /// <summary>True when the object has no members.</summary>
    public bool IsEmpty => _text is null or "{}";

    /// <summary>Takes a snapshot of an object; later changes to it are not seen.</summary>
    public static DocumentText From(JsonObject? members) =>
        members is null || members.Count == 0 ? Empty : new DocumentText(members.ToJsonString(Compact));

    /// <summary>Takes text our own storage wrote.</summary>
    public static DocumentText FromStorage(string? text) => text is null or "{}" ? Empty : new DocumentText(text);

    /// <summary>A fresh object with the members; the caller may change it.</summary>
    public JsonObject ToObject() => _text is null ? [] : JsonNode.Parse(_text, documentOptions: Reading)!.AsObject(); // From and FromStorage hold objects only

    /// <summary>The compact text.</summary>
    public override string ToString() => _text ?? "{}";

    /// <inheritdoc/>
    public bool Equals(DocumentText other) => string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);
}
