using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Carriers.Voxbone;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Conformance;

[Trait("Category", "Slow")]
public sealed class VoxboneConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new VoxboneCarrier(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct)
    {
        var stub = new VoxboneConformanceStub(await SandboxHost.StartAsync(new SandboxOptions(), ct));
        await stub.LiftRateAsync(ct);
        return stub;
    }
}

/// <summary>The sandbox's Voxbone.</summary>
internal sealed class VoxboneConformanceStub(SandboxHost sandbox) : SandboxStub(sandbox, "voxbone")
{
    public override CarrierSamples Samples { get; } = new()
    {
        Stock = new CarrierSearch("+1205", 10, 0, "US"),
        Nothing = new CarrierSearch("+1999", 5, 0, "US"),
        Unsupported = new CarrierSearch("+1205", 5, 0, "US") { Blocks = 10 },
        Foreign = PhoneNumber.Parse("+12052229999"),
        Surprise = ("application/json", """{"weather":{"today":"fine","tomorrow":["rain",1]}}"""),
        RequiredKeys = ["username", "password", "environment"],
        InvalidSettings =
        [
            ("auth_scheme", "magic"), ("base_url", "ftp://carrier"), ("page_size", 0), ("search_mode", "guess"), ("check_balance", "perhaps"),
            ("trunk_id", 0), ("rate_limit_per_s", -1), ("max_in_flight", 0),
        ],
        Errors =
        [
            Error(WireAct.Search, 400, 10, CarrierErrorKind.InvalidRequest), Error(WireAct.Order, 400, 404, CarrierErrorKind.NumberUnavailable),
            Error(WireAct.Order, 400, 405, CarrierErrorKind.InvalidRequest), Error(WireAct.Order, 400, 419, CarrierErrorKind.Quantity),
        ],
        States = [State("CREATED", ExpectedOutcome.NotRefused), State("CONFIRMED", ExpectedOutcome.NotRefused), State("FULFILLED", ExpectedOutcome.Done), State("SIDEWAYS", ExpectedOutcome.NotRefused)],
        KazooData = hit => DocumentText.From(new JsonObject { ["didGroupId"] = hit.CarrierData.ToObject()["did_group_id"]?.DeepClone(), ["countryCodeA3"] = "USA" }),
        WrongCredentials = [("password", "wrong-password")],
    };

    public Task<bool> LiftRateAsync(CancellationToken ct) => TellAsync("carriers/voxbone/rate", new JsonObject { ["per_second"] = 0 }, ct);

    public override JsonObject SettingsFor(Uri address) => new()
    {
        ["base_url"] = new Uri(address, "vox/ws-voxbone/services/rest/").ToString(), ["environment"] = "production",
        ["username"] = Credentials.VoxboneUsername, ["password"] = Credentials.VoxbonePassword,
    };

    public override WireAct ActOf(WireRequest request)
    {
        var path = request.Path;
        if (path.EndsWith("/checkout", StringComparison.Ordinal)) return WireAct.Order; // a GET that spends money
        if (path.EndsWith("/ordering/cancel", StringComparison.Ordinal)) return WireAct.Release;
        if (request.Method != "GET") return WireAct.Prepare;
        return path.Contains("/inventory/didgroup", StringComparison.Ordinal) ? WireAct.Search : WireAct.Read;
    }

    public override Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct) => situation switch
    {
        StubSituation.OrdersLag => FaultAsync("checkout", "order_lag", ct, delayMs: 1500),
        StubSituation.OrdersAreSlow => FaultAsync("checkout", "order_slow", ct, delayMs: 700),
        StubSituation.OrdersFail => FaultAsync("checkout", "order_failed", ct),
        StubSituation.DeliversMore => FaultAsync("checkout", "deliver_more", ct),
        StubSituation.DeliversOther => FaultAsync("checkout", "deliver_wrong", ct),
        StubSituation.TakenByOthers => TellAsync("rival", new JsonObject { ["carrier"] = "voxbone", ["take"] = 100_000 }, ct),
        StubSituation.FiltersIgnored => FaultAsync("*", "filter_ignored", ct),
        StubSituation.ReleaseNotYet => FaultAsync("*", "cancel_later", ct),
        StubSituation.PriceRose => RaisePricesAsync(ct),
        StubSituation.NoMoney => TellAsync("carriers/voxbone/account", new JsonObject { ["balance_minor"] = 1 }, ct),
        _ => Task.FromResult(false), // its lists are tidy
    };

    private async Task<bool> RaisePricesAsync(CancellationToken ct)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Credentials.VoxboneUsername}:{Credentials.VoxbonePassword}")));
        var groups = await client.GetStringAsync(new Uri(Address, "vox/ws-voxbone/services/rest/inventory/didgroup?countryCodeA3=USA&areaCode=205&pageNumber=0&pageSize=50"), ct);
        foreach (Match id in Regex.Matches(groups, "\"didGroupId\":\"?([0-9]+)"))
            await TellAsync("carriers/voxbone/price", new JsonObject { ["group"] = int.Parse(id.Groups[1].Value, CultureInfo.InvariantCulture), ["setup100"] = 5000, ["monthly100"] = 9000 }, ct);
        return true;
    }

    private static ErrorCase Error(WireAct act, int status, int code, CarrierErrorKind kind) => new(
        act, status, $$"""{"httpStatusCode":{{status}},"errors":[{"apiErrorCode":"{{code}}","apiErrorMessage":"so it says"}]}""", kind, $"{code}");

    private static StateCase State(string word, ExpectedOutcome expected) =>
        new(word, text => Regex.Replace(text, "\"status\":\"(CREATED|CONFIRMED|FULFILLED)\"", $"\"status\":\"{word}\""), expected);
}
