using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Tests.Cli;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary><c>sup knm_bandwidth2 sites</c> and <c>peers</c>, from the operator's terminal to the carrier (http-api.md 10.2).</summary>
public sealed class SupPracticeTests : IAsyncLifetime
{
    private const string Sites = """
        listing all sites for account "9500001"
        Id: <<"1337">> Name: <<"Main site">>
        Id: <<"2297">> Name: <<"Branch site">>
        Id: <<"4410">> Name: <<"Site without default">>
        done.
        ok

        """;

    private const string BranchPeers = """
        listing all peers for account "9500001", site <<"2297">>
        Id: <<"500014">> Name: <<"Branch peer">>
        Id: <<"500015">> Name: <<"No toll-free">>
        done.
        ok

        """;

    private PracticeServer _practice = null!; // set before any test runs

    public async ValueTask InitializeAsync() => _practice = await PracticeServer.StartAsync(DatabaseKind.Sqlite, "bandwidth2");

    public ValueTask DisposeAsync() => _practice.DisposeAsync();

    [Theory]
    [InlineData("knm_bandwidth2")]
    [InlineData("knm_bandwidth2_maintenance")]
    [InlineData("wnm_bandwidth2")]
    [InlineData("bandwidth2")]
    public async Task The_sites_of_the_account_are_listed(string module)
    {
        Assert.Equal((200, Sites), Printed(await SupAsync($"{module}/sites")));
    }

    [Fact]
    public async Task The_peers_of_a_site_are_those_of_that_site_alone()
    {
        var main = await SupAsync("knm_bandwidth2/peers/1337");
        var branch = await SupAsync("knm_bandwidth2/peers/2297");

        Assert.Equal((200, "listing all peers for account \"9500001\", site <<\"1337\">>\nId: <<\"13337\">> Name: <<\"Main peer\">>\nId: <<\"13338\">> Name: <<\"Second peer\">>\ndone.\nok\n"), Printed(main));
        Assert.Equal((200, BranchPeers), Printed(branch));
    }

    [Theory]
    [InlineData("peers/99999", 502, "not_found: 12016 Site '99999' does not exist")]
    [InlineData("peers/main", 502, "invalid_request: SITE_ID is digits")]
    [InlineData("peers/..%2Fsites", 502, "invalid_request: SITE_ID is digits")]
    [InlineData("peers", 400, "Usage: sup knm_bandwidth2 sites\nUsage: sup knm_bandwidth2 peers {SITE_ID}\n")]
    [InlineData("sites/1337", 400, "Usage: sup knm_bandwidth2 sites\nUsage: sup knm_bandwidth2 peers {SITE_ID}\n")]
    [InlineData("numbers", 404, "there is no command knm_bandwidth2 numbers")]
    public async Task What_cannot_be_told_is_said_clearly(string command, int status, string message)
    {
        var reply = await SupAsync($"knm_bandwidth2/{command}");

        Assert.Equal((status, message), (reply.Status, (string?)reply.Data!["message"]));
    }

    [Fact]
    public async Task Site_and_peer_are_not_needed_to_ask_for_them_and_credentials_are()
    {
        await SetAsync(new JsonObject { ["site_id"] = "", ["sip_peer"] = "" });
        Assert.Equal((200, Sites), Printed(await SupAsync("knm_bandwidth2/sites")));

        await SetAsync(new JsonObject { ["api_password"] = "not-the-password" });
        var wrong = await SupAsync("knm_bandwidth2/sites");
        Assert.Equal(502, wrong.Status);
        Assert.StartsWith("unauthenticated", (string?)wrong.Data!["message"], StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", wrong.Text, StringComparison.Ordinal);

        await SetAsync(new JsonObject { ["account_id"] = "" });
        var unset = await SupAsync("knm_bandwidth2/peers/1337");
        Assert.Equal((502, "not_configured: account_id is not set"), (unset.Status, (string?)unset.Data!["message"]));
    }

    [Fact]
    public async Task On_the_command_line_it_reads_as_on_the_peer_s_and_fails_with_its_codes()
    {
        using var cli = new CliRunner();
        cli.Variables["OCARINA_URL"] = _practice.Server.Address.ToString();
        cli.Variables["OCARINA_API_KEY"] = TestServer.ApiKey;

        Assert.Equal(new CliResult(0, Sites, ""), await cli.RunAsync("sup", "knm_bandwidth2", "sites"));
        Assert.Equal(new CliResult(0, BranchPeers, ""), await cli.RunAsync("sup", "knm_bandwidth2", "peers", "2297"));
        Assert.Equal(new CliResult(3, "", "Command failed: not_found: 12016 Site '99999' does not exist\n"), await cli.RunAsync("sup", "knm_bandwidth2", "peers", "99999"));
        Assert.Equal(1, (await cli.RunAsync("sup", "knm_bandwidth2", "peers")).Code);
    }

    private static (int Status, string? Text) Printed(Reply reply) => (reply.Status, reply.Status == 200 ? (string?)reply.Data : reply.Text);

    private Task<Reply> SupAsync(string command) => _practice.Server.SendAsync("GET", $"/v2/sup/{command}");

    private Task SetAsync(JsonObject section) => _practice.SetAsync("number_manager.bandwidth2", section);
}
