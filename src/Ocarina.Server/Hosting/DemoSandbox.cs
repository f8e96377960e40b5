using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Configuration;
using Ocarina.Sandbox;

namespace Ocarina.Server.Hosting;

/// <summary>The carriers to practise on that the demo buys from, and the mail server it writes to: they run inside the server for as long as a carrier's configuration points at them.</summary>
/// <remarks>Whoever puts a carrier's real address and credentials in its document takes that carrier out of the sandbox; nothing else has to be changed.</remarks>
internal sealed class DemoSandbox(ConfigOperation configuration, ILogger<DemoSandbox> logger)
{
    private const string NumberManager = "number_manager";

    // Document, and the key that holds its address.
    private static readonly (string Document, string Key, string Path)[] Addresses =
    [
        ("number_manager.bandwidth", "numbers_api_url", "/bw1/numbers.api"),
        ("number_manager.bandwidth2", "base_url", "/bw2/api"),
        ("number_manager.voxbone", "base_url", "/vox/ws-voxbone/services/rest/"),
        ("number_manager.dash_e911", "emergency_provisioning_url", "/dash/emergencyprovisioning/v1"),
    ];

    /// <summary>Starts the sandbox when it is wanted: at the first start of a demo, or when a carrier's document points at it.</summary>
    /// <param name="isFirst">True at the first start of a demo: the documents are written.</param>
    /// <param name="options">Port and data folder.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The sandbox; none when nobody points at it, or another process of this machine runs it.</returns>
    public async Task<SandboxHost?> StartAsync(bool isFirst, ServerOptions options, CancellationToken ct)
    {
        var port = isFirst ? FirstPort(options) : await WantedPortAsync(ct);
        if (port is not { } wanted) return null;

        SandboxHost sandbox;
        try
        {
            sandbox = await SandboxHost.StartAsync(
                new SandboxOptions
                {
                    Port = wanted, ControlPort = wanted == 0 ? 0 : wanted + 1, MailPort = wanted == 0 ? 0 : wanted + 2, DataFolder = Path.Combine(options.DataFolder, "sandbox"),
                }, ct);
        }
        catch (IOException taken)
        {
            // Another server of this machine may run it already. If not, the carriers count as unreachable, and the rest of the server works.
            logger.SandboxNotStarted(wanted, taken.Message);
            return null;
        }

        if (isFirst) await WriteAsync(sandbox, ct);
        return sandbox;
    }

    private static int FirstPort(ServerOptions options) => options.SandboxPort ?? (options.Port == 0 ? 0 : options.Port + 10);

    private async Task<int?> WantedPortAsync(CancellationToken ct)
    {
        foreach (var (document, key, path) in Addresses)
        {
            var shown = await configuration.GetAsync(document, withDefaults: false, ct);
            if (shown.Document[ConfigSections.Default]?[key] is JsonValue value && value.TryGetValue<string>(out var text)
                && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.IsLoopback && address.AbsolutePath.TrimEnd('/') == path.TrimEnd('/'))
                return address.Port;
        }

        return null;
    }

    private async Task WriteAsync(SandboxHost sandbox, CancellationToken ct)
    {
        var known = sandbox.Credentials;
        await MergeAsync("number_manager.bandwidth", new JsonObject
        {
            ["numbers_api_url"] = sandbox.Bandwidth.ToString(),
            ["developer_key"] = known.DeveloperKey,
            ["tollfree_api_url"] = sandbox.Tollfree.ToString(),
            ["tollfree_login"] = known.TollfreeLogin,
            ["tollfree_password"] = known.TollfreePassword,
        });
        await MergeAsync("number_manager.bandwidth2", new JsonObject
        {
            ["base_url"] = sandbox.Bandwidth2.ToString(),
            ["account_id"] = known.AccountId,
            ["api_username"] = known.ApiUsername,
            ["api_password"] = known.ApiPassword,
            ["site_id"] = known.SiteId,
            ["sip_peer"] = known.PeerId,
        });
        await MergeAsync("number_manager.voxbone", new JsonObject
        {
            ["base_url"] = sandbox.Voxbone.ToString(),
            ["environment"] = "sandbox",
            ["username"] = known.VoxboneUsername,
            ["password"] = known.VoxbonePassword,
            ["page_size"] = 100,
        });

        await ChangeAsync("number_manager.dash_e911", new JsonObject
        {
            ["emergency_provisioning_url"] = sandbox.Dash.ToString(),
            ["auth_username"] = known.DashUsername,
            ["auth_password"] = known.DashPassword,
        });

        await ChangeAsync("smtp", new JsonObject
        {
            ["relay"] = "127.0.0.1",
            ["port"] = sandbox.Mail.Port,
            ["tls"] = "none",
            ["from"] = "ocarina@demo.example",
            ["admins"] = new JsonArray("admins@demo.example"),
        });
        // The sandbox also takes webhooks, on this machine only.
        await ChangeAsync("webhooks", new JsonObject { ["allowed_networks"] = new JsonArray("127.0.0.0/8") });

        // After the documents: a carrier that is named before it has its address would be asked in vain. Voxbone needs several requests for a search (seed 002).
        await ChangeAsync(NumberManager, new JsonObject
        {
            ["carrier_modules"] = new JsonArray("knm_local", "knm_inventory", "knm_managed", "knm_bandwidth", "knm_bandwidth2", "knm_voxbone", "knm_other"),
            ["number_search_timeout_ms"] = 10_000,
        });

        Task MergeAsync(string document, JsonObject section)
        {
            section["enable_provisioning"] = true;
            section["sandbox_provisioning"] = false; // the orders really go to the sandbox
            section["order_name_prefix"] = "Ocarina demo";
            // The sandbox's books never lag: an order that a crash cut off is settled while somebody watches.
            section["recover_lag_s"] = 5;
            section["settle_max_interval_s"] = 5;
            return ChangeAsync(document, section);
        }

        async Task ChangeAsync(string document, JsonObject section)
        {
            if (await configuration.MergeSectionAsync(document, ConfigSections.Default, section, force: false, ct) is not ConfigOutcome.Shown)
                throw new InvalidOperationException($"The demo could not write '{document}'.");
        }
    }
}

internal static partial class DemoSandboxLog // events 4100-4199; an id is never given to another message
{
    [LoggerMessage(4101, LogLevel.Warning, "The sandbox carriers were not started on port {Port}: {Reason}")]
    public static partial void SandboxNotStarted(this ILogger logger, int port, string reason);
}
