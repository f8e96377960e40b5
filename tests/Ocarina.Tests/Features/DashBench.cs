using System.Text.Json.Nodes;
using Ocarina.Carriers.Providers.Dash;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Tests.Carriers;
using Ocarina.Tests.PhoneNumbers;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Features;

/// <summary>The provider of emergency addresses facing the sandbox over real sockets.</summary>
internal sealed class DashBench : IAsyncDisposable, IOrderNotes
{
    private readonly CarrierLab _lab = new();

    private DashBench(SandboxLab sandbox)
    {
        Sandbox = sandbox;
        Provider = new DashProvider(_lab.Host);
    }

    public static CancellationToken Ct => CarrierLab.Ct;

    public SandboxLab Sandbox { get; }

    public DashProvider Provider { get; }

    /// <summary>What the module noted last.</summary>
    public DocumentText Facts { get; private set; }

    public static async Task<DashBench> StartAsync() => new(await SandboxLab.StartAsync());

    /// <summary>Has a server speak to the sandbox.</summary>
    public static async Task ConfigureAsync(NumberLab lab, SandboxLab sandbox, string more = "")
    {
        var known = sandbox.Host.Credentials;
        var reply = await lab.Server.SendAsync("POST", "/v2/system_configs/number_manager.dash_e911/default?force=true", $$$"""
            {"data":{"emergency_provisioning_url":"{{{sandbox.Host.Dash}}}","auth_username":"{{{known.DashUsername}}}","auth_password":"{{{known.DashPassword}}}","rate_limit_per_s":1000{{{more}}}}}
            """);
        Assert.True(reply.Status == 200, reply.Text);
    }

    public static FeatureOrder Order(JsonObject? address = null, string number = "+14155550123") =>
        new(OrderKey.New(TimeProvider.System), PhoneNumber.Parse(number), NumberFeatures.E911) { Wanted = DocumentText.From(address ?? Blake()), AccountName = "Ed" };

    public static JsonObject Blake(string street = "1855 Blake Street") => new()
    {
        ["street_address"] = street, ["locality"] = "Denver", ["region"] = "CO", ["postal_code"] = "80202",
    };

    public CarrierContext Context(string more = "{}")
    {
        var settings = new JsonObject
        {
            ["emergency_provisioning_url"] = Sandbox.Host.Dash.AbsoluteUri, ["auth_username"] = Sandbox.Host.Credentials.DashUsername,
            ["auth_password"] = Sandbox.Host.Credentials.DashPassword, ["rate_limit_per_s"] = 1000, ["request_timeout_ms"] = 5000,
        };
        foreach (var (key, value) in JsonNode.Parse(more)!.AsObject()) settings[key] = value?.DeepClone();
        return _lab.Context(settings) with { Notes = this };
    }

    public Task<FeatureCheck> CheckAsync(FeatureOrder order, string settings = "{}") => Provider.CheckAsync(order, Context(settings), Ct);

    /// <summary>Sets up, with what was noted before, as the engine does after whatever stopped it.</summary>
    public Task<CarrierOutcome> ApplyAsync(FeatureOrder order, string settings = "{}") => Provider.ApplyAsync(order with { Facts = Facts }, Context(settings), Ct);

    public Task<CarrierOutcome> RemoveAsync(FeatureOrder order) => Provider.RemoveAsync(order, Context(), Ct);

    public Task FaultAsync(string operation, string action, string more = "") =>
        Sandbox.TellAsync("/faults", $$"""{"carrier":"dash","operation":"{{operation}}","action":"{{action}}","times":1{{more}}}""");

    /// <summary>All locations that the service has.</summary>
    public async Task<IReadOnlyList<JsonObject>> LocationsAsync() =>
        [.. (await Sandbox.TellAsync("/carriers/dash/locations", "{}"))["locations"]!.AsArray().Select(location => location!.AsObject())]; // always there

    /// <summary>Those that emergency services see, by number, as the ledger has them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LocatedAsync() =>
        (await Sandbox.AskAsync("/ledger"))["located"]!.AsArray().ToDictionary(one => (string)one!["number"]!, one => (string)one!["location"]!["address1"]!); // always there

    public Task NoteAsync(OrderPhase phase, DocumentText facts, CancellationToken ct)
    {
        Facts = facts;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _lab.Dispose();
        await Sandbox.DisposeAsync();
    }
}
