using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary><c>ocarina orders</c>, what purchases say of open orders, and <c>ocarina sup</c>.</summary>
public sealed class OrdersTests
{
    private const string Id = "01JD0000000000000000000001";

    private static readonly string Pending = """
        {"success":{},"pending":{"+13035550142":{"id":"+13035550142","state":"discovery","features":[],"_read_only":{"carrier_module":"bandwidth2","order":{"id":"ID","state":"waiting"}}}}}
        """.Replace("ID", Id, StringComparison.Ordinal);

    private static readonly string Activate = ServerStub.Numbers("/collection/activate");

    private static string Orders(string rest = "") => $"/v2/accounts/{ServerStub.Account}/orders{rest}";

    private static string Order(string state, string more = "") => $$"""
        {"id":"{{Id}}","kind":"acquire","number":"+13035550142","account_id":"{{ServerStub.Account}}","carrier":"bandwidth2","state":"{{state}}","attempts":2,"created":63934444800,"held":0{{more}}}
        """;

    [Fact]
    public async Task A_purchase_that_is_still_open_is_5_and_names_its_order()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Pending, 202);

        var text = await cli.RunAsync("numbers", "buy", "+13035550142");
        var json = await cli.RunAsync("numbers", "buy", "+13035550142", "--json");

        Assert.Equal(
            new CliResult(5, "NUMBER        STATE    CARRIER\n+13035550142  waiting  bandwidth2\n",
                $"+13035550142 is ordered; the carrier has still to decide. See: ocarina orders show {Id}\n"), text);
        Assert.Equal(5, json.Code);
        Assert.Contains("""
            "pending":{"+13035550142":{"id":"+13035550142","state":"discovery","features":[],"_read_only":{"carrier_module":"bandwidth2","features_available":[],"order":{"id":"ID","state":"waiting"}}}}
            """.Replace("ID", Id, StringComparison.Ordinal), json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reserving_may_be_pending_as_well()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", ServerStub.Numbers("/%2B13035550142/reserve"), """{"id":"+13035550142","state":"discovery","_read_only":{"order":{"id":"01JD0000000000000000000001","state":"sending"}}}""", 202);

        Assert.Equal(5, (await cli.RunAsync("numbers", "reserve", "+13035550142")).Code);
    }

    [Theory]
    [InlineData("done", 0, "+13035550142  in_service  bandwidth2\n", "Waiting for the carrier.\n")]
    [InlineData("failed", 3, "", "Waiting for the carrier.\nocarina: +13035550142: order 01JD0000000000000000000001 failed (number_unavailable)\n")]
    [InlineData("needs_operator", 5, "+13035550142  needs_operator  bandwidth2\n",
        "Waiting for the carrier.\n+13035550142 is ordered; the carrier has still to decide. See: ocarina orders show 01JD0000000000000000000001\n")]
    public async Task Waiting_ends_with_the_carriers_last_word(string state, int code, string row, string error)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Pending, 202);
        stub.Ok("GET", Orders($"/{Id}"), Order("waiting")).Ok("GET", Orders($"/{Id}"), Order(state, state == "failed" ? ",\"error\":\"number_unavailable\"" : ""));
        stub.Ok("GET", ServerStub.Numbers("/%2B13035550142"), """{"id":"+13035550142","state":"in_service","_read_only":{"carrier_module":"bandwidth2"}}""");

        var result = await cli.RunAsync("numbers", "buy", "+13035550142", "--wait");

        Assert.Equal((code, error), (result.Code, result.Error));
        Assert.EndsWith(row, result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_are_listed_with_what_was_asked_for()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Orders("?state=waiting&kind=acquire&number=3035550142&open=true&page_size=500"), $"[{Order("waiting")}]");
        stub.Ok("GET", Orders("?outcome=stranded&page_size=500"), "[]");

        var found = await cli.RunAsync("orders", "list", "--state", "waiting", "--kind", "acquire", "--number", "3035550142", "--open");
        var none = await cli.RunAsync("orders", "list", "--stranded");
        var both = await cli.RunAsync("orders", "list", "--stranded", "--outcome", "released");

        Assert.Equal(
            $"ID                          CREATED               KIND     NUMBER        CARRIER     STATE    OUTCOME  ERROR\n{Id}  2026-01-01T00:00:00Z  acquire  +13035550142  bandwidth2  waiting  -        -\n",
            found.Out);
        Assert.Equal(new CliResult(0, "", "There are no such orders.\n"), none);
        Assert.Equal((1, "ocarina: Give either --outcome or --stranded.\n  See: ocarina orders list --help\n"), (both.Code, both.Error));
    }

    [Theory]
    [InlineData("waiting", 5)]
    [InlineData("done", 0)]
    [InlineData("pretended", 0)]
    [InlineData("failed", 3)]
    [InlineData("needs_operator", 5)]
    public async Task An_order_is_shown_and_its_state_is_the_exit_code(string state, int code)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Orders($"/{Id}"), Order(state, ""","evidence":["202 order taken"]"""));

        var result = await cli.RunAsync("orders", "show", Id);

        Assert.Equal((code, ""), (result.Code, result.Error));
        Assert.Matches($"^id +{Id}\nkind +acquire\nnumber +\\+13035550142\naccount_id +{ServerStub.Account}\ncarrier +bandwidth2\nstate +{state}\nattempts +2\ncreated +2026-01-01T00:00:00Z\n  202 order taken\n$", result.Out);
    }

    [Theory]
    [InlineData("""{"data":{"action":"settle"}}""", "settle")]
    [InlineData("""{"data":{"action":"adopt","account_id":"fedcba9876543210fedcba9876543210"}}""", "adopt", "--to", "fedcba9876543210fedcba9876543210")]
    [InlineData("""{"data":{"action":"release"}}""", "release")]
    [InlineData("""{"data":{"action":"release","by_hand":"true"}}""", "release", "--by-hand")]
    public async Task What_waits_for_a_person_is_settled(string body, string verb, params string[] rest)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("POST", Orders($"/{Id}"), Order("done"));

        var result = await cli.RunAsync(["orders", verb, Id, .. rest]);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal($"POST {Orders($"/{Id}")} {body}", stub.Calls.Single().ToString());
    }

    [Fact]
    public async Task A_command_of_a_module_prints_its_text_and_nothing_else()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", "/v2/sup/knm_bandwidth2/peers/1234", """
            "listing all peers for account \"20902288\", site <<\"1234\">>\nId: <<\"567\">> Name: <<\"Proxy 1\">>\ndone.\nok\n"
            """);

        foreach (var module in (string[])["knm_bandwidth2", "knm_bandwidth2_maintenance"])
            Assert.Equal(
                new CliResult(0, "listing all peers for account \"20902288\", site <<\"1234\">>\nId: <<\"567\">> Name: <<\"Proxy 1\">>\ndone.\nok\n", ""),
                await cli.RunAsync("sup", module, "peers", "1234"));
    }

    [Theory]
    [InlineData(404, "not_found", "there is no command x", 1, "there is no command x\n")]
    [InlineData(400, "bad request", "Usage: sup knm_bandwidth2 sites\\n", 1, "Usage: sup knm_bandwidth2 sites\n")]
    [InlineData(502, "bad_gateway", "not_configured: account_id is not set", 3, "Command failed: not_configured: account_id is not set\n")]
    [InlineData(403, "forbidden", "forbidden", 3, "Command failed: forbidden\n")]
    public async Task A_command_that_fails_has_the_exit_code_of_sup(int status, string message, string text, int code, string error)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("GET", "/v2/sup/knm_bandwidth2", status, message, $$"""{"message":"{{text}}"}""");

        Assert.Equal(new CliResult(code, "", error), await cli.RunAsync("sup", "knm_bandwidth2"));
    }

    [Fact]
    public async Task A_command_without_a_server_says_so_in_the_words_of_sup()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.On("GET", "/v2/sup/knm_bandwidth2/sites", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(new CliResult(1, "", "Connection to service failed!\n"), await cli.RunAsync("sup", "knm_bandwidth2", "sites"));
    }
}
