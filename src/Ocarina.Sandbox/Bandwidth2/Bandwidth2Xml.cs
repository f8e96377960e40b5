using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Reading and writing what this interface speaks.</summary>
internal static class Bandwidth2Xml
{
    // In JSON these are numbers, everything else is text.
    private static readonly HashSet<string> JsonNumbers = ["resultCount", "LATA", "tier", "vendorId", "code", "completedQuantity", "failedQuantity", "pendingQuantity", "count", "totalCount"];

    // The lists of a reply: always an array, however many items there are, and without the name of the item.
    private static readonly HashSet<string> JsonLists = ["telephoneNumberList", "telephoneNumberDetailList", "completedNumbers", "failedNumbers", "errorList", "sites", "sipPeers"];

    /// <summary>An element, or nothing when there is no value.</summary>
    public static XElement? Optional(string name, object? value) => value is null ? null : new XElement(name, value);

    /// <summary>A moment the way most replies write it.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One <c>Error</c> of an <c>ErrorList</c>.</summary>
    public static XElement Element(this Bandwidth2Error error, Func<string, string> show) => new(
        "Error",
        new XElement("Code", error.Code),
        new XElement("Description", error.Description),
        error.TelephoneNumber is { } tn ? new XElement("TelephoneNumber", IsTenDigits(tn) ? show(tn) : tn) : null);

    /// <summary>The JSON twin of a reply: the root falls away, names begin in lower case, lists become arrays.</summary>
    public static JsonNode ToJson(XElement root)
    {
        var result = new JsonObject();
        foreach (var child in root.Elements()) result[Name(child)] = Value(child);
        return result;
    }

    private static JsonNode? Value(XElement element)
    {
        var name = Name(element);
        if (JsonLists.Contains(name)) return new JsonArray([.. element.Elements().Select(Value)]);
        if (element.HasElements) return ToJson(element);
        return JsonNumbers.Contains(name) && long.TryParse(element.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : JsonValue.Create(element.Value);
    }

    private static string Name(XElement element)
    {
        var name = element.Name.LocalName;
        return name == "LATA" ? name : char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static bool IsTenDigits(string text) => text.Length == 10 && text.All(char.IsAsciiDigit);
}
