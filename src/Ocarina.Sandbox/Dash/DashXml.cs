using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Dash;

/// <summary>Writes the replies: a response in the service's name space around children in none.</summary>
internal static class DashXml
{
    /// <summary>Name space of replies.</summary>
    public static readonly XNamespace Space = "http://dashcs.com/api/v1/emergency";

    private const string Type = "text/xml; charset=UTF-8";
    private static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>A reply.</summary>
    public static SandboxReply Reply(string root, params IEnumerable<XElement> content) => SandboxReply.Xml(
        200, new XElement(Space + root, new XAttribute(XNamespace.Xmlns + "ns0", Space), new XAttribute(XNamespace.Xmlns + "xsi", Xsi), content), Type);

    /// <summary>A refusal that is no location's state, named as the service's documents name what a method throws.</summary>
    public static SandboxReply Fault(int status, string name, string message) => SandboxReply.Xml(
        status, new XElement(Space + name, new XAttribute(XNamespace.Xmlns + "ns0", Space), new XElement("message", message)), Type);

    /// <summary>A state with its sentence.</summary>
    public static XElement Status(string element, string code, string description) => new(element, new XElement("code", code), new XElement("description", description));

    /// <summary>A location that is in the books.</summary>
    public static XElement Location(string element, DashLocation location) => Location(
        element, location.Place, location.Id, location.CallerName, location.Activated,
        location.Activated is null
            ? Status("status", "GEOCODED", "Location is geocoded")
            : Status("status", "PROVISIONED", "Location is currently provisioned for URI"));

    /// <summary>A place that was only looked for.</summary>
    public static XElement Found(DashPlace place) => Location("Location", place, null, null, null, Status("status", "GEOCODED", "Location is geocoded"));

    /// <summary>An address that was not found, as sent.</summary>
    public static XElement NotFound(DashAddress address, string code, string description) => new(
        "Location",
        new XElement("address1", address.Address1), Optional("address2", address.Address2), new XElement("community", address.Community),
        new XElement("state", address.State), new XElement("postalcode", address.PostalCode), Status("status", code, description), new XElement("type", "ADDRESS"));

    private static XElement Location(string element, DashPlace place, long? id, string? callerName, DateTimeOffset? activated, XElement status) => new(
        element,
        Optional("activatedtime", activated is { } at ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null),
        new XElement("address1", place.Address.Address1),
        Optional("address2", place.Address.Address2),
        Optional("callername", callerName),
        Optional("comments", null),
        new XElement("community", place.Address.Community),
        Optional("customerorderid", null),
        new XElement("latitude", DashLocation.Degrees(place.Latitude)),
        new XElement(
            "legacydata",
            new XElement("housenumber", place.HouseNumber), Optional("predirectional", null), new XElement("streetname", place.StreetName), Optional("suite", null)),
        Optional("locationid", id?.ToString(CultureInfo.InvariantCulture)),
        new XElement("longitude", DashLocation.Degrees(place.Longitude)),
        new XElement("plusfour", place.PlusFour),
        new XElement("postalcode", place.Address.PostalCode),
        new XElement("state", place.Address.State),
        status,
        new XElement("type", "ADDRESS"));

    // What has no value is sent as an element that says so.
    private static XElement Optional(string name, string? value) => value is null ? new XElement(name, new XAttribute(Xsi + "nil", "true")) : new XElement(name, value);
}
