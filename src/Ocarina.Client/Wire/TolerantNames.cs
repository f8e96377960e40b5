using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>Reads a list of names; older servers send the keys of an object in its place, or nothing.</summary>
internal sealed class TolerantNames : JsonConverter<IReadOnlyList<string>>
{
    public override bool HandleNull => true;

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        return root.ValueKind switch
        {
            JsonValueKind.Array => [.. root.EnumerateArray().Select(item => item.ToString())],
            JsonValueKind.Object => [.. root.EnumerateObject().Select(member => member.Name)],
            _ => [],
        };
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var name in value) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
