using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ocarina.Sandbox.Control;

/// <summary>One request of the control interface.</summary>
internal sealed class ControlCall(HttpContext http)
{
    /// <summary>Rule in the path.</summary>
    public string Id => http.GetRouteValue("id")?.ToString() ?? "";

    /// <summary>Carrier in the path.</summary>
    public string Name => http.GetRouteValue("name")?.ToString() ?? "";

    /// <summary>Action in the path.</summary>
    public string Action => http.GetRouteValue("action")?.ToString() ?? "";

    /// <summary>Where a reader of the journal left off.</summary>
    public long FromSeq => this["from_seq"] is not { } text ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq
        : throw new ControlRefusal(400, "'from_seq' is a whole number.");

    /// <summary>A query parameter, or null.</summary>
    public string? this[string query] => http.Request.Query.TryGetValue(query, out var value) ? value.ToString() : null;

    /// <summary>The body as JSON.</summary>
    public async Task<JsonNode?> BodyAsync()
    {
        try
        {
            return await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException e)
        {
            throw new ControlRefusal(400, "The body is not JSON: " + e.Message);
        }
    }

    /// <summary>The body as an object; an empty body is an empty object. With names given, others are refused.</summary>
    public async Task<JsonObject> ObjectAsync(params string[] known)
    {
        if (http.Request.ContentLength is null or 0 && !http.Request.Headers.ContainsKey("Transfer-Encoding")) return [];
        var body = await BodyAsync() as JsonObject ?? throw new ControlRefusal(400, "The body is an object.");
        if (known is not [] && body.FirstOrDefault(member => !known.Contains(member.Key)).Key is { } unknown)
            throw new ControlRefusal(400, $"'{unknown}' is not known here.");
        return body;
    }
}

/// <summary>A request of the control interface that makes no sense.</summary>
internal sealed class ControlRefusal(int status, string message) : Exception(message)
{
    /// <summary>HTTP status.</summary>
    public int Status => status;
}
