using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary><c>ocarina plans</c>, <c>quote</c> and <c>charges</c>.</summary>
public sealed class BillingTests
{
    private const string Plan = """{"id":"p1","name":"Retail","plan":{"phone_numbers":{"did_us":{"rate":1.5}}}}""";

    private const string Invoice = """
        {"activation_charges":[{"category":"phone_numbers","item":"did_us","name":"US DID","billable":1,"rate":2.5,"total":2.5}],"items":[{"category":"phone_numbers","item":"did_us","name":"US DID","quantity":3,"billable":3,"rate":1.5,"total":4.5}],"summary":{"today":2.5,"recurring":4.5}}
        """;

    private const string Refused = """{"code":409,"error":"not_available","cause":"+14155550199","message":"number +14155550199 is not available"}""";

    private static string Account(string rest) => $"/v2/accounts/{ServerStub.Account}{rest}";

    [Fact]
    public async Task Plans_are_listed_those_that_are_sold_or_those_that_can_be_had()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/service_plans?page_size=500"), """[{"id":"p1","name":"Retail"}]""");
        stub.Ok("GET", Account("/services/available?page_size=500"), "[]");

        Assert.Equal(new CliResult(0, "ID  NAME    DESCRIPTION\np1  Retail  -\n", ""), await cli.RunAsync("plans", "list"));
        Assert.Equal(new CliResult(0, """{"id":"p1","name":"Retail"}""" + "\n", ""), await cli.RunAsync("plans", "list", "--json"));
        Assert.Equal(new CliResult(0, "", "There are no plans.\n"), await cli.RunAsync("plans", "list", "--available"));
    }

    [Fact]
    public async Task A_plan_is_made_from_a_file_and_its_id_is_all_that_is_printed()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", Account("/service_plans"), Plan, 201).Ok("POST", Account("/service_plans/p1"), Plan).Ok("GET", Account("/service_plans/p1"), Plan).Ok("DELETE", Account("/service_plans/p1"), Plan);
        var file = cli.File("retail.json", """{"name":"Retail",/* by hand */"plan":{},}""");

        Assert.Equal(new CliResult(0, "p1\n", ""), await cli.RunAsync("plans", "create", file));
        Assert.Equal(new CliResult(0, "", "Stored p1.\n"), await cli.RunAsync("plans", "set", "p1", file));
        Assert.Equal(new CliResult(0, Plan + "\n", ""), await cli.RunAsync("plans", "show", "p1", "--json"));
        Assert.Equal(new CliResult(0, "", "Deleted p1.\n"), await cli.RunAsync("plans", "delete", "p1"));

        Assert.Equal("""{"data":{"name":"Retail","plan":{}}}""", stub.Calls[0].Body);
        Assert.Equal(stub.Calls[0].Body, stub.Calls[1].Body);
    }

    [Fact]
    public async Task Plans_are_assigned_to_the_account_that_is_named()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var other = new string('b', 32);
        stub.Ok("POST", $"/v2/accounts/{other}/services/p1", """{"p0":{"vendor_id":"x"},"p1":{"vendor_id":"x"}}""");
        stub.Ok("DELETE", $"/v2/accounts/{other}/services/p1", "{}");

        Assert.Equal(new CliResult(0, "", "The account is billed by p0, p1.\n"), await cli.RunAsync("plans", "assign", "p1", "--account", other));
        Assert.Equal(new CliResult(0, "[\"p0\",\"p1\"]\n", ""), await cli.RunAsync("plans", "assign", "p1", "--account", other, "--json"));
        Assert.Equal(new CliResult(0, "", "The account is billed by no plan.\n"), await cli.RunAsync("plans", "unassign", "p1", "--account", other));
    }

    [Fact]
    public async Task Changes_are_listed_with_who_made_them()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/services/audit?filter_source=limits&page_size=500"), $$$$$$"""
            [{"id":"a1","account_id":"{{{{{{ServerStub.Account}}}}}}","source":"limits","reason":"limits_changed","timestamp":63934444800,"authenticating_user":{"account_id":"r","account_name":"Reseller"},
              "tree":["m"],"audit":{"{{{{{{ServerStub.Account}}}}}}":{"account_name":"Alice","changes":{"before":{},"after":{"allow_postpay":true}}}}}]
            """);
        stub.Ok("GET", Account("/services/audit?page_size=1"), "[]");

        var found = await cli.RunAsync("plans", "audit", "--source", "limits");

        Assert.Equal(
            "TIME                  SOURCE  REASON          BY        CHANGE\n"
            + "2026-01-01T00:00:00Z  limits  limits_changed  Reseller  {\"before\":{},\"after\":{\"allow_postpay\":true}}\n", found.Out);
        Assert.Equal(new CliResult(0, "", "Nothing was changed.\n"), await cli.RunAsync("plans", "audit", "--limit", "1"));
    }

    [Fact]
    public async Task A_quote_says_what_buying_would_cost_and_which_numbers_cannot_be_had()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        var target = ServerStub.Numbers("/collection/activate?dry_run=true");
        stub.Ok("PUT", target, $"[{Invoice}]", more: $$""","errors":{"+14155550199":{{Refused}}}""");

        var text = await cli.RunAsync("quote", "4155550101", "4155550199");
        var json = await cli.RunAsync("quote", "4155550101", "4155550199", "--json");

        Assert.Equal(3, text.Code);
        Assert.Equal("  US DID: 2.50 once\n  US DID: 4.50 per period (3 at 1.50)\n  In all: 2.50 today, 4.50 per period for the account\n", text.Out);
        Assert.Equal("ocarina: number +14155550199 is not available (not_available)\n", text.Error);
        Assert.Equal($$$"""PUT {{{target}}} {"data":{"numbers":["4155550101","4155550199"]}}""", stub.Calls[0].ToString());
        Assert.StartsWith("""{"invoices":[{"activation_charges":[""", json.Out, StringComparison.Ordinal);
        Assert.EndsWith("""],"error":{"+14155550199":{"code":409,"error":"not_available","cause":"+14155550199","message":"number +14155550199 is not available"}}}""" + "\n", json.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_free_is_said_to_be_and_what_cannot_be_had_is_3()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("PUT", ServerStub.Numbers("/4155550101/reserve?dry_run=true"), "[]");
        stub.Fail("PUT", ServerStub.Numbers("/4155550199/reserve?dry_run=true"), 409, "not_available", Refused);
        stub.Fail("PUT", ServerStub.Numbers("/collection/activate?dry_run=true"), 400, "client error", $"{{\"+14155550199\":{Refused},\"error\":{{\"+14155550199\":{Refused}}}}}");

        Assert.Equal(new CliResult(0, "It costs nothing.\n", ""), await cli.RunAsync("quote", "4155550101", "--reserve"));
        foreach (var option in (string[][])[[], ["--reserve"]])
            Assert.Equal(new CliResult(3, "", "ocarina: number +14155550199 is not available (not_available)\n"), await cli.RunAsync(["quote", "4155550199", .. option]));
    }

    [Fact]
    public async Task Charges_are_listed_with_what_was_asked_for()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/charges?number=4155550101&kind=activation&period=2026-11&page_size=500"), """
            [{"id":"c1","kind":"activation","category":"phone_numbers","item":"did_us","quantity":1,"rate":2.5,"amount":2.5,"number":"+14155550101","period":"2026-11","created":63934444800,"cause":"o1"}]
            """);
        stub.Ok("GET", Account("/charges?page_size=1"), "[]");

        var found = await cli.RunAsync("charges", "list", "--number", "4155550101", "--kind", "activation", "--period", "2026-11");

        Assert.Equal(
            "CREATED               KIND        ITEM                  QUANTITY  RATE  AMOUNT  NUMBER        MONTH\n"
            + "2026-01-01T00:00:00Z  activation  phone_numbers/did_us  1         2.50  2.50    +14155550101  2026-11\n", found.Out);
        Assert.Equal(new CliResult(0, "", "There are no such charges.\n"), await cli.RunAsync("charges", "list", "--limit", "1"));
    }

    [Fact]
    public async Task A_difference_between_what_is_held_and_what_is_charged_is_3()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/charges/check"), """[{"account_id":"a","vendor_id":"v","category":"phone_numbers","item":"did_us","held":3,"charged":2}]""").Ok("GET", Account("/charges/check"), "[]");

        Assert.Equal(new CliResult(3, "ITEM                  HELD  CHARGED\nphone_numbers/did_us  3     2\n", ""), await cli.RunAsync("charges", "check"));
        Assert.Equal(new CliResult(0, "", "What is held is what is charged.\n"), await cli.RunAsync("charges", "check"));
    }

    [Fact]
    public async Task Costs_stand_beside_prices_a_line_for_each_currency()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/services/costs"), """
            [{"account_id":"a1","carrier":"voxbone","numbers":3,"unpriced":0,"costs":[{"currency":"EUR","setup":1.5,"monthly":2.0},{"currency":"USD","setup":0.0,"monthly":0.35}],"price":4.5},
             {"account_id":"a1","carrier":"bandwidth","numbers":2,"unpriced":2,"costs":[],"price":0.0}]
            """);

        var result = await cli.RunAsync("charges", "costs");

        Assert.Equal(
            "ACCOUNT  CARRIER    NUMBERS  UNPRICED  CURRENCY  SETUP  MONTHLY  PRICE\n"
            + "a1       voxbone    3        0         EUR       1.50   2.00     4.50\n"
            + "a1       voxbone    3        0         USD       0.00   0.35     4.50\n"
            + "a1       bandwidth  2        2         -         -      -        0.00\n", result.Out);
    }

    [Fact]
    public async Task Money_is_paid_in_and_what_is_left_is_shown()
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);
        stub.Ok("GET", Account("/ledgers/total"), """{"amount":7.5,"held":4}""");
        stub.Ok("POST", Account("/services/topup"), """{"transaction":{"id":"c1"},"ledger":{"amount":20.25}}""");

        Assert.Equal(new CliResult(0, "balance  7.50\nheld     4.00\n", ""), await cli.RunAsync("charges", "balance"));
        Assert.Equal(new CliResult(0, """{"amount":7.5,"held":4}""" + "\n", ""), await cli.RunAsync("charges", "balance", "--json"));
        Assert.Equal(new CliResult(0, "balance  20.25\n", ""), await cli.RunAsync("charges", "topup", "12.75"));
        Assert.Equal("""{"data":{"amount":12.75}}""", stub.Calls[^1].Body);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1,000")]
    [InlineData("much")]
    public async Task What_is_no_amount_is_not_sent(string amount)
    {
        await using var stub = await ServerStub.StartAsync();
        using var cli = CliRunner.For(stub);

        var result = await cli.RunAsync("charges", "topup", "--", amount);

        Assert.Equal((1, 0), (result.Code, stub.Calls.Count));
        Assert.Contains($"'{amount}' is not an amount of money.", result.Error, StringComparison.Ordinal);
    }
}
