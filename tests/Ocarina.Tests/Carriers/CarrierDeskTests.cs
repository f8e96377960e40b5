using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Carriers;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Configuration;
using Ocarina.Storage;
using Ocarina.Storage.Config;
using Ocarina.Tests.Identity;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>Carriers' documents: made at first use, obeyed as they change, never obeyed when they are wrong (carriers.md 1.2).</summary>
public sealed class CarrierDeskTests
{
    private static readonly CarrierName Bandwidth = CarrierName.Parse("bandwidth");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_first_use_makes_the_document_once_and_never_over_an_operators(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        using var lab = new CarrierLab();
        var (here, there) = (Desk(host, lab), Desk(other, lab));
        var (carrier, voxbone) = (here.Modules.Find(Bandwidth)!, here.Modules.Find(CarrierName.Parse("voxbone"))!);
        await other.Config.ReplaceAsync("number_manager.voxbone", Json("""{"default":{"username":"mine"}}"""), false, Ct);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? here : there).ContextForAsync(carrier, null, null, Ct)));
        var context = await here.ContextForAsync(voxbone, TimeSpan.FromSeconds(3), null, Ct);

        var stored = JsonNode.Parse((await RowAsync(host, "number_manager.bandwidth"))!.Document)!;
        Assert.Equal(("config", 1L), ((string?)stored["pvt_type"], (await RowAsync(host, "number_manager.bandwidth"))!.Revision));
        foreach (var key in new[]
                 {
                     "numbers_api_url", "developer_key", "debug", "enable_provisioning", "sandbox_provisioning", "order_name_prefix", "tollfree_api_url", "cdrs_api_url",
                     "processing_type", "max_search_quantity", "rate_limit_per_s",
                 })
            Assert.NotNull(stored["default"]![key]);
        Assert.Equal("mine", context.Settings.Text("username"));
        Assert.True(context.TimeLeft <= TimeSpan.FromSeconds(3));
        Assert.Equal(CarrierErrorKind.NotConfigured, (await carrier.FindAsync(new CarrierSearch("+1303", 1, 0, "US"), await here.ContextForAsync(carrier, null, null, Ct), Ct)).Error!.Kind);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_node_overrides_key_by_key_and_changes_hold_for_what_starts_after_them(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind); // node kazoo_apps@one in zone-west
        using var lab = new CarrierLab();
        var desk = Desk(host, lab);
        var carrier = desk.Modules.Find(Bandwidth)!;
        await host.Config.ReplaceAsync("number_manager.bandwidth", Json("""
            {"default":{"developer_key":"one","order_name_prefix":"All","max_search_quantity":"7"},"zone-west":{"order_name_prefix":"West"},"kazoo_apps@one":{"debug":"true"}}
            """), false, Ct);

        var before = await desk.ContextForAsync(carrier, null, null, Ct);
        await host.Config.MergeSectionAsync("number_manager.bandwidth", "default", Json("""{"developer_key":"two"}"""), false, Ct);
        var after = await desk.ContextForAsync(carrier, null, null, Ct);

        Assert.Equal(("one", "West", true, 7), (before.Settings.Secret("developer_key"), before.Settings.OrderNamePrefix, before.Settings.Flag("debug", false), before.Settings.WholeNumber("max_search_quantity", 0)));
        Assert.Equal("two", after.Settings.Secret("developer_key"));
        Assert.NotEqual(before.Settings.Fingerprint, after.Settings.Fingerprint);
        Assert.Equal("+14158867900", after.Normalise("+14158867900")?.ToString());
        Assert.Null(after.Normalise("911"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_wrong_document_leaves_the_last_right_one_in_use(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        using var lab = new CarrierLab();
        var desk = Desk(host, lab);
        var carrier = desk.Modules.Find(Bandwidth)!;
        await host.Config.ReplaceAsync("number_manager.bandwidth", Json("""{"default":{"developer_key":"good","max_search_quantity":9}}"""), false, Ct);
        await desk.ContextForAsync(carrier, null, null, Ct);
        Assert.Null(desk.Invalid(carrier));

        await WriteRawAsync(host, """{"default":{"developer_key":"bad key","sandbox_provisioning":"perhaps"}}""");
        var kept = await desk.ContextForAsync(carrier, null, null, Ct);
        var fresh = Desk(host, lab);

        Assert.Contains("developer_key", desk.Invalid(carrier)!.Detail!, StringComparison.Ordinal);
        Assert.Equal(("good", 9), (kept.Settings.Secret("developer_key"), kept.Settings.WholeNumber("max_search_quantity", 0)));
        var unknown = await fresh.ContextForAsync(carrier, null, null, Ct); // never saw a right one: what is wrong counts as not set
        Assert.Equal((null, true), (unknown.Settings.Secret("developer_key"), unknown.Settings.Pretends));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Secrets_may_stand_in_a_variable_or_a_file(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        using var lab = new CarrierLab();
        var desk = Desk(host, lab);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "from a file\n", Ct);
        try
        {
            var name = $"OCARINA_TEST_{Guid.NewGuid():N}";
            Environment.SetEnvironmentVariable(name, "from-a-variable");
            var section = new JsonObject
            {
                ["developer_key"] = new JsonObject { ["$env"] = name }, ["tollfree_login"] = "me", ["tollfree_password"] = new JsonObject { ["$file"] = file },
            };
            await host.Config.ReplaceAsync("number_manager.bandwidth", new JsonObject { ["default"] = section }, false, Ct);

            var context = await desk.ContextForAsync(desk.Modules.Find(Bandwidth)!, null, null, Ct);

            Assert.Equal(("from-a-variable", "from a file"), (context.Settings.Secret("developer_key"), context.Settings.Secret("tollfree_password")));
            Assert.Contains("from-a-variable", context.Settings.Secrets);
            Assert.Equal("********", (string?)(await host.Config.GetAsync("number_manager.bandwidth", false, Ct)).Document["default"]!["developer_key"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_enabled_carriers_are_those_of_the_reseller_in_order_without_the_stock(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        using var lab = new CarrierLab();
        var desk = Desk(host, lab);
        await host.Config.MergeSectionAsync("number_manager", "default", Json("""
            {"carrier_modules":["knm_local","wnm_voxbone","knm_other","bandwidth2","knm_bandwidth","telnyx","inventory","verizon"]}
            """), false, Ct);
        await host.Config.ReplaceAsync("number_manager.bandwidth2", Json("""{"default":{"enabled":false}}"""), false, Ct);

        Assert.Equal(["voxbone", "bandwidth", "verizon"], Names(null));
        Assert.False(desk.IsEnabled(CarrierName.Parse("bandwidth2")));
        await host.Config.ReplaceAsync("number_manager.other", Json("""{"default":{"phonebook_url":"https://book.example.net"}}"""), false, Ct);
        Assert.Equal(["voxbone", "other", "bandwidth", "verizon"], Names(host.MasterAccount));

        IEnumerable<string> Names(AccountId? account) => desk.EnabledFor(account).Select(carrier => carrier.Name.ToString());
    }

    private static CarrierDesk Desk(IdentityHost host, CarrierLab lab) =>
        new(new CarrierModules(lab.Host), host.Db.Database, host.Configuration, host.Clock, NullLogger<CarrierDesk>.Instance);

    private static JsonObject Json(string text) => ConfigJson.Parse(text);

    private static Task<ConfigDocumentRow?> RowAsync(IdentityHost host, string id) =>
        host.Db.Database.ReadAsync((session, ct) => ConfigDocumentsTable.FindAsync(session, ConfigDocumentsTable.SystemScope, id, ct), Ct);

    /// <summary>Past the checks of the interface, as an older version or another program might have written it.</summary>
    private static async Task WriteRawAsync(IdentityHost host, string document)
    {
        var row = (await RowAsync(host, "number_manager.bandwidth"))!;
        var text = new ConfigSecrets(host.Secrets).Protect(Json(document)).ToJsonString();
        await host.Db.Database.WriteAsync(
            async (session, ct) =>
            {
                await Versions.BumpAsync(session, VersionKinds.Configuration, ct);
                return await ConfigDocumentsTable.SaveAsync(session, new ConfigDocumentRow { Scope = row.Scope, Id = row.Id, Document = text, Revision = row.Revision + 1 }, ct);
            },
            WriteLane.Foreground, Ct);
        await host.Configuration.RefreshAsync(Ct);
    }
}
