using System.Text.Json;

namespace Ocarina.Client.Internal;

/// <summary>A reply, opened (http-api.md 1.3). Members that are missing or of another type are taken as absent: only data matters.</summary>
internal sealed class Envelope
{
    public required int Status { get; init; }

    public required JsonElement Data { get; init; }

    private JsonElement Root { get; init; }

    public string? AuthToken { get; private init; }

    public string? NextStartKey { get; private init; }

    public static Envelope Read(int status, byte[] body, string? requestIdHeader)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(body);
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new OcarinaProtocolException($"The server answered HTTP {status} with something that is not JSON. Is this the address of an Ocarina server?", e);
        }

        if (root.ValueKind != JsonValueKind.Object || !(root.TryGetProperty("data", out _) || root.TryGetProperty("status", out _)))
            throw new OcarinaProtocolException($"The server answered HTTP {status} with JSON that is not an envelope. Is this the address of an Ocarina server?");

        var data = root.TryGetProperty("data", out var value) ? value : default;
        if (status >= 400 || ErrorDetail.Text(root, "status") == "error")
            throw new OcarinaApiException(status, Scalar(root, "message") ?? "generic_error", data, Scalar(root, "request_id") ?? requestIdHeader);

        return new Envelope
        {
            Status = status,
            Data = data,
            Root = root,
            AuthToken = Scalar(root, "auth_token"),
            NextStartKey = Scalar(root, "next_start_key"),
        };
    }

    /// <summary>A member that stands beside data; undefined when there is none.</summary>
    public JsonElement Beside(string name) => Root.TryGetProperty(name, out var value) ? value : default;

    private static string? Scalar(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.ToString() is { Length: > 0 } text
            ? text
            : null;
}
