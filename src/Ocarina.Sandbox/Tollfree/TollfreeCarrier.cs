using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Routing;
using Ocarina.Sandbox.Bandwidth;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Stock;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Tollfree;

/// <summary>Bandwidth's toll-free service: SOAP with a login. It searches; what it finds is ordered at <see cref="BandwidthCarrier"/>.</summary>
internal sealed class TollfreeCarrier(SandboxWorld world, BandwidthStore store) : ISandboxCarrier
{
    private const int RecordsMax = 3000;
    private static readonly string[] SearchElements = ["SessionID", "SearchType", "SearchKey", "LoadSubscriber", "LoadAddresses", "LoadNumberOptions"];

    private readonly TollfreeSessions _sessions = new(world);

    /// <inheritdoc/>
    public string Name => "tollfree";

    /// <inheritdoc/>
    public void Map(IEndpointRouteBuilder routes) => routes.MapOperation("POST", "/bw1tf/NumberManagementService.asmx", Recognise, Answer);

    /// <inheritdoc/>
    public void Reset() => _sessions.ExpireAll();

    /// <inheritdoc/>
    public void Replay(Fact fact)
    {
        // Its numbers are Bandwidth's, and so are the facts about them; sessions end with the process.
    }

    /// <inheritdoc/>
    public bool SetStock(string number, string status) => store.SetStock(number, status == "taken");

    /// <inheritdoc/>
    public IReadOnlyList<string> NumbersIn(SandboxCall call) =>
        (call.Parsed as Request)?.Call?.Text("SearchKey") is { Length: 10 } number ? ["+1" + number] : [];

    /// <inheritdoc/>
    public SandboxReply Error(SandboxCall call, int status, string? code, string text) =>
        code is null && status != 500 ? SandboxReply.Empty(status) : SoapMessages.Fault("Server", code is null ? text : $"{code}: {text}", status);

    /// <inheritdoc/>
    public SandboxReply? Limit(SandboxCall call) => null; // none is known

    /// <inheritdoc/>
    public JsonNode? Control(string action, JsonObject body) =>
        action == "expire_tokens" ? new JsonObject { ["expired"] = _sessions.ExpireAll() } : null;

    private Operation Recognise(SandboxCall call)
    {
        var (element, problem) = SoapMessages.Open(call.Body);
        call.Parsed = new Request(element, problem);
        return new Operation(Name, element?.Name.LocalName switch
        {
            "Login" => "login",
            "SearchTelephoneNumbers" => "search",
            _ => "unknown",
        }, IsWrite: false);
    }

    private SandboxReply Answer(SandboxCall call)
    {
        if (call.MediaType != "text/xml") return SandboxReply.Plain(415, "text/plain", "The media type must be text/xml.");
        if (call.UnknownQuery() is { } query) return SoapMessages.Fault("Client", $"The query parameter {query} is not expected.");
        if (call.Parsed is not Request { Call: { } element } request) return SoapMessages.Fault("Client", ((Request)call.Parsed!).Problem!); // one or the other

        // Older customers leave the header out; a wrong one is a mistake.
        var action = call.Header("SOAPAction")?.Trim('"');
        if (action is not (null or "") && action != $"{SoapMessages.Space}/{element.Name.LocalName}")
            return SoapMessages.Fault("Client", $"Server did not recognize the value of HTTP Header SOAPAction: {action}.");
        if (call.Behaviour("auth_401") is not null) return SandboxReply.Empty(401);

        return call.Operation.Name switch
        {
            "login" => Login(request.Call),
            "search" => Search(call, request.Call),
            _ => SoapMessages.Fault("Client", $"The operation {element.Name.LocalName} is unknown."),
        };
    }

    private SandboxReply Login(XElement call)
    {
        if (Odd(call, "UserName", "Password") is { } odd) return odd;
        // Passwords may begin or end with a blank, so this one is taken as it is.
        var isKnown = call.Text("UserName") == world.Credentials.TollfreeLogin
            && call.Element(SoapMessages.Space + "Password")?.Value == world.Credentials.TollfreePassword;
        if (!isKnown) return SoapMessages.Fault("Client", "Login failed: the user name or the password is not valid.");

        return SoapMessages.Answer(new XElement(
            SoapMessages.Space + "LoginResponse", new XElement(SoapMessages.Space + "LoginResult", _sessions.Open())));
    }

    private SandboxReply Search(SandboxCall call, XElement search)
    {
        if (Odd(search, SearchElements) is { } odd) return odd;
        if (call.Behaviour("stale_token") is not null || !_sessions.Knows(search.Text("SessionID") ?? ""))
            return SoapMessages.Fault("Client", "The session token is invalid or has expired. Please log in again.");
        if (search.Text("SearchType") != "FullNumber") return SoapMessages.Fault("Client", "The value of SearchType must be FullNumber.");
        foreach (var flag in SearchElements[3..])
            if (search.Text(flag) is not ("true" or "false")) return SoapMessages.Fault("Client", $"The value of {flag} must be true or false.");

        var key = search.Text("SearchKey") ?? "";
        if (!key.All(char.IsAsciiDigit) || key.Length is not (3 or 10) || !NanpStock.TollfreeCodes.Contains(key[..3]))
            return SoapMessages.Fault("Client", "The value of SearchKey must be a toll-free code or a toll-free number of ten digits.");

        IReadOnlyList<BandwidthNumber> found = key.Length == 3 ? store.Tollfree(key, RecordsMax) : store.FindNumber(key) is { } one ? [one] : [];
        var isPadded = call.Behaviour("padded_line") is not null;
        return SoapMessages.Answer(new XElement(
            SoapMessages.Space + "SearchTelephoneNumbersResponse",
            new XElement(SoapMessages.Space + "SearchTelephoneNumbersResult", found.Select(number => Record(number, isPadded)))));
    }

    private static XElement Record(BandwidthNumber found, bool isPadded)
    {
        var digits = found.Number.TenDigit;
        // The service keeps the parts as numbers, so the line 0042 reads 42 unless somebody padded it.
        var line = isPadded ? digits[6..] : int.Parse(digits[6..], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        return new XElement(
            SoapMessages.Space + "TelephoneNumber",
            new XElement(SoapMessages.Space + "TelephoneNumberID", found.Id),
            new XElement(SoapMessages.Space + "Status", found.Status == "Unavailable" ? "Reserved" : found.Status),
            new XElement(SoapMessages.Space + "AreaCode", digits[..3]),
            new XElement(SoapMessages.Space + "Prefix", digits[3..6]),
            new XElement(SoapMessages.Space + "Line", line));
    }

    private static SandboxReply? Odd(XElement call, params string[] known)
    {
        if (call.Elements().FirstOrDefault(child => child.Name.Namespace != SoapMessages.Space || !known.Contains(child.Name.LocalName)) is { } odd)
            return SoapMessages.Fault("Client", $"The element {odd.Name.LocalName} is not expected in {call.Name.LocalName}.");
        return known.FirstOrDefault(name => call.Element(SoapMessages.Space + name) is null) is { } missing
            ? SoapMessages.Fault("Client", $"The required element {missing} is missing.")
            : null;
    }

    private sealed record Request(XElement? Call, string? Problem);
}
