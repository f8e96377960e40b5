using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.Faults;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Wire;

/// <summary>One request, read to its end, with what the world knows about it.</summary>
internal sealed class SandboxCall(SandboxWorld world, HttpContext http, byte[] body, JournalEntry entry)
{
    private string? _text;

    /// <summary>The world it came into.</summary>
    public SandboxWorld World => world;

    /// <summary>The request underneath.</summary>
    public HttpContext Http => http;

    /// <summary>The body's bytes.</summary>
    public byte[] Body => body;

    /// <summary>The body as UTF-8 text, without a byte-order mark.</summary>
    public string Text => _text ??= Encoding.UTF8.GetString(body).TrimStart('\uFEFF');

    /// <summary>Its line in the journal.</summary>
    public JournalEntry Entry => entry;

    /// <summary>What it wants; known before the first fault is looked for.</summary>
    public Operation Operation { get; set; } = new("unknown", "unknown", false);

    /// <summary>The numbers it is about, as <c>+</c> and digits; known before the first fault is looked for.</summary>
    public IReadOnlyList<string> Numbers { get; set; } = [];

    /// <summary>Set by the header <c>X-Sandbox-Fault</c>.</summary>
    public FaultRule? HeaderFault { get; init; }

    /// <summary>What was left here by whoever found out what the request wants, for the handler.</summary>
    public object? Parsed { get; set; }

    /// <summary>HTTP method.</summary>
    public string Method => http.Request.Method;

    /// <summary>Path, decoded.</summary>
    public string Path => http.Request.Path.Value ?? "";

    /// <summary>Query parameters, decoded.</summary>
    public IQueryCollection Query => http.Request.Query;

    /// <summary>A header, or null.</summary>
    public string? Header(string name) => http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A piece of the path, by its name in the route.</summary>
    public string Route(string name) => http.GetRouteValue(name)?.ToString() ?? "";

    /// <summary>The media type of the body without parameters, lower case, or an empty text.</summary>
    public string MediaType => (http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The first query parameter that is not among the known ones, or null. Names are compared exactly.</summary>
    public string? UnknownQuery(params ReadOnlySpan<string> known)
    {
        foreach (var name in http.Request.QueryString.HasValue ? (IEnumerable<string>)http.Request.Query.Keys : [])
            if (!known.Contains(name)) return name;
        return null;
    }

    /// <summary>The rule that makes the carrier behave so in this call, or null. Asking counts as a match of the rule: ask once a call.</summary>
    public FaultRule? Behaviour(string action) => world.Faults.Behaviour(this, action);
}
