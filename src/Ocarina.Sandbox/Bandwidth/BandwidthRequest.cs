using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth;

/// <summary>A request of the XML interface, and what is wrong with it.</summary>
internal sealed partial class BandwidthRequest
{
    private const int QuantityMax = 5000;
    private const string Key = "developerKey";

    // Root element: operation, reply root, and the children it must and may have.
    private static readonly Dictionary<string, Form> Forms = new(StringComparer.Ordinal)
    {
        ["areaCodeNumberSearch"] = new("search_area_code", "numberSearchResponse", ["areaCode", "maxQuantity"], []),
        ["npaNxxNumberSearch"] = new("search_npa_nxx", "numberSearchResponse", ["npaNxx", "maxQuantity"], []),
        ["rateCenterNumberSearch"] = new("search_rate_center", "numberSearchResponse", ["state", "rateCenter", "maxQuantity"], []),
        ["tollfreeNumberSearch"] = new("search_tollfree", "numberSearchResponse", ["maxQuantity"], []),
        ["getTelephoneNumber"] = new("number_read", "getResponse", ["getType", "getValue"], []),
        ["getNumberOrder"] = new("order_read", "getResponse", ["getType", "getValue"], []),
        ["getNumberOrders"] = new("order_list", "getResponse", ["getType"], ["getValue", "startDate", "endDate"]),
        ["basicNumberOrder"] = new("order_create", "numberOrderResponse", ["orderName", "extRefID", "numberIDs", "subscriber"], ["endPoints"]),
        ["tollfreeNumberOrder"] = new("order_create", "numberOrderResponse", ["orderName", "extRefID", "numberIDs", "subscriber"], ["endPoints"]),
    };

    private static readonly string[] ForPartners =
        ["rateCenterNumberOrder", "sipTrunkOrder", "changeNumber", "reserveNumbers", "consumedNumbers", "pbod"];

    private BandwidthRequest(string name, string operation, string replyRoot, XElement? root) =>
        (Name, Operation, ReplyRoot, Root) = (name, operation, replyRoot, root);

    /// <summary>The root element's name; empty when there is none.</summary>
    public string Name { get; }

    /// <summary>Name of the operation.</summary>
    public string Operation { get; }

    /// <summary>Root element of its replies.</summary>
    public string ReplyRoot { get; }

    /// <summary>The document; null when it is none of ours.</summary>
    public XElement? Root { get; }

    /// <summary>Why it is refused, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>What is odd but taken.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The developer key as sent.</summary>
    public string? DeveloperKey => Root?.Text(Key);

    /// <summary>How many numbers a search wants.</summary>
    public int Quantity { get; private set; }

    /// <summary>Ids of the numbers an order names.</summary>
    public IReadOnlyList<string> Ids => Items("numberIDs", "id");

    /// <summary>Proxies an order names.</summary>
    public IReadOnlyList<string> Hosts => Items("endPoints", "host");

    /// <summary>A child's text; empty when absent.</summary>
    public string this[string child] => Root?.Text(child) ?? "";

    /// <summary>Reads a body. Never fails: what is wrong stands in <see cref="Problem"/>.</summary>
    public static BandwidthRequest Read(byte[] body)
    {
        if (!SandboxXml.TryRead(body, out var root))
            return new("", "unknown", "errorResponse", null) { Problem = "The request is not a well-formed XML document." };

        var name = root.Name.LocalName;
        if (root.Name.Namespace != BandwidthEnvelope.Space)
            return new(name, "unknown", "errorResponse", null) { Problem = $"The root element must be in the namespace {BandwidthEnvelope.Space}." };
        if (ForPartners.Contains(name))
            return new(name, "unknown", "errorResponse", root) { Problem = $"The operation {name} is not permitted for this developer key's account." };
        if (!Forms.TryGetValue(name, out var form))
            return new(name, "unknown", "errorResponse", null) { Problem = $"The operation {name} is unknown." };

        var request = new BandwidthRequest(name, form.Operation, form.ReplyRoot, root);
        request.Problem = request.Check(form);
        return request;
    }

    private string? Check(Form form)
    {
        string[] known = [Key, .. form.Must, .. form.May];
        var children = Root!.Elements().Select(child => child.Name.LocalName).ToList(); // a form was found, so there is a root
        if (Root.Elements().FirstOrDefault(child => child.Name.Namespace != BandwidthEnvelope.Space || !known.Contains(child.Name.LocalName)) is { } odd)
            return $"The element {odd.Name.LocalName} is not expected in {Name}.";
        if (children.GroupBy(child => child).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return $"The element {twice.Key} was specified more than once.";
        string[] must = [Key, .. form.Must];
        if (must.FirstOrDefault(child => Root.Text(child) is null) is { } missing) return $"The required element {missing} is missing or empty.";
        if (!children.SequenceEqual(known.Where(children.Contains))) Warnings.Add("The elements are not in the documented order.");
        return CheckValues();
    }

    private string? CheckValues()
    {
        if (Root!.Text("maxQuantity") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var quantity) || quantity is < 1 or > QuantityMax)
                return $"The value '{text}' of maxQuantity is not valid: a whole number from 1 to {QuantityMax}.";
            Quantity = quantity;
        }

        return Name switch
        {
            "areaCodeNumberSearch" when !AreaCode().IsMatch(this["areaCode"]) => Invalid("areaCode"),
            "npaNxxNumberSearch" when !NpaNxx().IsMatch(this["npaNxx"]) => Invalid("npaNxx"),
            "rateCenterNumberSearch" when !State().IsMatch(this["state"]) => Invalid("state"),
            "getTelephoneNumber" when this["getType"] is not ("10digit" or "numberID") => Invalid("getType"),
            "getTelephoneNumber" when this["getType"] == "10digit" && !TenDigit().IsMatch(this["getValue"]) => Invalid("getValue"),
            "getTelephoneNumber" when this["getType"] == "numberID" && !Guid.TryParse(this["getValue"], out _) => Invalid("getValue"),
            "getNumberOrder" when this["getType"] != "orderID" => Invalid("getType"),
            "getNumberOrder" when !Guid.TryParse(this["getValue"], out _) => Invalid("getValue"),
            "getNumberOrders" when this["getType"] is not ("developer" or "account") => Invalid("getType"),
            "getNumberOrders" => CheckDate("startDate") ?? CheckDate("endDate"),
            "basicNumberOrder" or "tollfreeNumberOrder" => CheckOrder(),
            _ => null,
        };
    }

    private string? CheckOrder()
    {
        if (this["orderName"].Length > 64) return Invalid("orderName");
        if (this["extRefID"].Length > 64) return Invalid("extRefID");
        if (this["subscriber"].Length > 64) return Invalid("subscriber");
        if (Ids.Count == 0) return "The required element numberIDs/id is missing or empty.";
        if (Ids.FirstOrDefault(id => !Guid.TryParse(id, out _)) is { } bad) return $"The value '{bad}' of id is not valid.";
        if (Root!.Element(BandwidthEnvelope.Space + "endPoints") is null) return null;
        if (Hosts.Count is 0 or > 20) return "The element endPoints must hold from 1 to 20 host elements.";
        return Hosts.FirstOrDefault(host => Uri.CheckHostName(host) == UriHostNameType.Unknown) is { } odd ? $"The value '{odd}' of host is not valid." : null;
    }

    private string? CheckDate(string child) => this[child] == "" || TryDate(this[child], out _) ? null : Invalid(child);

    /// <summary>Reads a date with or without a time; UTC.</summary>
    public static bool TryDate(string text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss'Z'", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out at);

    private string Invalid(string child) => $"The value '{this[child]}' of {child} is not valid.";

    private List<string> Items(string list, string item) =>
        [.. Root?.Element(BandwidthEnvelope.Space + list)?.Elements(BandwidthEnvelope.Space + item).Select(element => element.Value.Trim()) ?? []];

    [GeneratedRegex("^[2-9][0-9]{2}$")]
    private static partial Regex AreaCode();

    [GeneratedRegex("^[2-9][0-9]{2}[2-9][0-9]{2}$")]
    private static partial Regex NpaNxx();

    [GeneratedRegex("^[2-9][0-9]{2}[2-9][0-9]{6}$")]
    private static partial Regex TenDigit();

    [GeneratedRegex("^[A-Z]{2}$")]
    private static partial Regex State();

    private sealed record Form(string Operation, string ReplyRoot, string[] Must, string[] May);
}
