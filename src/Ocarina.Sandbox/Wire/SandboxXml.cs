using System.Diagnostics.CodeAnalysis;
using System.Xml;
using System.Xml.Linq;

namespace Ocarina.Sandbox.Wire;

/// <summary>Reads what customers send, as strictly as a carrier that has been attacked once.</summary>
internal static class SandboxXml
{
    private static readonly XmlReaderSettings Strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = 4 * 1024 * 1024,
    };

    /// <summary>False when it is no XML, or holds a DTD.</summary>
    public static bool TryRead(byte[] body, [NotNullWhen(true)] out XElement? root)
    {
        root = null;
        try
        {
            using var bytes = new MemoryStream(body);
            using var reader = XmlReader.Create(bytes, Strict);
            root = XDocument.Load(reader).Root;
            return root is not null;
        }
        catch (Exception e) when (e is XmlException or NotSupportedException or ArgumentException)
        {
            // the last two: an encoding that nobody speaks
            return false;
        }
    }

    /// <summary>A child's text without white space around it, in the parent's namespace; null when absent or empty.</summary>
    public static string? Text(this XElement parent, string name) =>
        parent.Element(parent.Name.Namespace + name)?.Value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Breaks the lines of every text node, as a pretty-printer without manners does.</summary>
    public static void BreakLines(XElement root)
    {
        foreach (var leaf in root.DescendantsAndSelf().Where(element => !element.HasElements && element.Value.Length > 0).ToList())
            leaf.Value += "\n" + new string(' ', 2 * leaf.Ancestors().Count());
    }
}
