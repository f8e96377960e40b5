using System.Text.Json.Nodes;
using Ocarina.Carriers;
using Ocarina.Carriers.Bandwidth;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Bandwidth v1 facing the sandbox over real sockets.</summary>
internal sealed class BandwidthBench : IAsyncDisposable
{
    private readonly CarrierLab _lab;

    private BandwidthBench(SandboxLab sandbox, TimeProvider? clock, params object[] services)
    {
        Sandbox = sandbox;
        _lab = new CarrierLab(clock);
        Carrier = new BandwidthCarrier(new CarrierHost(_lab.Clock, [_lab.Http, .. services]));
    }

    public SandboxLab Sandbox { get; }

    public BandwidthCarrier Carrier { get; }

    public static async Task<BandwidthBench> StartAsync(TimeProvider? clock = null, params object[] services) => new(await SandboxLab.StartAsync(), clock, services);

    public static CarrierOrder Order(PhoneNumber number, string data = "{}") =>
        new(OrderKey.New(TimeProvider.System), OrderKind.Acquire, number) { CarrierData = DocumentText.FromStorage(data), SentAt = DateTimeOffset.UtcNow };

    public CarrierContext Context(string more = "{}", TimeSpan? budget = null)
    {
        var credentials = Sandbox.Host.Credentials;
        var settings = new JsonObject
        {
            ["numbers_api_url"] = Sandbox.Host.Bandwidth.AbsoluteUri, ["developer_key"] = credentials.DeveloperKey, ["sandbox_provisioning"] = false,
            ["tollfree_api_url"] = Sandbox.Host.Tollfree.AbsoluteUri, ["tollfree_login"] = credentials.TollfreeLogin, ["tollfree_password"] = credentials.TollfreePassword,
            ["rate_limit_per_s"] = 1000, ["recover_lag_s"] = 1, ["request_timeout_ms"] = 5000, ["order_name_prefix"] = "North hub",
        };
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject()) settings[key] = value?.DeepClone();
        return _lab.Context(settings, budget);
    }

    public async Task<FindReply> FindAsync(string prefix, int quantity = 5, int offset = 0, string settings = "{}", bool isTollfree = false) =>
        await Carrier.FindAsync(new CarrierSearch(prefix, quantity, offset, "US") { IsTollfree = isTollfree }, Context(settings), CarrierLab.Ct);

    public async Task<CarrierHit> AnyAsync(string prefix = "+1303")
    {
        var reply = await FindAsync(prefix, 1);
        Assert.Null(reply.Error);
        return reply.Numbers[0];
    }

    public Task<CarrierOutcome> BuyAsync(CarrierOrder order, string settings = "{}") => Carrier.AcquireAsync(order, Context(settings), CarrierLab.Ct);

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, string settings = "{}") => Carrier.RecoverAsync(order, Context(settings), CarrierLab.Ct);

    public Task FaultAsync(string operation, string action, string more = "", string carrier = "bandwidth") =>
        Sandbox.TellAsync("/faults", $$"""{"carrier":"{{carrier}}","operation":"{{operation}}","action":"{{action}}","times":1{{more}}}""");

    public Task<int> OrdersAsync(CarrierOrder order) => Sandbox.CountAsync($"carrier=bandwidth&operation=order_create&contains={order.Key}");

    public async Task<bool> IsHeldAsync(PhoneNumber number) => (await Sandbox.HeldAsync()).Exists(held => held.Number == number.ToString());

    public async ValueTask DisposeAsync()
    {
        _lab.Dispose();
        await Sandbox.DisposeAsync();
    }
}
