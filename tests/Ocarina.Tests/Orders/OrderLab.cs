using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Features;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Identity;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>The engine as one process has it.</summary>
internal sealed class OrderProcess
{
    public OrderProcess(IdentityHost host, ICarriers carriers, IFeatureProviders? features = null)
    {
        Host = host;
        var numbers = new NumbersDatabase(host.Db.Database, host.Clock);
        Orders = new OrdersDatabase(host.Db.Database, host.Clock);
        Carriers = new CarrierDesk(carriers, host.Db.Database, host.Configuration, host.Clock, NullLogger<CarrierDesk>.Instance);
        Watch = new OrderWatch(Orders, host.Clock);
        var providers = features ?? new ScriptedProvider();
        var checks = new FeatureChecks(providers, Carriers, host.Directories, host.Clock, NullLogger<FeatureChecks>.Instance);
        Desk = new NumberDesk(numbers, host.Directories, host.Clock, new FeatureDesk(Orders, checks, Watch, () => Turns!, host.Clock)); // made below
        Settlement = new OrderSettlement(Orders, Desk, host.Clock, NullLogger<OrderSettlement>.Instance);
        var featureRunner = new FeatureRunner(
            Orders, Desk, new FeatureSettlement(Desk, Settlement, host.Clock), Settlement, providers, Carriers, host.Clock, NullLogger<FeatureRunner>.Instance);
        Runner = new OrderRunner(Orders, Desk, Settlement, featureRunner, Carriers, Watch, host.Clock, NullLogger<OrderRunner>.Instance);
        Turns = new OrderTurns(Orders, Runner, host.Clock, NullLogger<OrderTurns>.Instance);
        Purchases = new PurchaseDesk(Desk, Orders, Turns, Watch, Carriers, host.Clock);
        Settler = new OrderSettler(Orders, Turns, host.Clock, NullLogger<OrderSettler>.Instance);
        People = new OrderOperations(Orders, Desk, Turns, Settlement, host.Clock);
        Activate = new ActivateOperation(Desk, Purchases);
        Release = new ReleaseOperation(Desk, new GivingBack(Carriers, host.Clock));
        Create = new CreateOperation(Desk, Purchases);
        Update = new UpdateOperation(Desk);
    }

    public IdentityHost Host { get; }

    public OrdersDatabase Orders { get; }

    public NumberDesk Desk { get; }

    public CarrierDesk Carriers { get; }

    public OrderWatch Watch { get; }

    public OrderSettlement Settlement { get; }

    public OrderRunner Runner { get; }

    public OrderTurns Turns { get; }

    public PurchaseDesk Purchases { get; }

    public OrderSettler Settler { get; }

    public OrderOperations People { get; }

    public ActivateOperation Activate { get; }

    public ReleaseOperation Release { get; }

    public CreateOperation Create { get; }

    public UpdateOperation Update { get; }

    public async Task<NumberResult> BuyAsync(AccountId account, PhoneNumber number) =>
        Assert.Single(await Activate.RunAsync(Actor.Of(account), account, [number.ToString()], null, OrderLab.Ct));

    public async Task<NumberResult> ReleaseAsync(AccountId account, PhoneNumber number) =>
        Assert.Single(await Release.RunAsync(Actor.Of(account), account, [number.ToString()], hard: false, null, null, OrderLab.Ct));
}

/// <summary>A database, a few accounts, a scripted carrier, and the engine over them; time moves by hand.</summary>
internal sealed class OrderLab : IAsyncDisposable
{
    private readonly IdentityHost _host;
    private readonly List<IdentityHost> _others = [];
    private int _next;

    private OrderLab(IdentityHost host, AccountId alice, AccountId bob)
    {
        (_host, Alice, Bob) = (host, alice, bob);
        One = new OrderProcess(host, Carrier, Provider);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ScriptedCarrier Carrier { get; } = new();

    public ScriptedProvider Provider { get; } = new();

    public OrderProcess One { get; }

    public AccountId Alice { get; }

    public AccountId Bob { get; }

    public Actor Admin => _host.Admin;

    public IdentityHost Host => _host;

    /// <param name="kind">Which database.</param>
    /// <param name="waits">True when buyers wait until their orders end; false when they do not wait at all (see <see cref="OrderAndLeaveAsync"/>).</param>
    /// <param name="settings">Of the carrier.</param>
    public static async Task<OrderLab> StartAsync(DatabaseKind kind, bool waits = true, string settings = "")
    {
        var host = await IdentityHost.StartAsync(kind);
        var alice = await host.CreateAccountAsync("Alice");
        var bob = await host.CreateAccountAsync("Bob");
        var lab = new OrderLab(host, alice, bob);
        await lab.SetAsync("number_manager.acme", $$"""{"acquire_wait_ms":{{(waits ? 60_000 : 0)}},"recover_lag_s":60{{(settings.Length == 0 ? "" : "," + settings)}}}""");
        return lab;
    }

    public async Task SetAsync(string document, string section)
    {
        var outcome = await _host.Config.MergeAsync(document, JsonNode.Parse($$"""{"default":{{section}}}""")!.AsObject(), force: false, Ct);
        Assert.True(outcome is Ocarina.Manager.Configuration.ConfigOutcome.Shown, outcome.ToString());
    }

    /// <summary>Another process over the same database.</summary>
    public async Task<OrderProcess> AnotherAsync()
    {
        var other = await _host.AnotherAsync();
        _others.Add(other);
        return new OrderProcess(other, Carrier, Provider);
    }

    public PhoneNumber Fresh() => PhoneNumber.Parse($"+1415555{Interlocked.Increment(ref _next):0000}");

    /// <summary>A number that searches of both accounts have shown.</summary>
    public async Task<PhoneNumber> OfferedAsync(PhoneNumber? number = null)
    {
        var offered = number ?? Fresh();
        var offer = new Offer(offered, Carrier.Name, NumberState.Discovery, DocumentText.From(new JsonObject { ["npa"] = "415" }), _host.Clock.GetUtcNow().AddDays(1));
        foreach (var account in (AccountId[])[Alice, Bob]) await One.Desk.Numbers.RememberOffersAsync(account, [offer], Ct);
        return offered;
    }

    /// <summary>Buys without waiting for the carrier's last word: the order as it is after its first step.</summary>
    public async Task<OrderRow> OrderAndLeaveAsync(AccountId account, PhoneNumber number)
    {
        var result = await One.BuyAsync(account, number);
        Assert.True(result is NumberResult.Pending or NumberResult.Done, result.ToString());
        await RestAsync();
        return await OrderAsync(number);
    }

    /// <summary>Until no step is running.</summary>
    public async Task RestAsync()
    {
        while (One.Turns.Count > 0) await Task.Delay(1, Ct);
    }

    /// <summary>A number that Alice has bought.</summary>
    public async Task<PhoneNumber> BoughtAsync()
    {
        var number = await OfferedAsync();
        Assert.Equal(OrderOutcome.Acquired, (await OrderAndLeaveAsync(Alice, number)).Outcome);
        return number;
    }

    public void Later(double seconds) => _host.Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass in steps, with a pass of the settler at each.</summary>
    public async Task PassAsync(double seconds, double step = 1, OrderProcess? process = null)
    {
        for (var passed = 0.0; passed < seconds; passed += step)
        {
            Later(step);
            await (process ?? One).Settler.RunPassAsync(Ct);
        }
    }

    public async Task<NumberRecord?> NumberAsync(PhoneNumber number) => (await One.Desk.Numbers.LoadAsync([number], Ct)).GetValueOrDefault(number);

    /// <summary>The newest order of a number.</summary>
    public async Task<OrderRow> OrderAsync(PhoneNumber number, OrderKind kind = OrderKind.Acquire) =>
        (await One.Orders.ListAsync(new OrderQuery { Number = number, Kind = kind }, Ct)).Rows[0];

    public async Task<IReadOnlyList<OrderRow>> OrdersAsync() => (await One.Orders.ListAsync(new OrderQuery { PageSize = 1000 }, Ct)).Rows;

    public async Task<IReadOnlyList<string>> ActionsAsync(PhoneNumber number) =>
        [.. (await One.Desk.Numbers.EventsAsync(number, new EventQuery(PageSize: 100), Ct)).Rows.Select(row => row.Body.Action).Reverse()];

    /// <summary>The number is its owner's, the carrier bills us for it, and the ledger says so.</summary>
    public async Task AssertBoughtAsync(PhoneNumber number, AccountId owner)
    {
        var record = Assert.IsType<NumberRecord>(await NumberAsync(number));
        Assert.Equal((NumberState.InService, owner, true), (record.State, record.Account!.Value, record.HeldAtCarrier));
        Assert.True(Carrier.Held.ContainsKey(number));
        Assert.Equal(Carrier.Name, record.Carrier);
        Assert.Single(await ActionsAsync(number), NumberActions.Purchased);
    }

    public async ValueTask DisposeAsync()
    {
        One.Turns.Dispose();
        foreach (var other in _others) await other.DisposeAsync();
        await _host.DisposeAsync();
    }
}
