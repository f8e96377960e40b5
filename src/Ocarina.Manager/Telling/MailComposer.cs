using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Telling;
using Ocarina.Manager.Identity;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>Makes mails of messages: from an operator's templates where there are such, from the built-in ones otherwise, in the language of the account.</summary>
internal sealed class MailComposer(TellingDocuments documents, AccountDirectory accounts, ILogger<MailComposer> logger)
{
    private const string BuiltInLanguage = "en";
    private const int FieldsMax = 200;

    // The ports share one built-in text.
    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        [MessageKinds.CnamRequest] = "cnam_request",
        [MessageKinds.NumberFeatureManualAction] = "number_feature_manual_action",
        [MessageKinds.PortRequest] = "port_request",
        [MessageKinds.PortUnconfirmed] = "port",
        [MessageKinds.PortPending] = "port",
        [MessageKinds.PortScheduled] = "port",
        [MessageKinds.PortRejected] = "port",
        [MessageKinds.PortCancel] = "port",
        [MessageKinds.Ported] = "port",
        [MessageKinds.PortComment] = "port",
    };

    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        [MessageKinds.PortUnconfirmed] = "A port waits to be submitted",
        [MessageKinds.PortPending] = "A port is under way",
        [MessageKinds.PortScheduled] = "A port has its date",
        [MessageKinds.PortRejected] = "A port was rejected",
        [MessageKinds.PortCancel] = "A port was given up",
        [MessageKinds.Ported] = "A number was ported",
        [MessageKinds.PortComment] = "A port has a new comment",
    };

    private static readonly ConcurrentDictionary<string, MailTemplate> Parsed = new(StringComparer.Ordinal);

    /// <summary>True for kinds of messages that are mailed.</summary>
    public static bool Knows(string kind) => BuiltIn.ContainsKey(kind);

    /// <summary>The mail of a delivery.</summary>
    public Mail Compose(DeliveryRow delivery, string address)
    {
        var account = AccountId.FromStorageOrNull(delivery.Account);
        var entry = account is { } id ? accounts.Snapshot.FindEntry(id) : null;
        var language = entry?.Language ?? accounts.Snapshot.FindEntry(accounts.Snapshot.Master)?.Language ?? BuiltInLanguage;
        var templates = documents.NotificationOf(delivery.Kind).Templates;
        var model = ModelOf(delivery, entry);
        return new Mail(
            delivery.Message, address, Part("subject"), Part("text"), Part("html") is { Length: > 0 } html ? html : null, DateTimeOffset.FromUnixTimeMilliseconds(delivery.Created));

        string Part(string part)
        {
            if (Own(templates, language, part) is { } own)
            {
                if (MailTemplate.TryParse(own, out var template) is null && template?.Render(model, part == "html") is { } text) return text;
                logger.TemplateUnusable(delivery.Kind, language, part);
            }

            return Standard(BuiltIn[delivery.Kind], part).Render(model, part == "html") ?? "";
        }
    }

    // en-us, then en; then whatever the operator wrote in our own language.
    private static string? Own(JsonObject templates, string language, string part)
    {
        foreach (var wanted in (string[])[language, language.Split('-', '_')[0], BuiltInLanguage])
        {
            var found = templates.FirstOrDefault(member => member.Key.Equals(wanted, StringComparison.OrdinalIgnoreCase)).Value;
            if (found?[part] is JsonValue value && value.TryGetValue<string>(out var text)) return text;
        }

        return null;
    }

    private static MailTemplate Standard(string name, string part) => Parsed.GetOrAdd($"{BuiltInLanguage}/{name}.{part}", file =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Templates/{file}") ?? throw new InvalidOperationException($"There is no template {file}.");
        using var reader = new StreamReader(stream);
        return MailTemplate.TryParse(reader.ReadToEnd().Trim('\n'), out var template) is { } fault || template is null
            ? throw new InvalidOperationException($"The template {file} cannot be read.")
            : template;
    });

    private static JsonObject ModelOf(DeliveryRow delivery, AccountEntry? entry)
    {
        var model = DocumentText.FromStorage(delivery.Payload).ToObject();
        model["event"] = delivery.Kind;
        model["title"] = Titles.GetValueOrDefault(delivery.Kind);
        model["account"] = new JsonObject { ["id"] = delivery.Account, ["name"] = entry?.Node.Name, ["realm"] = entry?.Realm };
        model["number"] ??= delivery.Number;
        model["fields"] = FieldsOf(model["port"]);
        return model;
    }

    // A port's document as lines of name and value, for it is open: whatever a client wrote in it is told.
    private static JsonArray FieldsOf(JsonNode? node)
    {
        var fields = new JsonArray();
        Add("", node);
        return fields;

        void Add(string path, JsonNode? value)
        {
            if (fields.Count >= FieldsMax) return;
            switch (value)
            {
                case JsonObject members:
                    foreach (var (name, inner) in members) Add(path.Length == 0 ? name : $"{path}.{name}", inner);
                    break;
                case JsonArray items:
                    foreach (var item in items) Add(path, item);
                    break;
                case not null:
                    fields.Add((JsonNode)new JsonObject { ["name"] = path, ["value"] = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() });
                    break;
            }
        }
    }
}
