using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ocarina.Core.Ledger;

/// <summary>The stored form of one change: a JSON text with members in a fixed order, and its place in the number's chain (design.md 11).</summary>
/// <remarks>hash = SHA-256(previous hash, text); the first previous hash is 32 zero bytes. Verified bytes are the stored bytes: a text is never rewritten.</remarks>
public static class NumberEvent
{
    /// <summary>What stands before the first event of a number.</summary>
    public static ImmutableArray<byte> FirstPrevious { get; } = [.. new byte[SHA256.HashSizeInBytes]];

    /// <summary>Writes the text of an event.</summary>
    /// <param name="number">The number that changed.</param>
    /// <param name="revision">Revision after the change.</param>
    /// <param name="time">When, to the millisecond.</param>
    /// <param name="actor">Who.</param>
    /// <param name="action">What; see <see cref="NumberActions"/>.</param>
    /// <param name="reason">Why; may be absent.</param>
    /// <param name="record">The whole record afterwards; absent when the number was erased.</param>
    public static string Write(
        PhoneNumber number, long revision, DateTimeOffset time, Actor actor, string action, string? reason, NumberRecord? record)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, RecordJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("number", number.ToString());
            json.WriteNumber("revision", revision);
            json.WriteNumber("time", time.ToUnixTimeMilliseconds());
            json.WriteString("actor", actor.ToString());
            json.WriteString("action", action);
            if (reason is not null) json.WriteString("reason", reason);
            json.WritePropertyName("record");
            if (record is null) json.WriteNullValue();
            else RecordJson.Write(json, record);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The link that a text makes behind a previous hash.</summary>
    public static ImmutableArray<byte> Hash(ReadOnlySpan<byte> previous, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return [.. hash.GetHashAndReset()];
    }

    /// <summary>Reads a stored text.</summary>
    /// <exception cref="JsonException">The text is not an event of ours.</exception>
    public static NumberEventBody Read(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DocumentText.DepthMax });
        var root = document.RootElement;
        try
        {
            return new NumberEventBody(
                PhoneNumber.FromStorage(root.GetProperty("number").GetString() ?? ""),
                root.GetProperty("revision").GetInt64(),
                DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("time").GetInt64()),
                root.GetProperty("actor").GetString() ?? "",
                root.GetProperty("action").GetString() ?? "",
                root.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
                root.GetProperty("record") is { ValueKind: JsonValueKind.Object } record ? RecordJson.Read(record) : null);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or InvalidDataException)
        {
            throw new JsonException("The text is not a number event.", e);
        }
    }
}

/// <summary>What an event's text says.</summary>
/// <param name="Number">The number that changed.</param>
/// <param name="Revision">Revision after the change.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">Who, in the form of <see cref="Actor.ToString"/>.</param>
/// <param name="Action">What.</param>
/// <param name="Reason">Why; may be absent.</param>
/// <param name="Record">The whole record afterwards, its <see cref="NumberRecord.LastHash"/> empty; absent when the number was erased.</param>
public sealed record NumberEventBody(
    PhoneNumber Number, long Revision, DateTimeOffset Time, string Actor, string Action, string? Reason, NumberRecord? Record);
