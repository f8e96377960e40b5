using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Telling;
using Ocarina.Manager.Identity;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>A webhook as shown.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Data">The document of `http-api.md` 8.1; its caller's to keep. The secret is in it only when it was just made.</param>
/// <param name="Revision">Counts writes.</param>
public sealed record WebhookView(string Id, JsonObject Data, long Revision);

/// <summary>Between the document that clients send and see and the row that is stored. Pure.</summary>
internal static class WebhookDocument
{
    private const int RetriesMax = 4;

    private static readonly string[] Hooks = [WebhookRow.Notifications, WebhookRow.NumberObjects];
    private static readonly string[] Verbs = ["get", "post", "put"];
    private static readonly string[] Formats = ["form-data", "json"];

    private static readonly FrozenSet<string> ReadOnly = FrozenSet.ToFrozenSet(["id", "secret", "disable_message", "re-enable", "created", "modified"], StringComparer.Ordinal);

    /// <summary>Reads a body in place of everything the webhook has.</summary>
    public static (WebhookRow? Row, IReadOnlyList<ConfigProblem> Problems) Replace(WebhookRow row, JsonObject body) => Read(row, OpenDocument.Strip(body, ReadOnly));

    /// <summary>Merges a body into what the webhook has.</summary>
    public static (WebhookRow? Row, IReadOnlyList<ConfigProblem> Problems) Merge(WebhookRow row, JsonObject patch)
    {
        var merged = ConfigMerge.Patch(DocumentText.FromStorage(row.Document).ToObject(), OpenDocument.StripPatch(patch, ReadOnly));
        if (!patch.ContainsKey("enabled")) merged["enabled"] = row.Enabled;
        return Read(row, merged);
    }

    /// <summary>The reply for a webhook.</summary>
    /// <param name="row">As stored.</param>
    /// <param name="secret">The secret, when it was just made: later it is never shown.</param>
    public static WebhookView Show(WebhookRow row, string? secret)
    {
        var data = DocumentText.FromStorage(row.Document).ToObject();
        data["id"] = row.Id;
        data["enabled"] = row.Enabled;
        if (row.DisableMessage is { } why) data["disable_message"] = why;
        if (secret is not null) data["secret"] = secret;
        return new WebhookView(row.Id, data, row.Revision);
    }

    /// <summary>A row with other contents.</summary>
    public static WebhookRow With(this WebhookRow row, string? secret, long now) => Make(row, row.Hook, row.Enabled, row.IncludeSubaccounts, row.Document, secret ?? row.Secret, row.Revision + 1, now);

    private static (WebhookRow? Row, IReadOnlyList<ConfigProblem> Problems) Read(WebhookRow row, JsonObject document)
    {
        var reader = new FieldReader(document);
        reader.Text("name", 1, 128, required: true);
        var uri = reader.Text("uri", 1, 2048, required: true);
        if (uri is not null && HookDocument.AddressOf(uri) is null) reader.Add("uri", "invalid", "The text is no address of HTTP, or it holds a user", value: uri);
        var hook = Choice(reader, "hook", Hooks, null) ?? "";
        document["http_verb"] = Choice(reader, "http_verb", Verbs, "post");
        document["format"] = Choice(reader, "format", Formats, "form-data");
        CheckRetries(reader, document);
        var (enabled, below) = (reader.Truth("enabled") ?? true, reader.Truth("include_subaccounts") ?? false);
        CheckCustomData(reader, document);
        if (reader.Problems.Count > 0) return (null, reader.Problems);

        document["enabled"] = enabled;
        document["include_subaccounts"] = below;
        return (Make(row, hook, enabled, below, DocumentText.From(document).ToString(), row.Secret, row.Revision, row.Modified), []);
    }

    private static string? Choice(FieldReader reader, string name, string[] names, string? otherwise)
    {
        var text = reader.Text(name, 1, 64, required: otherwise is null) ?? otherwise;
        if (text is not null && !names.Contains(text, StringComparer.Ordinal))
            reader.Add(name, "enum", "Value not found in enumerated list of values", new JsonArray([.. names.Select(one => (JsonNode)one)]), text);
        return text;
    }

    // Kazoo's clients send it. What counts here is the outbox's own schedule.
    private static void CheckRetries(FieldReader reader, JsonObject document)
    {
        document["retries"] ??= 2;
        if (!int.TryParse(document["retries"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var retries)) reader.Add("retries", "type", "Value did not match type(s): integer", "integer");
        else if (retries > RetriesMax) reader.Add("retries", "maximum", $"Value must be at most {RetriesMax}", RetriesMax);
        else document["retries"] = retries;
    }

    private static void CheckCustomData(FieldReader reader, JsonObject document)
    {
        reader.Object("custom_data");
        if (document["custom_data"] is not JsonObject own) return;
        foreach (var (name, value) in own)
            if (value is not JsonValue scalar || !scalar.TryGetValue<string>(out _)) reader.Add($"custom_data.{name}", "type", "Value did not match type(s): string", "string");
    }

    private static WebhookRow Make(WebhookRow row, string hook, bool enabled, bool below, string document, string secret, long revision, long modified) => new()
    {
        Id = row.Id,
        Account = row.Account,
        Hook = hook,
        Enabled = enabled,
        IncludeSubaccounts = below,
        Document = document,
        Secret = secret,
        FailingSince = row.FailingSince,
        DisableMessage = enabled ? null : row.DisableMessage,
        Created = row.Created,
        Modified = modified,
        Revision = revision,
    };
}
