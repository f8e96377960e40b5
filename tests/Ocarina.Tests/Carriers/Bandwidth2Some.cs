using System.Text;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Carriers;

/// <summary>Makes replies, settings and orders for the tests of Bandwidth2.</summary>
internal static class Bandwidth2Some
{
    internal static readonly PhoneNumber Number = PhoneNumber.Parse("+13035550142");

    internal static OrderKey Key { get; } = OrderKey.TryParse("01JQX7M2T8B4W6Z0C9D3E5F7GH", out var key) ? key : default;

    internal static CarrierReply Reply(int status, string body, params (string Name, string Value)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body), body.StartsWith('{') ? "application/json" : "application/xml")
        {
            ReceivedAt = TimeProvider.System.GetUtcNow(),
            Headers = [.. headers.Select(header => new KeyValuePair<string, string>(header.Name, header.Value))],
        };

    internal static JsonObject Members(params (string Name, JsonNode? Value)[] more)
    {
        var members = new JsonObject
        {
            ["account_id"] = "9500001", ["api_username"] = "sandbox", ["api_password"] = "sandbox-password", ["site_id"] = "1337", ["sip_peer"] = 13337,
            ["order_name_prefix"] = "North hub", ["sandbox_provisioning"] = false, ["rate_limit_per_s"] = 500,
        };
        foreach (var (name, value) in more) members[name] = value?.DeepClone();
        return members;
    }

    internal static Bandwidth2Settings Settings(params (string Name, JsonNode? Value)[] more) => new(new CarrierSettings(Members(more)));

    internal static CarrierOrder Order(OrderKind kind = OrderKind.Acquire, PhoneNumber? number = null) => new(Key, kind, number ?? Number);

    internal static PhoneNumber? Normalise(string text) => PhoneNumber.TryParse(text, out var number) ? number : null;
}
