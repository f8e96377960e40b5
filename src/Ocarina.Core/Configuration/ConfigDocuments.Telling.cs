using System.Net;
using System.Text.Json.Nodes;
using Ocarina.Core.Telling;
using static Ocarina.Core.Configuration.ConfigKey;

namespace Ocarina.Core.Configuration;

/// <content>How people and systems are told (docs/decisions/0015-telling.md).</content>
internal static partial class ConfigDocuments
{
    private const int TemplateLanguagesMax = 64;

    private static ConfigKey[] Smtp =>
    [
        Text("relay", ""),
        Integer("port", 587, minimum: 1, maximum: 65_535),
        OneOf("tls", "starttls", "starttls", "implicit", "none"),
        Text("username", ""),
        Text("password", ""),
        Text("from", "", AddressFault),
        Addresses("admins"),
        Flag("tell_master_admins", true),
        Text("trusted_pem"),
        Integer("answer_timeout_ms", 20_000, minimum: 100, maximum: 60_000),
    ];

    private static ConfigKey[] Outbox =>
    [
        Integer("give_up_h", 72, minimum: 1, maximum: 240),
        Integer("keep_d", 30, minimum: 1, maximum: 3650),
    ];

    private static ConfigKey[] Webhooks =>
    [
        Integer("attempt_failure_count", 6, minimum: 1), Integer("attempt_failure_expiry_ms", 60_000, minimum: 1),
        Integer("connect_timeout_ms", 10_000, minimum: 1, maximum: 30_000), Flag("disable_disabler", false), Flag("log_successful_attempts", false),
        Integer("disable_after_h", 24, minimum: 1, maximum: 240),
        Texts("allowed_networks") with { Fault = NetworksFault },
    ];

    private static ConfigKey[] Notification =>
    [
        Flag("enabled", true),
        Addresses("to"),
        new ConfigKey("templates", ConfigKind.Object) { Fault = TemplatesFault },
    ];

    private static ConfigKey Addresses(string name) => Texts(name) with { Fault = AddressesFault };

    private static string? AddressFault(string text) => Mail.IsAddress(text) ? null : "The text is no mail address";

    private static string? AddressesFault(JsonNode node) =>
        TextsOf(node).FirstOrDefault(text => !Mail.IsAddress(text)) is { } bad ? $"'{bad}' is no mail address" : null;

    private static string? NetworksFault(JsonNode node) =>
        TextsOf(node).FirstOrDefault(text => !IPNetwork.TryParse(text, out _)) is { } bad ? $"'{bad}' is no network such as 10.0.0.0/8" : null;

    // Language, then part: subject, text, html.
    private static string? TemplatesFault(JsonNode node)
    {
        if (node is not JsonObject languages) return null;
        if (languages.Count > TemplateLanguagesMax) return "There are too many languages";
        foreach (var (language, parts) in languages)
        {
            if (parts is not JsonObject templates) return $"'{language}' must be an object with subject, text and html";
            foreach (var (part, template) in templates)
            {
                if (part is not ("subject" or "text" or "html") || !ConfigValues.TryText(template, out var text)) return $"'{language}.{part}' is no text of subject, text or html";
                if (MailTemplate.TryParse(text, out _) is { } fault) return $"'{language}.{part}': {fault}";
            }
        }

        return null;
    }

    private static IEnumerable<string> TextsOf(JsonNode node) =>
        node is JsonArray items ? items.Select(item => ConfigValues.TryText(item, out var text) ? text : "") : [];
}
