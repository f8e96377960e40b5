using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>Reads XML of carriers (carriers.md 1.4): no document type, at most 64 deep, local names only; empty and absent mean the same.</summary>
public static partial class CarrierXml
{
    private const int DepthMax = 64;

    private static readonly XmlReaderSettings Hardened = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true,
        MaxCharactersFromEntities = 0, MaxCharactersInDocument = CarrierHttp.BodyMax, CheckCharacters = true, CloseInput = true,
    };

    /// <summary>The root element of a reply, without namespaces, comments and processing instructions.</summary>
    /// <exception cref="CarrierException">
    /// <see cref="CarrierErrorKind.BadReply"/>: <c>xml_forbidden</c> for a document type, <c>xml_empty</c>, <c>xml_malformed</c>, <c>xml_too_deep</c>.
    /// </exception>
    public static XElement Parse(CarrierReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Parsed is XElement known) return known;
        try
        {
            var root = Read(reply);
            reply.Parsed = root;
            reply.OnRead?.Invoke(true);
            return root;
        }
        catch (CarrierException)
        {
            reply.OnRead?.Invoke(false);
            throw;
        }
    }

    /// <summary>The first child of a name.</summary>
    public static XElement? Child(this XElement? element, string name) => element?.Element(name);

    /// <summary>The children of a name; none when the element is absent.</summary>
    public static IEnumerable<XElement> Children(this XElement? element, string name) => element?.Elements(name) ?? [];

    /// <summary>The trimmed text of the first child of a name; none when empty or absent.</summary>
    public static string? Text(this XElement? element, string name) => element.Child(name).Inner();

    /// <summary>The trimmed text at the end of a path of first children.</summary>
    public static string? TextOf(this XElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) element = element.Child(name);
        return element.Inner();
    }

    /// <summary>An element's own trimmed text; none when empty or absent. Text of elements inside does not count.</summary>
    public static string? Inner(this XElement? element)
    {
        if (element is null) return null;
        var text = string.Concat(element.Nodes().OfType<XText>().Select(node => node.Value)).Trim(' ', '\t', '\r', '\n');
        return text.Length == 0 ? null : text;
    }

    /// <summary>As <see cref="Text"/>, for descriptions: runs of white space inside become one blank.</summary>
    public static string? Words(this XElement? element, string name) => element.Text(name) is { } text ? Blanks().Replace(text, " ") : null;

    private static XElement Read(CarrierReply reply)
    {
        var body = TrimStart(reply.Body);
        if (body.IsEmpty) throw Bad("xml_empty", null);
        try
        {
            using var reader = Open(reply, body);
            return Build(reader);
        }
        catch (Exception broken) when (broken is XmlException or ArgumentException or DecoderFallbackException or NotSupportedException)
        {
            throw Bad(body.Span.IndexOf("<!DOCTYPE"u8) >= 0 ? "xml_forbidden" : "xml_malformed", broken);
        }
    }

    /// <summary>The declaration names the encoding, else the content type does, else it is UTF-8.</summary>
    private static XmlReader Open(CarrierReply reply, ReadOnlyMemory<byte> body)
    {
        var bytes = new MemoryStream(body.ToArray(), writable: false);
        if (!body.Span.StartsWith("<?xml"u8) && CharsetOf(reply.ContentType) is { } encoding) return XmlReader.Create(new StreamReader(bytes, encoding), Hardened);
        return XmlReader.Create(bytes, Hardened);
    }

    private static XElement Build(XmlReader reader)
    {
        XElement? root = null, current = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= DepthMax) throw Bad("xml_too_deep", null);
                    var isEmpty = reader.IsEmptyElement;
                    var element = new XElement(reader.LocalName);
                    if (current is null) root = element;
                    else current.Add(element);
                    AddAttributes(reader, element);
                    if (!isEmpty) current = element;
                    break;
                case XmlNodeType.EndElement:
                    current = current?.Parent;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    current?.Add(new XText(reader.Value));
                    break;
            }
        }

        return root ?? throw Bad("xml_empty", null);
    }

    private static void AddAttributes(XmlReader reader, XElement element)
    {
        while (reader.MoveToNextAttribute())
            if (reader.Prefix.Length == 0 && reader.LocalName != "xmlns") element.SetAttributeValue(reader.LocalName, reader.Value);
    }

    /// <summary>Without blank lines before the declaration, which some carriers send; a byte-order mark stays where it means something.</summary>
    private static ReadOnlyMemory<byte> TrimStart(byte[] body)
    {
        var rest = body.AsMemory();
        if (rest.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) rest = rest[3..];
        var start = 0;
        while (start < rest.Length && rest.Span[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') start++;
        return rest[start..];
    }

    private static Encoding? CharsetOf(string? contentType)
    {
        if (!System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type) || type.CharSet is not { } name) return null;
        try
        {
            return Encoding.GetEncoding(name.Trim('"'));
        }
        catch (ArgumentException)
        {
            return null; // a name nobody knows says nothing
        }
    }

    private static CarrierException Bad(string cause, Exception? inner) => new(new CarrierError(CarrierErrorKind.BadReply, cause), inner);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
