using System.Text.Json.Nodes;
using Ocarina.Core.Telling;
using Ocarina.Storage.Outbox;

namespace Ocarina.Manager.Telling;

/// <summary>The webhooks there are, and what each is told, with made-up values.</summary>
public static class HookSamples
{
    private const string Number = "(415) 555 - 0123";

    /// <summary>The list of available webhooks.</summary>
    public static JsonArray Available() =>
    [
        new JsonObject
        {
            ["id"] = WebhookRow.Notifications,
            ["name"] = "Notifications",
            ["description"] = "Hears of what people are told too: caller names to ask for, ports, features to switch by hand",
            ["modifiers"] = new JsonObject { ["type"] = new JsonObject { ["type"] = "array", ["items"] = new JsonArray([.. All.Keys.Select(kind => (JsonNode)kind)]) } },
        },
        new JsonObject
        {
            ["id"] = WebhookRow.NumberObjects,
            ["name"] = "Object",
            ["description"] = "Hears of every number that is created, edited or deleted",
            ["modifiers"] = new JsonObject
            {
                ["type"] = new JsonObject { ["type"] = "array", ["items"] = new JsonArray("number") },
                ["action"] = new JsonObject { ["type"] = "array", ["items"] = new JsonArray("doc_created", "doc_edited", "doc_deleted") },
            },
        },
    ];

    /// <summary>The samples of a webhook by kind; none when there is no such webhook.</summary>
    public static JsonObject? Of(string hook) => hook switch
    {
        WebhookRow.Notifications => new JsonObject(All.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)kind.Value()))),
        WebhookRow.NumberObjects => new JsonObject { ["number"] = NumberObject("doc_edited") },
        _ => null,
    };

    /// <summary>What a webhook is told when it is tried out.</summary>
    internal static (string Kind, JsonObject Payload) For(string hook, string? type) => hook == WebhookRow.NumberObjects
        ? (MessageKinds.NumberObject, NumberObject("doc_edited"))
        : type is not null && All.TryGetValue(type, out var made) ? (type, made()) : (MessageKinds.CnamRequest, All[MessageKinds.CnamRequest]());

    private static Dictionary<string, Func<JsonObject>> All { get; } = new(StringComparer.Ordinal)
    {
        [MessageKinds.CnamRequest] = () => new JsonObject
        {
            ["number"] = Number, ["cnam"] = new JsonObject { ["display_name"] = "ACME Corp" }, ["number_state"] = "in_service", ["local_number"] = false,
            ["acquired_for"] = "0123456789abcdef0123456789abcdef",
        },
        [MessageKinds.NumberFeatureManualAction] = () => new JsonObject
        {
            ["number"] = Number, ["feature"] = new JsonObject { ["name"] = "sms", ["provider"] = "sms", ["action"] = "activate" },
            ["to"] = new JsonObject { ["type"] = "original", ["email_addresses"] = new JsonArray("ops@example.com") },
        },
        [MessageKinds.PortUnconfirmed] = Port,
        [MessageKinds.PortRequest] = Port,
        [MessageKinds.PortPending] = Port,
        [MessageKinds.PortScheduled] = Port,
        [MessageKinds.PortRejected] = Port,
        [MessageKinds.PortCancel] = Port,
        [MessageKinds.Ported] = () =>
        {
            var port = Port();
            port["number"] = Number;
            port["number_state"] = "in_service";
            return port;
        },
        [MessageKinds.PortComment] = () => new JsonObject { ["port_request_id"] = "0123456789abcdef0123456789abcdef", ["comment"] = "The bill is missing." },
        [MessageKinds.ServiceAdded] = () => new JsonObject { ["audit_log"] = new JsonObject(), ["timestamp"] = 63_934_444_800 },
    };

    private static JsonObject NumberObject(string action) => new() { ["id"] = "+14155550123", ["action"] = action, ["type"] = "number" };

    private static JsonObject Port() => new()
    {
        ["port_request_id"] = "0123456789abcdef0123456789abcdef", ["authorized_by"] = "0123456789abcdef0123456789abcdef", ["reason"] = "submitted",
        ["port"] = new JsonObject { ["name"] = "Main number", ["service_provider"] = "Old Carrier" },
    };
}
