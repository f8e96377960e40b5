using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Secrets;

namespace Ocarina.Manager.Configuration;

/// <summary>Encrypts the secret members of configuration on their way to storage, and back.</summary>
/// <remarks>Every secret is encrypted when written, whatever it looks like, so text with the mark is never taken for a secret that it is not.</remarks>
public sealed class ConfigSecrets(ServerSecrets secrets)
{
    /// <summary>What an encrypted value begins with.</summary>
    internal const string Mark = "protected:";

    private readonly IDataProtector _protector = secrets.Protection.CreateProtector("ocarina.configuration");

    /// <summary>A copy to be stored. Never call it inside a write delegate: the ring may have to write a key of its own.</summary>
    public JsonObject Protect(JsonObject document) =>
        Walk(document, value => IsSwitchOrEmpty(value) ? value.DeepClone() : Mark + _protector.Protect(value.ToJsonString()));

    /// <summary>A copy to be used.</summary>
    /// <param name="document">As stored.</param>
    /// <param name="unreadable">Called when a value cannot be decrypted; the member is left out then.</param>
    public JsonObject Unprotect(JsonObject document, Action unreadable) =>
        Walk(document, value =>
        {
            if (value is not JsonValue scalar || !scalar.TryGetValue<string>(out var text) || !text.StartsWith(Mark, StringComparison.Ordinal)) return value.DeepClone();
            try
            {
                return JsonNode.Parse(_protector.Unprotect(text[Mark.Length..]));
            }
            catch (CryptographicException)
            {
                unreadable();
                return null;
            }
        });

    /// <summary>A switch that is named after a secret is none, and an empty text says that nothing is set: both are shown, so neither is hidden.</summary>
    private static bool IsSwitchOrEmpty(JsonNode value) =>
        value.GetValueKind() is JsonValueKind.True or JsonValueKind.False || (value.GetValueKind() is JsonValueKind.String && value.GetValue<string>().Length == 0);

    private static JsonObject Walk(JsonObject document, Func<JsonNode, JsonNode?> change)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in document)
        {
            var next = value is not null && ConfigMerge.IsSecret(name) ? change(value) : Copy(value, change);
            if (value is null || next is not null) copy.Add(name, next);
        }
        return copy;
    }

    private static JsonNode? Copy(JsonNode? node, Func<JsonNode, JsonNode?> change) => node switch
    {
        JsonObject members => Walk(members, change),
        JsonArray items => new JsonArray([.. items.Select(item => Copy(item, change))]),
        _ => node?.DeepClone(),
    };
}
