using System.Xml.Linq;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth.Tollfree;

/// <summary>Requests and replies of the toll-free service: SOAP 1.1 (carriers.md 3.2, 3.3).</summary>
internal static class TollfreeWire
{
    private static readonly XNamespace Soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace Service = "http://www.bandwidth.com";

    public static CarrierCall Login(string login, string password) => Call("Login", "tollfree_login", new("UserName", login), new("Password", password));

    /// <param name="token">Of the log-in.</param>
    /// <param name="key">A code, or ten digits.</param>
    public static CarrierCall Search(string token, string key) => Call(
        "SearchTelephoneNumbers", "tollfree_search", new("SessionID", token), new("SearchType", "FullNumber"), new("SearchKey", key),
        new("LoadSubscriber", "false"), new("LoadAddresses", "false"), new("LoadNumberOptions", "false"));

    /// <summary>What stands in the body of a reply, under the name that was asked for.</summary>
    /// <exception cref="CarrierException">A fault, or no SOAP.</exception>
    public static XElement Open(CarrierReply reply, string name)
    {
        if (!reply.IsSuccess && !IsSoap(reply)) throw new CarrierException(HttpErrors.Of(reply));
        var body = CarrierXml.Parse(reply).Child("Body");
        if (body.Child("Fault") is { } fault) throw new CarrierException(ErrorOf(fault));
        if (!reply.IsSuccess) throw new CarrierException(HttpErrors.Of(reply));
        return body.Child(name) ?? throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, $"The reply holds no {name}"));
    }

    /// <summary>True for a fault that says that the log-in has grown old.</summary>
    public static bool IsStale(CarrierError error) => error.Code == "stale_token";

    /// <summary>True for a SOAP envelope, whatever the status: faults come with HTTP 500 and are answers all the same.</summary>
    private static bool IsSoap(CarrierReply reply)
    {
        try
        {
            return CarrierXml.Parse(reply).Name.LocalName == "Envelope";
        }
        catch (CarrierException)
        {
            return false;
        }
    }

    private static CarrierError ErrorOf(XElement fault)
    {
        var text = fault.Words("faultstring") ?? "The service reports a fault";
        var isOurs = fault.Text("faultcode")?.EndsWith("Client", StringComparison.OrdinalIgnoreCase) == true;
        if ((Has(text, "token") || Has(text, "session")) && (Has(text, "invalid") || Has(text, "expired"))) return new CarrierError(CarrierErrorKind.Unauthenticated, text, "stale_token");
        return isOurs && (Has(text, "login") || Has(text, "password") || Has(text, "log in"))
            ? new CarrierError(CarrierErrorKind.Unauthenticated, text, "bw_login_failed")
            : new CarrierError(CarrierErrorKind.CarrierFault, text);
    }

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static CarrierCall Call(string action, string operation, params IEnumerable<KeyValuePair<string, string>> members) =>
        new(HttpMethod.Post, new Uri("", UriKind.Relative), operation)
        {
            Body = BandwidthWire.Bytes(new XElement(
                Soap + "Envelope", new XAttribute(XNamespace.Xmlns + "soap", Soap),
                new XElement(Soap + "Body", new XElement(Service + action, members.Select(member => new XElement(Service + member.Key, member.Value)))))),
            ContentType = "text/xml; charset=utf-8",
            Headers = [new("SOAPAction", $"http://www.bandwidth.com/{action}")],
            Expects = ReplyForm.Xml,
            IsAnswer = IsSoap,
        };
}
