using System.Text.Json.Nodes;
using Ocarina.Sandbox;
using Ocarina.Storage;
using Ocarina.Tests.Sandbox;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>The whole server and the carriers to practise on, joined by nothing but configuration: what is tested goes over two sockets.</summary>
internal sealed class PracticeServer : IAsyncDisposable
{
    private PracticeServer(TestServer server, SandboxLab sandbox) => (Server, Sandbox) = (server, sandbox);

    public TestServer Server { get; }

    public SandboxLab Sandbox { get; }

    /// <summary>Starts both and enables these carriers, in this order, beside the stock.</summary>
    public static async Task<PracticeServer> StartAsync(DatabaseKind kind, params string[] carriers)
    {
        var practice = new PracticeServer(await TestServer.StartAsync(kind), await SandboxLab.StartAsync());
        foreach (var carrier in carriers) await practice.SetAsync($"number_manager.{carrier}", practice.SectionOf(carrier));
        await practice.SetAsync("number_manager", new JsonObject { ["carrier_modules"] = new JsonArray(["knm_inventory", .. carriers.Select(carrier => (JsonNode)$"knm_{carrier}")]) });
        return practice;
    }

    /// <summary>Merges members into a document's default section.</summary>
    public async Task SetAsync(string document, JsonObject section)
    {
        var reply = await Server.SendAsync("PATCH", $"/v2/system_configs/{document}/default", new JsonObject { ["data"] = section }.ToJsonString());
        Assert.True(reply.Status == 200, reply.Text);
    }

    /// <summary>Sends a request about numbers in the account's name.</summary>
    public async Task<Reply> CallAsync(string account, string verb, string path, string? data = null) => await Server.SendAsync(
        verb, $"/v2/accounts/{account}/phone_numbers{path}", data is null ? null : $$"""{"data":{{data}}}""", await Server.TokenAsync(account));

    public Task FaultAsync(string carrier, string operation, string action, int? delayMs = null) => Sandbox.TellAsync("/faults", new JsonObject
    {
        ["carrier"] = carrier, ["operation"] = operation, ["action"] = action, ["delay_ms"] = delayMs, ["times"] = 1,
    }.ToJsonString());

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private JsonObject SectionOf(string carrier)
    {
        var known = new SandboxCredentials();
        var section = carrier switch
        {
            "bandwidth" => new JsonObject { ["numbers_api_url"] = Sandbox.Host.Bandwidth.ToString(), ["developer_key"] = known.DeveloperKey },
            "bandwidth2" => new JsonObject
            {
                ["base_url"] = Sandbox.Host.Bandwidth2.ToString(), ["account_id"] = known.AccountId, ["api_username"] = known.ApiUsername,
                ["api_password"] = known.ApiPassword, ["site_id"] = known.SiteId, ["sip_peer"] = known.PeerId,
            },
            "voxbone" => new JsonObject
            {
                ["base_url"] = Sandbox.Host.Voxbone.ToString(), ["environment"] = "production", ["username"] = known.VoxboneUsername, ["password"] = known.VoxbonePassword,
                ["page_size"] = 100,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(carrier), carrier, "The sandbox has no such carrier."),
        };
        section["enable_provisioning"] = true;
        section["sandbox_provisioning"] = false; // the orders really go to the sandbox
        section["recover_lag_s"] = 5;
        section["settle_max_interval_s"] = 5;
        return section;
    }
}
