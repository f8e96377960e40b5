using System.Buffers;
using System.Text.Json;
using Ocarina.Client.Wire;

namespace Ocarina.Cli.Commands;

/// <summary>
/// Both switches of a carrier at <c>true</c> buy for real in Kazoo and pretend here. Who brings such a document along is buying today, and would silently stop: he has to say what he wants.
/// </summary>
internal static class ProvisioningChoice
{
    /// <summary>Purchases are orders that the carrier bills.</summary>
    internal const string Real = "real";

    /// <summary>Purchases are checked and pretended.</summary>
    internal const string Pretended = "pretended";

    private const string CarrierPrefix = "number_manager.";
    private const string Enable = "enable_provisioning";
    private const string Sandbox = "sandbox_provisioning";
    private const string SectionDefault = "default";

    /// <summary>The document as it is to be stored.</summary>
    /// <param name="file">Its name, for the message.</param>
    /// <param name="id">Id of the document.</param>
    /// <param name="document">As read: an object.</param>
    /// <param name="choice"><see cref="Real"/>, <see cref="Pretended"/>, or none when nothing was said.</param>
    /// <exception cref="UsageException">Both switches are on, and nothing was said.</exception>
    internal static JsonElement Apply(string file, string id, JsonElement document, string? choice)
    {
        if (!id.StartsWith(CarrierPrefix, StringComparison.Ordinal) || choice == Pretended) return document;
        var below = document.TryGetProperty(SectionDefault, out var common) ? common : default;
        List<string> doubtful = [.. document.EnumerateObject().Where(section => HasBoth(section.Value, below)).Select(section => section.Name)];
        if (doubtful.Count == 0) return document;
        return choice == Real ? WithoutSandbox(document, doubtful) : throw new UsageException(
            $"{file} sets {Enable} and {Sandbox} both to true ({string.Join(", ", doubtful)}). Kazoo buys for real under both, Ocarina only pretends. "
            + $"Say which: --provisioning {Real} stores {Sandbox} as false, --provisioning {Pretended} stores the file as it is.");
    }

    // What a section does not say, default says. Of what stands nowhere the file says nothing.
    private static bool HasBoth(JsonElement section, JsonElement below) =>
        (Find(section, Enable) ?? Find(section, Sandbox)) is not null
        && IsOn(Find(section, Enable) ?? Find(below, Enable)) && IsOn(Find(section, Sandbox) ?? Find(below, Sandbox));

    private static JsonElement? Find(JsonElement section, string key) =>
        section.ValueKind == JsonValueKind.Object && section.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    // Kazoo's documents hold texts as well.
    private static bool IsOn(JsonElement? value) => value is { ValueKind: JsonValueKind.True }
        || (value is { ValueKind: JsonValueKind.String } text && string.Equals(text.GetString()?.Trim(), "true", StringComparison.OrdinalIgnoreCase));

    private static JsonElement WithoutSandbox(JsonElement document, List<string> sections)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WireJson.WriterOptions))
        {
            json.WriteStartObject();
            foreach (var member in document.EnumerateObject())
            {
                if (!sections.Contains(member.Name))
                {
                    member.WriteTo(json);
                    continue;
                }

                json.WriteStartObject(member.Name);
                foreach (var key in member.Value.EnumerateObject().Where(key => key.Name != Sandbox)) key.WriteTo(json);
                json.WriteBoolean(Sandbox, false);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        using var changed = JsonDocument.Parse(buffer.WrittenMemory);
        return changed.RootElement.Clone();
    }
}
