using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Telling;

/// <summary>A webhook as its owner wrote it, and the calls it makes (`http-api.md` 8.1).</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Account">Its owner.</param>
/// <param name="Members">Its document.</param>
public sealed record HookDocument(string Id, AccountId Account, JsonObject Members)
{
    /// <summary>Where it goes; none when the text is no address of HTTP.</summary>
    public Uri? Address => AddressOf(Text("uri"));

    /// <summary>True when it wants a message of this type and action; what it does not name it wants all of.</summary>
    public bool Wants(string type, string? action) => Fits("type", type) && (action is null || Fits("action", action));

    /// <summary>Reads an address: absolute, of HTTP, without a user in it.</summary>
    public static Uri? AddressOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Host.Length > 0 ? address : null;

    /// <summary>Makes the call that tells a payload.</summary>
    /// <param name="payload">What is told.</param>
    /// <param name="account">The account it concerns.</param>
    /// <param name="messageId">Id of the message.</param>
    /// <param name="secrets">The signing secrets: one, or several while one takes the place of another.</param>
    /// <param name="now">Moment of the attempt.</param>
    /// <returns>The call; none when the document's address cannot be used.</returns>
    public HookCall? CallOf(JsonObject payload, AccountId? account, string messageId, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (Address is not { } address) return null;
        var told = WithOwnMembers(payload);
        var verb = (Text("http_verb") ?? "post").ToUpperInvariant();
        var (type, body) = verb == "GET" ? (null, "") : Text("format") == "json" ? ("application/json", DocumentText.From(told).ToString()) : ("application/x-www-form-urlencoded", FormOf(told));
        if (verb == "GET") address = new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{FormOf(told)}" : FormOf(told), Fragment = "" }.Uri;
        var content = Encoding.UTF8.GetBytes(body);
        var signed = verb == "GET" ? Encoding.UTF8.GetBytes(address.Query[1..]) : content;
        var timestamp = now.ToUnixTimeSeconds();
        return new HookCall(address, verb, type, content,
        [
            new("X-Hook-ID", Id), new("X-Account-ID", (account ?? Account).ToString()),
            new("webhook-id", messageId), new("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture)),
            new("webhook-signature", string.Join(' ', secrets.Select(secret => HookSignature.Sign(secret, messageId, timestamp, signed)))),
        ]);
    }

    /// <summary>Members as a form holds them: those of objects and lists in brackets.</summary>
    internal static string FormOf(JsonObject members)
    {
        List<string> pairs = [];
        Add("", members);
        return string.Join('&', pairs);

        void Add(string name, JsonNode? node)
        {
            switch (node)
            {
                case JsonObject inner:
                    foreach (var (member, value) in inner) Add(name.Length == 0 ? Uri.EscapeDataString(member) : $"{name}[{Uri.EscapeDataString(member)}]", value);
                    break;
                case JsonArray items:
                    foreach (var item in items) Add($"{name}[]", item);
                    break;
                case not null:
                    pairs.Add($"{name}={Uri.EscapeDataString(node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString())}");
                    break;
            }
        }
    }

    // What the owner wrote goes over what happened.
    private JsonObject WithOwnMembers(JsonObject payload)
    {
        var told = (JsonObject)payload.DeepClone();
        if (Members["custom_data"] is not JsonObject own) return told;
        foreach (var (name, value) in own)
            if (name is not ("type" or "action")) told[name] = value?.DeepClone();
        return told;
    }

    private bool Fits(string member, string value) =>
        Members["custom_data"]?[member] is not JsonValue wanted || !wanted.TryGetValue<string>(out var text) || text == "all" || text == value;

    private string? Text(string member) => Members[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
