using Xunit;

namespace Ocarina.Tests.Cli;

public sealed class NumbersWriteTests
{
    private const string Quote = """
        [{"activation_charges":[{"category":"number_services","item":"e911","name":"E911","billable":1,"rate":5.0,"total":5.0}],
          "items":[{"category":"phone_numbers","item":"did_us","name":"US DID","quantity":3,"billable":3,"rate":1.5,"discounts":{"total":1.5},"discount":1.5,"total":3.0},
                   {"category":"phone_numbers","item":"tollfree_us","quantity":0,"rate":2,"total":0}],
          "taxes":[],"summary":{"today":5.0,"recurring":3.0},"plan":{},"bookkeeper":{"id":"default","type":"default"}}]
        """;

    private const string Bought =
        """{"success":{"+14155550101":{"id":"+14155550101","state":"in_service","features":[],"_read_only":{"carrier_module":"inventory"}}}}""";

    private static readonly string Activate = ServerStub.Numbers("/collection/activate");

    [Fact]
    public async Task Buying_activates_the_numbers_as_one_collection()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "415 555 0101");

        Assert.Equal(new CliResult(0, "NUMBER        STATE       CARRIER\n+14155550101  in_service  inventory\n", ""), result);
        var call = stub.Calls.Single();
        Assert.Equal($$$"""PUT {{{Activate}}} {"data":{"numbers":["415 555 0101"]}}""", call.ToString());
        Assert.Equal("application/json", call.ContentType);
    }

    [Fact]
    public async Task A_number_that_was_lost_to_another_is_named_and_the_rest_is_bought()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Bought[..^1] + ""","error":{"+14155550102":{"code":409,"error":"not_available","cause":"+14155550102","message":"number +14155550102 is not available"}}}""", 201);

        var text = await cli.RunAsync("numbers", "buy", "+14155550101", "+14155550102");
        var json = await cli.RunAsync("numbers", "buy", "+14155550101", "+14155550102", "--json");

        Assert.Equal(3, text.Code);
        Assert.Equal("NUMBER        STATE       CARRIER\n+14155550101  in_service  inventory\n", text.Out);
        Assert.Equal("ocarina: number +14155550102 is not available (not_available)\n", text.Error);
        Assert.Equal(
            """{"success":{"+14155550101":{"id":"+14155550101","state":"in_service","features":[],"_read_only":{"carrier_module":"inventory","features_available":[]}}},"error":{"+14155550102":{"code":409,"error":"not_available","cause":"+14155550102","message":"number +14155550102 is not available"}}}""" + "\n",
            json.Out);
    }

    [Fact]
    public async Task When_nothing_was_bought_every_number_has_its_reason()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string map = """{"+14155550102":{"code":404,"error":"not_found","message":"number +14155550102 not found"}}""";
        stub.Fail("PUT", Activate, 400, "client error", $$"""{{map[..^1]}},"error":{{map}}}""");

        var result = await cli.RunAsync("numbers", "buy", "+14155550102");

        Assert.Equal(new CliResult(3, "", "ocarina: number +14155550102 not found (not_found)\n"), result);
    }

    [Fact]
    public async Task Buying_by_prefix_claims_whichever_are_free()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "--prefix", "415", "--quantity", "5", "--country", "US", "--accept-charges");

        Assert.Equal(0, result.Code);
        Assert.Equal("Only 1 of 5 were free under 415.\n", result.Error);
        Assert.Equal($$"""PUT {{Activate}} {"data":{"prefix":"415","quantity":5,"country":"US"},"accept_charges":true}""", stub.Calls.Single().ToString());
    }

    [Theory]
    [InlineData("Give either numbers or --prefix.", "numbers", "buy")]
    [InlineData("Give either numbers or --prefix.", "numbers", "buy", "4155550101", "--prefix", "415")]
    [InlineData("--quantity goes with --prefix.", "numbers", "buy", "4155550101", "--quantity", "2")]
    [InlineData("--quantity must be at least 1.", "numbers", "buy", "--prefix", "415", "--quantity", "0")]
    public async Task What_to_buy_is_said_in_one_way(string reason, params string[] args)
    {
        using var cli = new CliRunner();

        var result = await cli.RunAsync(args);

        Assert.Equal(new CliResult(1, "", $"ocarina: {reason}\n  See: ocarina numbers buy --help\n"), result);
    }

    [Fact]
    public async Task A_quote_is_shown_and_nothing_is_asked_where_nobody_can_answer()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        cli.Input = "y\n"; // data on its way to a program must not count as a yes
        stub.Fail("PUT", Activate, 402, "accept charges", Quote);

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal(
            """
            This would cost:
              E911: 5.00 once
              US DID: 3.00 per period (3 at 1.50, less 1.50)
              In all: 5.00 today, 3.00 per period for the account
            ocarina: accept charges
              Repeat the command with --accept-charges to accept them.

            """,
            result.Error);
        Assert.Equal((3, ""), (result.Code, result.Out));
        Assert.Single(stub.Calls);
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("Yes\n", 0)]
    [InlineData("\n", 3)]
    [InlineData("", 3)]
    public async Task On_a_terminal_the_answer_decides(string answer, int code)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        (cli.InputTerminal, cli.ErrorTerminal, cli.Input) = (true, true, answer);
        stub.Fail("PUT", Activate, 402, "accept charges", Quote).Ok("PUT", Activate, Bought, 201);

        var result = await cli.RunAsync("numbers", "buy", "4155550101");

        Assert.Equal(code, result.Code);
        Assert.Contains("Accept these charges? [y/N] ", result.Error, StringComparison.Ordinal);
        Assert.Equal(code == 0, stub.Calls is [_, { Body: """{"data":{"numbers":["4155550101"]},"accept_charges":true}""" }]);
        Assert.Equal(code == 0 ? 2 : 1, stub.Calls.Count);
    }

    [Fact]
    public async Task A_quote_as_json_is_the_servers_own()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Fail("PUT", Activate, 402, "accept charges", """[{"items":null,"summary":{"today":1},"bookkeeper":{"type":"default"}}]""");

        var result = await cli.RunAsync("numbers", "buy", "4155550101", "--json");

        Assert.Equal(
            """{"error":{"kind":"refused","message":"accept charges","exit_code":3,"status":402,"request_id":"r1","data":[{"items":null,"summary":{"today":1},"bookkeeper":{"type":"default"}}]}}""" + "\n",
            result.Out);
        Assert.Equal(3, result.Code);
    }

    [Fact]
    public async Task Credit_that_does_not_suffice_is_an_error_and_no_quote()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        (cli.InputTerminal, cli.ErrorTerminal) = (true, true);
        stub.Fail("PUT", Activate, 402, "not_enough_credit", """{"code":402,"error":"not_enough_credit","cause":1,"message":"account a does not have enough credit to perform the operation"}""");

        var result = await cli.RunAsync("numbers", "buy", "4155550101", "--accept-charges");

        Assert.Equal(new CliResult(3, "", "ocarina: account a does not have enough credit to perform the operation\n"), result);
    }

    [Fact]
    public async Task Moving_goes_through_the_path_of_the_account_that_gets_the_number()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string target = "ffffffffffffffffffffffffffffffff";
        stub.Ok("GET", $"/v2/accounts/{ServerStub.Account}/descendants?page_size=500", $$"""[{"id":"1","name":"Other"},{"id":"{{target}}","name":"Sub One","realm":"r"}]""");
        stub.Ok("PUT", $"/v2/accounts/{target}/phone_numbers/collection/activate", Bought, 201);

        var result = await cli.RunAsync("numbers", "move", "4155550101", "--to", "sub-ONE");

        Assert.Equal(0, result.Code);
        Assert.Equal($$$"""PUT /v2/accounts/{{{target}}}/phone_numbers/collection/activate {"data":{"numbers":["4155550101"]}}""", stub.Calls[^1].ToString());
    }

    [Fact]
    public async Task An_account_nobody_knows_by_that_name_is_said_so()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", $"/v2/accounts/{ServerStub.Account}/descendants?page_size=500", "[]");
        stub.Ok("GET", $"/v2/accounts/{ServerStub.Account}", $$"""{"id":"{{ServerStub.Account}}","name":"Master"}""");

        var result = await cli.RunAsync("numbers", "move", "4155550101", "--to", "Nobody");

        Assert.Equal(new CliResult(3, "", "ocarina: There is no account named 'Nobody' at or below your own.\n"), result);
    }

    [Fact]
    public async Task Reserving_is_one_call_for_each_number()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", ServerStub.Numbers("/1/reserve"), """{"id":"+1","state":"reserved"}""", 201);
        stub.Fail("PUT", ServerStub.Numbers("/2/reserve"), 404, "bad_identifier", """{"message":"bad identifier","not_found":"The number could not be found"}""");
        stub.Fail("PUT", ServerStub.Numbers("/3/reserve"), 400, "no_change_required", """{"code":400,"error":"no_change_required","message":"no change required"}""");

        var result = await cli.RunAsync("numbers", "reserve", "1", "2", "3");

        Assert.Equal(3, result.Code);
        Assert.Equal("NUMBER  STATE     CARRIER\n+1      reserved  -\n", result.Out);
        Assert.Equal("ocarina: 2: The number could not be found (not_found)\nocarina: 3: no change required (no_change_required)\n", result.Error);
    }

    [Fact]
    public async Task Releasing_sends_the_numbers_in_the_body_of_a_delete()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        const string reply = """{"success":{"+14155550101":{"id":"+14155550101","state":"aging"}}}""";
        stub.Ok("DELETE", ServerStub.Numbers("/collection"), reply);
        stub.Ok("DELETE", ServerStub.Numbers("/collection?hard=true"), reply);
        cli.Input = "4155550101\n4155550102\n";

        var soft = await cli.RunAsync("numbers", "release", "-");
        var hard = await cli.RunAsync("numbers", "release", "4155550101", "--hard");

        Assert.Equal((0, 0), (soft.Code, hard.Code));
        Assert.Equal(
            [
                $$$"""DELETE {{{ServerStub.Numbers("/collection")}}} {"data":{"numbers":["4155550101","4155550102"]}}""",
                $$$"""DELETE {{{ServerStub.Numbers("/collection?hard=true")}}} {"data":{"numbers":["4155550101"]}}""",
            ],
            stub.Calls.Select(call => call.ToString()));
    }
}
