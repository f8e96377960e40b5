using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Providers.Dash;

/// <summary>A location as the service tells it.</summary>
/// <param name="Id">Its id; none for one that was only looked for.</param>
/// <param name="Status"><c>GEOCODED</c>, <c>PROVISIONED</c>, <c>INVALID</c> or <c>ERROR</c>.</param>
/// <param name="Description">The sentence to the status.</param>
/// <param name="Address">The address in the public names, without what is empty.</param>
internal sealed record DashLocation(string? Id, string Status, string Description, JsonObject Address)
{
    internal const string Geocoded = "GEOCODED";
    internal const string Provisioned = "PROVISIONED";
    internal const string Invalid = "INVALID";

    // Element of the wire, member of the public field (numbers.md 4.3).
    private static readonly (string Element, string Member)[] Members =
    [
        ("address1", "street_address"), ("address2", "extended_address"), ("community", "locality"), ("state", "region"), ("postalcode", "postal_code"),
        ("plusfour", "plus_four"), ("callername", "caller_name"), ("comments", "comments"), ("customerorderid", "order_id"), ("latitude", "latitude"),
        ("longitude", "longitude"), ("locationid", "location_id"), ("activatedtime", "activated_time"),
    ];

    private static readonly (string Element, string Member)[] Legacy =
        [("housenumber", "house_number"), ("predirectional", "predirectional"), ("streetname", "streetname"), ("suite", "suite")];

    private static readonly string[] Compared = ["street_address", "extended_address", "locality", "region", "postal_code"];

    public bool IsProvisioned => Status == Provisioned;

    /// <summary>Reads an element <c>Location</c> or <c>Locations</c>.</summary>
    public static DashLocation Read(XElement element)
    {
        var address = Texts(element, Members);
        if (Texts(element.Child("legacydata"), Legacy) is { Count: > 0 } legacy) address["legacy_data"] = legacy;
        var status = element.TextOf("status", "code") ?? "";
        if (status.Length > 0) address["status"] = status;
        return new DashLocation(element.Text("locationid"), status, element.Child("status").Words("description") ?? status, address);
    }

    /// <summary>True when both are at one place.</summary>
    public bool IsAt(DashLocation other) => Compared.All(name => string.Equals(Text(Address, name), Text(other.Address, name), StringComparison.OrdinalIgnoreCase));

    /// <summary>True when emergency services are shown this name.</summary>
    public bool IsNamed(string callerName) => string.Equals(Text(Address, "caller_name"), callerName.Trim(), StringComparison.Ordinal);

    private static JsonObject Texts(XElement? element, (string Element, string Member)[] names)
    {
        var texts = new JsonObject();
        foreach (var (name, member) in names)
            if (element.Text(name) is { } text) texts[member] = text;
        return texts;
    }

    private static string Text(JsonObject address, string name) => (string?)address[name] ?? "";
}
