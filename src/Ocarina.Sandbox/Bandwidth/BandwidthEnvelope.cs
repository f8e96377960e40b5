using System.Globalization;
using System.Xml.Linq;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Bandwidth;

/// <summary>Writes the replies of the XML interface: one envelope around everything, good or bad, and nearly always HTTP 200.</summary>
internal sealed class BandwidthEnvelope(SandboxWorld world)
{
    /// <summary>Namespace of requests and replies.</summary>
    public static readonly XNamespace Space = "http://www.bandwidth.com/api/";

    private const string Type = "text/xml; charset=utf-8";
    private static readonly XNamespace Xsi = "http://www.w3.org/2001/XMLSchema-instance";
    private static readonly XNamespace Xsd = "http://www.w3.org/2001/XMLSchema";

    private readonly DrawStream _ids = world.Draws.Stream("requests/bandwidth");

    /// <summary>A good reply.</summary>
    public SandboxReply Success(SandboxCall call, string root, string message, IEnumerable<string> warnings, params IEnumerable<XElement> content) =>
        Render(call, root, "success", message, [], warnings, content);

    /// <summary>A refusal, with HTTP 200 as the carrier has it.</summary>
    public SandboxReply Failure(SandboxCall call, string root, string error, string? code = null) =>
        Render(call, root, "failed", "Failed to execute the specified operation.", [(code, error)], [], []);

    /// <summary>A number as every reply shows it.</summary>
    public static XElement Number(BandwidthNumber shown) => Number(shown, shown.Status);

    /// <summary>The same, with the status an order gives it.</summary>
    public static XElement Number(BandwidthNumber shown, string status)
    {
        var number = shown.Number;
        var digits = number.TenDigit;
        return new XElement(
            Space + "telephoneNumber",
            new XElement(Space + "numberID", shown.Id),
            new XElement(Space + "tenDigit", digits),
            new XElement(Space + "formattedNumber", $"1-{digits[..3]}-{digits[3..6]}-{digits[6..]}"),
            new XElement(Space + "e164", number.E164),
            new XElement(Space + "npaNxx", number.NpaNxx),
            new XElement(Space + "status", status),
            number.Center is not { } center ? null : new XElement(
                Space + "rateCenter",
                new XElement(Space + "name", center.Name),
                new XElement(Space + "lata", center.Lata),
                new XElement(Space + "state", center.State)));
    }

    /// <summary>An order as every reply shows it.</summary>
    public static XElement Order(BandwidthOrder order, IEnumerable<XElement> numbers) => new(
        Space + "numberOrder",
        new XElement(Space + "orderID", order.Id),
        new XElement(Space + "orderNumber", order.OrderNumber),
        new XElement(Space + "orderName", order.Name),
        new XElement(Space + "extRefID", order.Reference),
        new XElement(Space + "accountID"),
        new XElement(Space + "accountName"),
        new XElement(Space + "quantity", order.Numbers.Count),
        new XElement(Space + "telephoneNumbers", numbers));

    private SandboxReply Render(
        SandboxCall call, string root, string status, string message, IEnumerable<(string? Code, string Text)> errors, IEnumerable<string> warnings,
        IEnumerable<XElement> content)
    {
        var document = new XElement(
            Space + root,
            new XAttribute(XNamespace.Xmlns + "xsi", Xsi),
            new XAttribute(XNamespace.Xmlns + "xsd", Xsd),
            new XElement(Space + "requestID", _ids.Identifier()),
            new XElement(Space + "dateTimeSent", world.Now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
            new XElement(Space + "message", message),
            new XElement(Space + "status", status),
            new XElement(Space + "errors", errors.Select(error => new XElement(
                Space + "error",
                error.Code is null ? null : new XElement(Space + "code", error.Code),
                new XElement(Space + "message", error.Text)))),
            new XElement(Space + "warnings", warnings.Select(warning => new XElement(Space + "warning", new XElement(Space + "message", warning)))),
            content);
        if (call.Behaviour("multiline_text") is not null) SandboxXml.BreakLines(document);
        return SandboxReply.Xml(200, document, Type).With("X-API-SupportEmail", "support@sandbox.example");
    }
}
