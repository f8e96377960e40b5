using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ocarina.Sandbox.Control;

/// <summary>A place that webhooks can be pointed at: it takes every call and shows what came.</summary>
internal sealed class HooksApi
{
    private const int KeptMax = 1000;
    private const int BodyMax = 64 * 1024;

    private static readonly string[] Shown = ["content-type", "user-agent", "x-hook-id", "x-account-id", "webhook-id", "webhook-timestamp", "webhook-signature"];

    private readonly Lock _gate = new();
    private readonly Queue<JsonObject> _calls = [];

    /// <summary>Opens the doors.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/hooks", ControlApi.Serve(_ =>
        {
            lock (_gate) return new JsonObject { ["calls"] = new JsonArray([.. _calls.Reverse().Select(call => call.DeepClone())]) };
        }));
        routes.MapDelete("/hooks", ControlApi.Serve(_ =>
        {
            lock (_gate)
            {
                var count = _calls.Count;
                _calls.Clear();
                return new JsonObject { ["removed"] = count };
            }
        }));
        routes.MapMethods("/hooks/{name}", ["GET", "POST", "PUT"], (RequestDelegate)TakeAsync);
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var buffer = new char[BodyMax];
        var count = await reader.ReadBlockAsync(buffer, http.RequestAborted);
        var headers = new JsonObject();
        foreach (var name in Shown)
            if (http.Request.Headers.TryGetValue(name, out var value)) headers[name] = value.ToString();
        var call = new JsonObject
        {
            ["name"] = http.GetRouteValue("name")?.ToString(), ["method"] = http.Request.Method, ["query"] = http.Request.QueryString.Value,
            ["headers"] = headers, ["body"] = new string(buffer, 0, count),
        };
        lock (_gate)
        {
            _calls.Enqueue(call);
            if (_calls.Count > KeptMax) _calls.Dequeue();
        }

        http.Response.StatusCode = HttpMethods.IsPut(http.Request.Method) ? 201 : 200;
    }
}
