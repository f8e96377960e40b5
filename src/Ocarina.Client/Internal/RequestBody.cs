using System.Buffers;
using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Client.Internal;

/// <summary>Writes the envelope of a request: <c>{"data":{…},"accept_charges":true}</c> (http-api.md 1.2).</summary>
internal static class RequestBody
{
    /// <summary>An envelope whose data the caller writes, as one value.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> data, bool acceptCharges = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, WireJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            data(json);
            if (acceptCharges) json.WriteBoolean("accept_charges", true);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Members(bool acceptCharges, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var given = members.ToArray();
        return Write(json => WriteMembers(json, given), acceptCharges);
    }

    public static byte[] Numbers(IReadOnlyList<string> numbers, bool acceptCharges) => Write(
        json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("numbers");
            foreach (var number in numbers) json.WriteStringValue(number);
            json.WriteEndArray();
            json.WriteEndObject();
        },
        acceptCharges);

    private static void WriteMembers(Utf8JsonWriter json, (string Name, string? Value)[] members)
    {
        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            if (value is not null) json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
