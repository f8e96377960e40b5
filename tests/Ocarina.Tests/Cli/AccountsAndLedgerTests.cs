using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class AccountsAndLedgerTests
{
    private const string Child = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
    private static readonly string Own = $"/v2/accounts/{ServerStub.Account}";

    [Fact]
    public async Task List_shows_every_account_below()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Own + "/descendants?page_size=500", $$"""[{"id":"{{Child}}","name":"Sub One","realm":"a.example.com","descendants_count":1200}]""", more: ServerStub.NextPage("k"));
        stub.Ok("GET", Own + "/descendants?page_size=500&start_key=k", """[{"id":"2","name":"Sub Two"}]""");

        var text = await cli.RunAsync("accounts", "list");
        var alone = await cli.RunAsync("accounts");
        var json = await cli.RunAsync("accounts", "list", "--json");

        Assert.Equal(
            $"""
            ID                                NAME     REALM          BELOW
            {Child}  Sub One  a.example.com  1,200
            2                                 Sub Two  -              -

            """,
            text.Out);
        Assert.Equal(text, alone);
        Assert.Equal($$"""{"id":"{{Child}}","name":"Sub One","realm":"a.example.com","descendants_count":1200}""", json.Out.Split('\n')[0]);
    }

    [Fact]
    public async Task Show_and_create_print_the_account()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var document = $$"""{"id":"{{Child}}","name":"Sub One","realm":"r","enabled":true,"is_reseller":false,"created":63934444800,"timezone":"UTC"}""";
        stub.Ok("GET", $"/v2/accounts/{Child}", document).Ok("PUT", Own, document, 201);

        var show = await cli.RunAsync("accounts", "show", Child);
        var create = await cli.RunAsync("accounts", "create", "Sub One", "--realm", "r", "--json");

        Assert.Equal(
            $"""
            id           {Child}
            name         Sub One
            realm        r
            enabled      true
            is_reseller  false
            created      2026-01-01T00:00:00Z
            timezone     UTC

            """,
            show.Out);
        Assert.Equal(document + "\n", create.Out);
        Assert.Equal($$$"""PUT {{{Own}}} {"data":{"name":"Sub One","realm":"r"}}""", stub.Calls[^1].ToString());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_told_by_its_field()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PUT", Own, 400, "validation error", """{"name":{"unique":{"message":"Account name already in use","cause":"Sub One"}}}""");

        var result = await cli.RunAsync("accounts", "create", "Sub One");

        Assert.Equal(new CliResult(3, "", "ocarina: validation error\n  name: Account name already in use\n"), result);
    }

    [Fact]
    public async Task Tree_draws_depth_and_asks_no_leaf_for_children()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Own, $$"""{"id":"{{ServerStub.Account}}","name":"Master"}""");
        stub.Ok("GET", Own + "/children?page_size=500", $$"""[{"id":"{{Child}}","name":"Reseller","descendants_count":1},{"id":"3","name":"Leaf","descendants_count":0}]""");
        stub.Ok("GET", $"/v2/accounts/{Child}/children?page_size=500", """[{"id":"2","name":"Below","descendants_count":0}]""");

        var text = await cli.RunAsync("accounts", "tree");
        var json = await cli.RunAsync("accounts", "tree", "--json");

        Assert.Equal(
            $"""
            Master  {ServerStub.Account}
              Reseller  {Child}
                Below  2
              Leaf  3

            """,
            text.Out);
        Assert.Equal("""{"id":"2","name":"Below","descendants_count":0,"depth":2}""", json.Out.Split('\n')[2]);
        Assert.DoesNotContain(stub.Calls, call => call.Target.Contains("/accounts/3/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_says_that_the_ledger_is_whole()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("POST", "/v2/ledger/verify", """{"numbers":100000,"events":250000,"broken":[],"different":[]}""");

        Assert.Equal(new CliResult(0, "100,000 numbers, 250,000 events: whole\n", ""), await cli.RunAsync("verify"));
    }

    [Fact]
    public async Task Verify_is_3_when_a_chain_is_broken_or_a_row_differs()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("POST", "/v2/ledger/verify", """{"numbers":2,"events":3,"broken":["+14155550101"],"different":[{"number":"+14155550102","revision":4}]}""");

        var text = await cli.RunAsync("verify");
        var json = await cli.RunAsync("verify", "--json");

        Assert.Equal(
            new CliResult(
                3,
                """
                2 numbers, 3 events: NOT whole
                broken chain: +14155550101
                row differs from its events: {"number":"+14155550102","revision":4}

                """,
                ""),
            text);
        Assert.Equal((3, """{"numbers":2,"events":3,"broken":["+14155550101"],"different":[{"number":"+14155550102","revision":4}]}""" + "\n"), (json.Code, json.Out));
    }
}
