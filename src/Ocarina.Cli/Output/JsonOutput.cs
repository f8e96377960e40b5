using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Output;

/// <summary>JSON on standard output: documents, indented when a person looks on, or one line per row.</summary>
internal sealed class JsonOutput(CliHost host)
{
    public void Document(Action<Utf8JsonWriter> write) => Write(write, host.Environment.IsOutputTerminal);

    public void Document<T>(T value, JsonTypeInfo<T> type) => Document(json => JsonSerializer.Serialize(json, value, type));

    public void Line<T>(T value, JsonTypeInfo<T> type) => Write(json => JsonSerializer.Serialize(json, value, type), indented: false);

    /// <summary>A document as people edit it, whoever looks on.</summary>
    public void Pretty(JsonElement value) => Write(value.WriteTo, indented: true);

    private void Write(Action<Utf8JsonWriter> write, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WireJson.WriterOptions with { Indented = indented })) write(json);
        host.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
