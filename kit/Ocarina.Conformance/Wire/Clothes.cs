using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace Ocarina.Conformance.Wire;

/// <summary>Says the same in another form: what a reader of XML or JSON must not notice.</summary>
internal static class Clothes
{
    public static byte[] Change(string clothes, byte[] body)
    {
        if (clothes == "mark") return [.. Encoding.UTF8.Preamble, .. body];
        var text = Encoding.UTF8.GetString(body).TrimStart('\uFEFF');
        if (text.Length == 0) return body;
        return Encoding.UTF8.GetBytes(text.TrimStart().StartsWith('<') ? OfXml(clothes, text) : OfJson(clothes, text));
    }

    private static string OfXml(string clothes, string text)
    {
        var document = XDocument.Parse(text);
        var root = document.Root!; // a document that was parsed has one
        switch (clothes)
        {
            case "no declaration":
                return root.ToString(SaveOptions.DisableFormatting);
            case "comments":
                foreach (var element in root.DescendantsAndSelf().ToList()) element.AddFirst(new XComment(" said by the carrier "), new XProcessingInstruction("note", "nothing"));
                break;
            case "attributes":
                XNamespace xsi = "http://www.w3.org/2001/XMLSchema-instance";
                foreach (var element in root.DescendantsAndSelf()) element.SetAttributeValue(xsi + "type", "thing");
                break;
            case "prefix" when root.Name.Namespace != XNamespace.None:
                foreach (var element in root.DescendantsAndSelf()) element.Attributes().Where(attribute => attribute is { IsNamespaceDeclaration: true, Name.LocalName: "xmlns" }).Remove();
                root.SetAttributeValue(XNamespace.Xmlns + "other", root.Name.NamespaceName);
                break;
            case "order":
                foreach (var element in root.DescendantsAndSelf().Where(IsRecord).ToList()) element.ReplaceNodes(element.Elements().Reverse().ToList());
                break;
        }

        var written = new StringBuilder();
        using (var writer = XmlWriter.Create(written, new XmlWriterSettings { OmitXmlDeclaration = true })) document.Save(writer);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + written;
    }

    // Members of a record have no order; items of a list have.
    private static bool IsRecord(XElement element) => element.HasElements && element.Elements().Select(child => child.Name).Distinct().Count() == element.Elements().Count();

    private static string OfJson(string clothes, string text)
    {
        var root = JsonNode.Parse(text);
        if (clothes is "order" or "more members") Walk(root, clothes == "order");
        return clothes == "comments" ? $"\n\t {text} \r\n" : root?.ToJsonString() ?? text;
    }

    private static void Walk(JsonNode? node, bool isReversed)
    {
        if (node is JsonArray items)
            foreach (var item in items) Walk(item, isReversed);
        if (node is not JsonObject members) return;
        foreach (var (_, value) in members) Walk(value, isReversed);
        if (isReversed && members.All(member => member.Value is JsonObject)) return; // a list by another name: keyed by number
        if (!isReversed)
        {
            members["surpriseOfTheCarrier"] = new JsonObject { ["deep"] = new JsonArray(1, null, "x") };
            return;
        }

        var pairs = members.Reverse().ToList();
        members.Clear();
        foreach (var (name, value) in pairs) members[name] = value;
    }
}
