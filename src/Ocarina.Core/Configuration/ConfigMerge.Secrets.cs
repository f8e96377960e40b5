using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <content>Secrets: shown as a mask, kept when the mask comes back (`http-api.md` 4).</content>
public static partial class ConfigMerge
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mask = "********";

    private static readonly string[] SecretEndings = ["password", "secret", "token", "api_key", "developer_key"];

    /// <summary>True for keys that are named after a secret or end so. A switch under such a name, <c>expose_api_key</c> for one, is no secret and is never masked.</summary>
    public static bool IsSecret(string key) =>
        Array.Exists(SecretEndings, ending => key.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The section with its secrets masked. Empty texts stay, so that people see what is not set.</summary>
    public static JsonObject MaskSecrets(JsonObject section)
    {
        var masked = new JsonObject();
        foreach (var (name, value) in section) masked[name] = IsSecret(name) && IsMaskable(value) ? Mask : Masked(value);
        return masked;
    }

    /// <summary>The section as wanted, with the stored value wherever a secret came back as its mask; without it when none is stored.</summary>
    public static JsonObject KeepMaskedSecrets(JsonObject wanted, JsonObject stored)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (IsSecret(name) && IsMask(value))
            {
                if (stored[name] is { } secret && !IsMask(secret)) kept[name] = secret.DeepClone();
            }
            else
            {
                kept[name] = Kept(value, stored[name]);
            }
        }

        return kept;
    }

    private static bool IsMask(JsonNode? value) =>
        value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == Mask;

    private static JsonNode? Masked(JsonNode? value) => value switch
    {
        JsonObject members => MaskSecrets(members),
        JsonArray items => new JsonArray([.. items.Select(Masked)]),
        _ => value?.DeepClone(),
    };

    private static JsonNode? Kept(JsonNode? wanted, JsonNode? stored) => (wanted, stored) switch
    {
        (JsonObject members, _) => KeepMaskedSecrets(members, stored as JsonObject ?? []),
        (JsonArray items, _) => new JsonArray([.. items.Select((item, i) => Kept(item, stored is JsonArray held && i < held.Count ? held[i] : null))]),
        _ => wanted?.DeepClone(),
    };
}
