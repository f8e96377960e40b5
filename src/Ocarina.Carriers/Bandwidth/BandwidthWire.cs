using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Ocarina.Carriers.Http;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>Requests of Bandwidth v1 (carriers.md 2.3): one address, the root element says what is wanted, the key travels in the body.</summary>
internal static class BandwidthWire
{
    private const string ProcessingType = "X-BWC-IN-Control-Processing-Type";

    private static readonly XNamespace Api = "http://www.bandwidth.com/api/";
    private static readonly XmlWriterSettings Plain = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };

    public static CarrierCall AreaCode(string key, string areaCode, int most) =>
        Call("search_area_code", Root("areaCodeNumberSearch", key, Of("areaCode", areaCode), Of("maxQuantity", most)));

    public static CarrierCall NpaNxx(string key, string npaNxx, int most) =>
        Call("search_npa_nxx", Root("npaNxxNumberSearch", key, Of("npaNxx", npaNxx), Of("maxQuantity", most)));

    public static CarrierCall RateCenter(string key, string state, string rateCenter, int most) =>
        Call("search_rate_center", Root("rateCenterNumberSearch", key, Of("state", state), Of("rateCenter", rateCenter), Of("maxQuantity", most)));

    public static CarrierCall Number(string key, string tenDigits) =>
        Call("number_read", Root("getTelephoneNumber", key, Of("getType", "10digit"), Of("getValue", tenDigits)));

    public static CarrierCall Order(string key, string orderId) =>
        Call("order_read", Root("getNumberOrder", key, Of("getType", "orderID"), Of("getValue", orderId)));

    /// <summary>All orders of the key from a day on, by UTC.</summary>
    public static CarrierCall Orders(string key, DateOnly from) => Call("order_list", Root(
        "getNumberOrders", key, Of("getType", "developer"), Of("startDate", from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));

    /// <summary>A purchase, sent once.</summary>
    public static CarrierCall Buy(BandwidthSettings settings, BandwidthPurchase purchase)
    {
        var root = Root(
            purchase.Operation, settings.Key, Of("orderName", purchase.Name), Of("extRefID", purchase.Reference),
            new XElement(Api + "numberIDs", Of("id", purchase.NumberId)), Of("subscriber", purchase.Subscriber));
        if (settings.Endpoints.Count > 0) root.Add(new XElement(Api + "endPoints", settings.Endpoints.Select(host => Of("host", host))));
        return Call("order_create", root, settings.ProcessingType);
    }

    /// <summary>An element's document as bytes; a real writer, so that every text is escaped.</summary>
    public static byte[] Bytes(XElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, Plain)) new XDocument(root).Save(writer);
        return stream.ToArray();
    }

    private static CarrierCall Call(string operation, XElement root, string processing = "process") => new(HttpMethod.Post, new Uri("", UriKind.Relative), operation)
    {
        Body = Bytes(root),
        ContentType = "text/xml",
        Headers = [new(ProcessingType, processing)],
        Expects = ReplyForm.Xml,
    };

    private static XElement Root(string name, string key, params ReadOnlySpan<XElement> children)
    {
        var root = new XElement(Api + name, Of("developerKey", key));
        foreach (var child in children) root.Add(child);
        return root;
    }

    private static XElement Of(string name, object value) => new(Api + name, value);
}

/// <summary>What an order says.</summary>
/// <param name="Operation">Root element, <c>basicNumberOrder</c> or <c>tollfreeNumberOrder</c>.</param>
/// <param name="Name">Prefix and our key.</param>
/// <param name="Reference">Our key.</param>
/// <param name="NumberId">The carrier's handle of the number.</param>
/// <param name="Subscriber">For whom.</param>
internal sealed record BandwidthPurchase(string Operation, string Name, string Reference, string NumberId, string Subscriber);
