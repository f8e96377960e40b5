using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Ocarina.Sandbox.Wire;

/// <summary>A whole reply, not sent yet: faults may still change or swallow it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Null for a reply without body.</param>
/// <param name="Body">The bytes.</param>
internal sealed record SandboxReply(int Status, string? ContentType, byte[] Body)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Further headers.</summary>
    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the carrier takes, in real time, after it has done the work.</summary>
    public TimeSpan Takes { get; init; }

    /// <summary>The body as text.</summary>
    public string Text => Utf8.GetString(Body);

    /// <summary>A reply without body.</summary>
    public static SandboxReply Empty(int status) => new(status, null, []);

    /// <summary>An XML document, indented, with its declaration.</summary>
    public static SandboxReply Xml(int status, XElement root, string contentType = "application/xml; charset=utf-8") =>
        new(status, contentType, Utf8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + root + "\n"));

    /// <summary>A JSON document.</summary>
    public static SandboxReply Json(int status, JsonNode body, string contentType = "application/json") =>
        new(status, contentType, Utf8.GetBytes(body.ToJsonString()));

    /// <summary>Any text.</summary>
    public static SandboxReply Plain(int status, string contentType, string text) => new(status, contentType, Utf8.GetBytes(text));

    /// <summary>The same reply with one more header.</summary>
    public SandboxReply With(string header, string value) =>
        this with { Headers = new(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };
}
