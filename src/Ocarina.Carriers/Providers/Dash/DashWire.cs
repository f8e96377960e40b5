using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Providers.Dash;

/// <summary>The requests: a method's name in the path and around its body.</summary>
internal static class DashWire
{
    private static readonly XmlWriterSettings Plain = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    public static CarrierCall Validate(JsonObject address) => Post("validateLocation", Location(address));

    public static CarrierCall Add(string digits, string callerName, JsonObject address) => Post(
        "addLocation", new XElement("uri", Uri(digits), new XElement("callername", Written(callerName))), Location(address));

    public static CarrierCall Provision(string locationId) => Post("provisionLocation", new XElement("locationid", locationId));

    public static CarrierCall RemoveLocation(string locationId) => Post("removeLocation", new XElement("locationid", locationId));

    public static CarrierCall Remove(string digits) => Post("removeURI", Uri(digits));

    public static CarrierCall Locations(string digits) =>
        new(HttpMethod.Get, new Uri($"locationsbyuri/{CarrierAddress.Segment(digits)}", UriKind.Relative), "locationsbyuri");

    private static CarrierCall Post(string method, params ReadOnlySpan<XElement> children)
    {
        var root = new XElement(method);
        foreach (var child in children) root.Add(child);
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, Plain)) new XDocument(root).Save(writer);
        return new CarrierCall(HttpMethod.Post, new Uri(method.ToLowerInvariant(), UriKind.Relative), method.ToLowerInvariant())
        {
            Body = stream.ToArray(),
            ContentType = "text/xml",
        };
    }

    private static XElement Uri(string digits) => new("uri", $"tel:{digits}");

    private static XElement Location(JsonObject address)
    {
        var location = new XElement("location");
        Add("address1", "street_address");
        Add("address2", "extended_address");
        Add("community", "locality");
        Add("state", "region");
        Add("postalcode", "postal_code");
        location.Add(new XElement("type", "ADDRESS"));
        return location;

        void Add(string element, string member)
        {
            if (address[member]?.ToString() is { } said && Written(said).Trim() is { Length: > 0 } text) location.Add(new XElement(element, text));
        }
    }

    // Names of accounts and imported addresses may hold what XML has no place for.
    private static string Written(string text) => string.Concat(
        text.EnumerateRunes().Where(rune => rune != Rune.ReplacementChar && (!Rune.IsControl(rune) || rune.Value is '\t' or '\n' or '\r') && rune.Value is not (0xFFFE or 0xFFFF)));
}
