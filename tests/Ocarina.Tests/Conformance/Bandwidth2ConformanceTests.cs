using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Carriers.Bandwidth2;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Conformance;

[Trait("Category", "Slow")]
public sealed class Bandwidth2ConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new Bandwidth2Carrier(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => new Bandwidth2ConformanceStub(await SandboxHost.StartAsync(new SandboxOptions(), ct));
}

/// <summary>The sandbox's Bandwidth2.</summary>
internal sealed class Bandwidth2ConformanceStub(SandboxHost sandbox) : SandboxStub(sandbox, "bandwidth2")
{
    private const string Search = @"^GET /bw2/api/accounts/9500001/availableNumbers\?";

    public override CarrierSamples Samples { get; } = new()
    {
        Stock = new CarrierSearch("+1303", 10, 0, "US"),
        Nothing = new CarrierSearch("+1907", 5, 0, "US"),
        Unsupported = new CarrierSearch("+322", 5, 0, "BE"),
        Foreign = PhoneNumber.Parse("+13032229999"),
        Surprise = ("application/xml", "<?xml version=\"1.0\"?><Surprise><Weather>fine</Weather></Surprise>"),
        RequiredKeys = ["account_id", "api_username", "api_password"],
        InvalidSettings =
        [
            ("account_id", "ten"), ("site_id", "north"), ("sip_peer", "x"), ("base_url", "ftp://carrier"), ("enable_provisioning", "perhaps"), ("api_version", "v9"),
            ("max_search_quantity", 0), ("rate_limit_per_s", 0), ("request_timeout_ms", 1), ("disconnect_mode", "burn"),
        ],
        Searches =
        [
            new(new CarrierSearch("+1303", 5, 0, "US"), Search + @"areaCode=303&enableTNDetail=true&LCA=false&quantity=5\n"),
            new(new CarrierSearch("+1888", 5, 0, "US"), Search + @"tollFreeWildCardPattern=88(\*|%2A)&quantity=5\n"),
            new(new CarrierSearch("+18**", 5, 0, "US"), Search + @"tollFreeWildCardPattern=8(\*\*|%2A%2A)&quantity=5\n"),
        ],
        Errors =
        [
            Error(WireAct.Search, 400, "4000", CarrierErrorKind.InvalidRequest), Error(WireAct.Search, 400, "4014", CarrierErrorKind.Unauthorized),
            Error(WireAct.Order, 400, "5005", CarrierErrorKind.NumberUnavailable), Error(WireAct.Order, 400, "5020", CarrierErrorKind.InvalidConfig),
            Error(WireAct.Order, 400, "5051", CarrierErrorKind.Unauthorized), Error(WireAct.Order, 400, "5052", CarrierErrorKind.InvalidRequest),
            Error(WireAct.Order, 400, "5007", CarrierErrorKind.Quantity), Error(WireAct.Order, 400, "98765", CarrierErrorKind.InvalidRequest),
        ],
        States =
        [
            State("RECEIVED", ExpectedOutcome.Open), State("PROCESSING", ExpectedOutcome.Open), State("COMPLETE", ExpectedOutcome.Done), State("PARTIAL", ExpectedOutcome.Done),
            State("SIDEWAYS", ExpectedOutcome.NotRefused),
        ],
        KazooData = hit => DocumentText.FromStorage(
            $$$"""{"order_id":"deadbeef1234567901234567890dead","order_name":"Kazoo-63628571101","number":"{{{hit.Number.ToString()[2..]}}}","rate_center":{"name":"DENVER"}}"""),
        WrongCredentials = [("api_password", "wrong-password")],
        WrongAccount = [("account_id", "9500002")],
        Notices = place => [("webhook_url", place.ToString()), ("webhook_username", "notices"), ("webhook_password", "notices-of-a-test")],
    };

    public override JsonObject SettingsFor(Uri address) => new()
    {
        ["base_url"] = new Uri(address, "bw2/api").ToString(), ["account_id"] = Credentials.AccountId, ["api_username"] = Credentials.ApiUsername,
        ["api_password"] = Credentials.ApiPassword, ["site_id"] = Credentials.SiteId, ["sip_peer"] = Credentials.PeerId,
    };

    public override WireAct ActOf(WireRequest request) => (request.Method, request.Path.Split('/')[^1]) switch
    {
        ("GET", "availableNumbers") => WireAct.Search,
        ("GET", _) or (_, "token") => WireAct.Read,
        ("POST", "orders") => WireAct.Order,
        ("POST", "disconnects") => WireAct.Release,
        _ => WireAct.Prepare,
    };

    public override Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct) => situation switch
    {
        StubSituation.OrdersLag => FaultAsync("order_create", "order_lag", ct, delayMs: 1500),
        StubSituation.OrdersAreSlow => FaultAsync("order_create", "order_slow", ct, delayMs: 400),
        StubSituation.OrdersFail => FaultAsync("order_create", "order_failed", ct, code: "5005"),
        StubSituation.DeliversMore => FaultAsync("order_create", "deliver_more", ct),
        StubSituation.DeliversOther => FaultAsync("order_create", "deliver_wrong", ct),
        StubSituation.TakenByOthers => FaultAsync("order_create", "stock_taken", ct),
        StubSituation.FiltersIgnored => FaultAsync("*", "filter_ignored", ct),
        StubSituation.UntidyLists => FaultAsync("*", "multiline_text", ct),
        _ => Task.FromResult(false), // it has neither minimum terms nor prices nor a balance
    };

    private static ErrorCase Error(WireAct act, int status, string code, CarrierErrorKind kind)
    {
        var (root, body) = act == WireAct.Search ? ("SearchResult", $"<Error><Code>{code}</Code><Description>so it says</Description></Error>")
            : ("OrderResponse", $"<ErrorList><Error><Code>{code}</Code><Description>so it says</Description></Error></ErrorList>");
        return new ErrorCase(act, status, $"<{root}>{body}</{root}>", kind, code);
    }

    private static StateCase State(string word, ExpectedOutcome expected) =>
        new(word, text => Regex.Replace(text, "<OrderStatus>[A-Z]+<", $"<OrderStatus>{word}<"), expected);
}
