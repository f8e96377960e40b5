using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Dash;

/// <summary>A request read strictly: what is missing, unknown or in the wrong place is named.</summary>
/// <param name="Problem">What is wrong; the other members hold what could be read.</param>
internal sealed record DashRequest(string? Problem)
{
    private const int AddressLineMax = 60;

    private static readonly string[] AddressElements = ["address1", "address2", "community", "state", "postalcode", "type"];

    public string? Uri { get; private init; }

    public string? CallerName { get; private init; }

    public DashAddress? Address { get; private init; }

    public long? LocationId { get; private init; }

    /// <summary>Reads the body of one method.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="method">The name that the root element must have, whatever its case.</param>
    public static DashRequest Read(byte[] body, string method)
    {
        if (!SandboxXml.TryRead(body, out var root)) return new DashRequest("The body is no XML.");
        if (!root.Name.LocalName.Equals(method, StringComparison.OrdinalIgnoreCase)) return new DashRequest($"The element {root.Name.LocalName} is not expected.");
        return method switch
        {
            "validateLocation" => WithAddress(new DashRequest(Unknown(root, "location")), root),
            "addLocation" => WithAddress(WithCaller(new DashRequest(Unknown(root, "uri", "location")), root), root),
            "removeURI" => WithUri(new DashRequest(Unknown(root, "uri")), root.Element("uri")),
            _ => long.TryParse(root.Text("locationid"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? new DashRequest(Unknown(root, "locationid")) { LocationId = id }
                : new DashRequest("The element locationid is missing or no number."),
        };
    }

    /// <summary>The eleven digits of a number however it is written: <c>tel:</c>, a plus sign, or neither.</summary>
    public static string? UriOf(string? text)
    {
        var digits = text?.Trim() ?? "";
        if (digits.StartsWith("tel:", StringComparison.Ordinal)) digits = digits[4..];
        if (digits.StartsWith('+')) digits = digits[1..];
        return digits.Length == 11 && digits[0] == '1' && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    private static DashRequest WithCaller(DashRequest request, XElement root)
    {
        var caller = root.Element("uri");
        request = WithUri(request, caller?.Element("uri"));
        if (request.Problem is not null) return request;
        if (caller is not null && Unknown(caller, "uri", "callername") is { } unknown) return request with { Problem = unknown };
        return caller?.Text("callername") is { } name ? request with { CallerName = name } : request with { Problem = "The required element callername is missing." };
    }

    private static DashRequest WithUri(DashRequest request, XElement? element) =>
        request.Problem is not null ? request
        : UriOf(element?.Value) is { } uri ? request with { Uri = uri }
        : request with { Problem = "The element uri is missing or no telephone number." };

    private static DashRequest WithAddress(DashRequest request, XElement root)
    {
        if (request.Problem is not null) return request;
        if (root.Element("location") is not { } location) return request with { Problem = "The required element location is missing." };
        if (Unknown(location, AddressElements) is { } unknown) return request with { Problem = unknown };
        foreach (var name in (string[])["address1", "community", "state", "postalcode", "type"])
            if (location.Text(name) is null) return request with { Problem = $"The required element {name} is missing." };
        if (location.Text("type") != "ADDRESS") return request with { Problem = "The type must be ADDRESS." };
        var second = location.Text("address2");
        if (second is { Length: > AddressLineMax }) return request with { Problem = $"address2 has more than {AddressLineMax} characters." };
        return request with
        {
            Address = new DashAddress(location.Text("address1")!, second, location.Text("community")!, location.Text("state")!, location.Text("postalcode")!), // all are there
        };
    }

    private static string? Unknown(XElement parent, params string[] known) =>
        parent.Elements().FirstOrDefault(child => child.Name.NamespaceName.Length > 0 || !known.Contains(child.Name.LocalName)) is { } odd
            ? $"The element {odd.Name.LocalName} is not expected in {parent.Name.LocalName}."
            : null;
}
