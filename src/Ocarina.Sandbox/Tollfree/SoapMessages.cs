using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Tollfree;

/// <summary>SOAP 1.1, as far as the toll-free service needs it.</summary>
internal static class SoapMessages
{
    /// <summary>Namespace of the envelope.</summary>
    public static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    /// <summary>Namespace of the service.</summary>
    public static readonly XNamespace Space = "http://www.bandwidth.com";

    private const string Type = "text/xml; charset=utf-8";

    /// <summary>The one child of the body, or a sentence why there is none.</summary>
    public static (XElement? Call, string? Problem) Open(byte[] body)
    {
        if (!SandboxXml.TryRead(body, out var root)) return (null, "The request is not a well-formed XML document.");
        if (root.Name != Soap + "Envelope") return (null, "The root element must be a SOAP 1.1 envelope.");
        var calls = root.Element(Soap + "Body")?.Elements().ToList() ?? [];
        if (calls.Count != 1) return (null, "The SOAP body must hold one element.");
        return calls[0].Name.Namespace == Space ? (calls[0], null) : (null, $"The operation must be in the namespace {Space}.");
    }

    /// <summary>A good reply.</summary>
    public static SandboxReply Answer(XElement content, int status = 200) => SandboxReply.Xml(
        status,
        new XElement(Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "soap", Soap), new XElement(Soap + "Body", content)),
        Type);

    /// <summary>A fault; SOAP 1.1 has it with HTTP 500.</summary>
    public static SandboxReply Fault(string side, string text, int status = 500) => Answer(
        new XElement(Soap + "Fault", new XElement("faultcode", "soap:" + side), new XElement("faultstring", text), new XElement("detail")),
        status);
}
