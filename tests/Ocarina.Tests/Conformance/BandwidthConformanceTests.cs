using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ocarina.Carriers.Bandwidth;
using Ocarina.Conformance;
using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Sandbox;
using Xunit;

namespace Ocarina.Tests.Conformance;

[Trait("Category", "Slow")]
public sealed class BandwidthConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new BandwidthCarrier(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => new BandwidthConformanceStub(await SandboxHost.StartAsync(new SandboxOptions(), ct), isTollfree: false);
}

/// <summary>The same module when toll-free numbers are asked for: found at the older service, bought at the other.</summary>
[Trait("Category", "Slow")]
public sealed class TollfreeConformanceTests : CarrierConformance
{
    protected override ICarrier Create(ICarrierHost host) => new BandwidthCarrier(host);

    protected override async Task<ICarrierStub> StartStubAsync(CancellationToken ct) => new BandwidthConformanceStub(await SandboxHost.StartAsync(new SandboxOptions(), ct), isTollfree: true);
}

/// <summary>The sandbox's Bandwidth v1 and its toll-free service.</summary>
internal sealed partial class BandwidthConformanceStub(SandboxHost sandbox, bool isTollfree) : SandboxStub(sandbox, "bandwidth")
{
    public override CarrierSamples Samples { get; } = new()
    {
        Stock = isTollfree ? new CarrierSearch("+1888", 10, 0, "US") { IsTollfree = true } : new CarrierSearch("+1303", 10, 0, "US"),
        Nothing = isTollfree ? null : new CarrierSearch("+1907", 5, 0, "US"),
        Unsupported = new CarrierSearch("+322", 5, 0, "BE"),
        Foreign = PhoneNumber.Parse("+13032229999"),
        Surprise = ("text/xml", "<?xml version=\"1.0\"?><Surprise><Weather>fine</Weather></Surprise>"),
        RequiredKeys = ["numbers_api_url", "developer_key"],
        InvalidSettings =
        [
            ("numbers_api_url", "ftp://carrier"), ("developer_key", "with blanks"), ("processing_type", "pretend"), ("enable_provisioning", "perhaps"), ("max_search_quantity", 0),
            ("rate_limit_per_s", 0), ("tollfree_timeout_ms", 1), ("release_via", "pigeon"),
        ],
        Searches = isTollfree ? [] :
        [
            new(new CarrierSearch("+1303", 5, 0, "US"), @"^POST /bw1/numbers\.api\n[^$]*<areaCodeNumberSearch [^$]*<areaCode>303</areaCode><maxQuantity>[0-9]+</maxQuantity>"),
            new(new CarrierSearch("+1303555", 5, 0, "US"), @"^POST /bw1/numbers\.api\n[^$]*<npaNxxNumberSearch [^$]*<npaNxx>303555</npaNxx><maxQuantity>[0-9]+</maxQuantity>"),
        ],
        States = [State("Sideways")],
        KazooData = hit => DocumentText.From(new JsonObject { ["number_id"] = hit.CarrierData.ToObject()["number_id"]?.DeepClone() }),
        WrongCredentials = [("developer_key", "another-developer-key"), ("tollfree_password", "another-password-of-nobody")],
        Release = ReleaseWay.Nowhere,
    };

    public override JsonObject SettingsFor(Uri address) => new()
    {
        ["numbers_api_url"] = new Uri(address, "bw1/numbers.api").ToString(), ["developer_key"] = Credentials.DeveloperKey,
        ["tollfree_api_url"] = new Uri(address, "bw1tf/NumberManagementService.asmx").ToString(),
        ["tollfree_login"] = Credentials.TollfreeLogin, ["tollfree_password"] = Credentials.TollfreePassword,
    };

    // One address for everything: only the body tells what is wanted.
    public override WireAct ActOf(WireRequest request) => RootName().Match(request.Body).Groups[1].Value switch
    {
        "areaCodeNumberSearch" or "npaNxxNumberSearch" or "rateCenterNumberSearch" => WireAct.Search,
        "basicNumberOrder" or "tollfreeNumberOrder" => WireAct.Order,
        _ => request.Body.Contains("SearchTelephoneNumbers", StringComparison.Ordinal) ? WireAct.Search : WireAct.Read,
    };

    public override Task<bool> ArrangeAsync(StubSituation situation, CancellationToken ct) => situation switch
    {
        StubSituation.OrdersLag => FaultAsync("order_create", "order_lag", ct, delayMs: 1500),
        StubSituation.OrdersAreSlow => FaultAsync("order_create", "order_slow", ct, delayMs: 700),
        StubSituation.TakenByOthers => FaultAsync("order_create", "stock_taken", ct),
        StubSituation.UntidyLists when !isTollfree => FaultAsync("*", "multiline_text", ct),
        _ => Task.FromResult(false), // one number per order, no prices, no term, no filters
    };

    private static StateCase State(string word) => new(word, text => Regex.Replace(text, "(InService|PendingBandwidth)", word), ExpectedOutcome.NotRefused);

    [GeneratedRegex(@"<([A-Za-z]+)[ >]")]
    private static partial Regex RootName();
}
