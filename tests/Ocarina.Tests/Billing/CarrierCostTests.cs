using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Storage;
using Ocarina.Tests.Proof;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>What carriers ask stays with the number, and stands beside what its owner pays.</summary>
public sealed class CarrierCostTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task What_a_carrier_asked_is_kept_with_the_number_and_shown_to_admins_only(DatabaseKind kind)
    {
        await using var practice = await PracticeServer.StartAsync(kind, "bandwidth2", "voxbone");
        await practice.SetAsync("number_manager.bandwidth2", new JsonObject { ["costs"] = new JsonObject { ["did_us"] = Cost(0, 0.35m), ["_all"] = Cost(1, 2) } });
        var (server, alice) = (practice.Server, await practice.Server.CreateAccountAsync("Alice"));
        await SellAsync(server, alice);
        var us = await FirstAsync(practice, alice, "?prefix=415&quantity=5", "bandwidth2");
        var be = await FirstAsync(practice, alice, "?prefix=%2B329&country=BE&quantity=50", "voxbone");
        var bought = await practice.CallAsync(alice, "PUT", "/collection/activate?accept_charges=true", $$"""{"numbers":["{{us["number"]}}","{{be["number"]}}"]}""");
        Assert.True(bought.Status == 201 && bought.Data!["success"]!.AsObject().Count == 2, bought.Text);

        // The one names its price in the search, of the other the operator's list tells.
        Assert.Equal(("USD", 0m, 0.35m), await CostAsync(practice, server.Master, alice, us));
        var asked = be["price"]!;
        Assert.Equal(((string?)asked["currency"], Amount(asked["setup"]), Amount(asked["monthly"])), await CostAsync(practice, server.Master, alice, be));
        Assert.Equal(default, await CostAsync(practice, alice, alice, us));

        var report = (await server.SendAsync("GET", $"/v2/accounts/{server.Master}/services/costs")).Data!.AsArray();
        Assert.Equal(["bandwidth2", "voxbone"], report.Select(row => (string?)row!["carrier"]));
        Assert.All(report, row => Assert.Equal((alice, 1, 0), ((string?)row!["account_id"], (int)row["numbers"]!, (int)row["unpriced"]!)));
        Assert.Equal(0.35m, (decimal)Assert.Single(report[0]!["costs"]!.AsArray())!["monthly"]!);
        Assert.Equal((string?)asked["currency"], (string?)Assert.Single(report[1]!["costs"]!.AsArray())!["currency"]);
        // Two numbers at 2, and 1 off the first: what the account pays is shared between them.
        Assert.Equal([1.5m, 1.5m], report.Select(row => (decimal)row!["price"]!));
        Assert.Equal(403, (await server.SendAsync("GET", $"/v2/accounts/{alice}/services/costs", token: await server.TokenAsync(alice))).Status);

        var verified = await server.SendAsync("POST", "/v2/ledger/verify");
        Assert.True(verified.Status == 200 && verified.Data!["different"]!.AsArray().Count == 0, verified.Text);
    }

    [Theory]
    [InlineData("""{"did_us":5}""")]
    [InlineData("""{"did_us":{"monthly":0.35}}""")]
    [InlineData("""{"did_us":{"currency":"usd","monthly":0.35}}""")]
    [InlineData("""{"did_us":{"currency":"USD","monthly":-1}}""")]
    [InlineData("""{"did_us":{"currency":"USD","setup":"much"}}""")]
    public void A_list_of_costs_that_cannot_be_read_is_not_stored(string costs)
    {
        var problems = Core.Configuration.ConfigSchemas.Validate("number_manager.bandwidth2", new JsonObject { ["costs"] = JsonNode.Parse(costs) });

        Assert.Contains(problems, problem => problem.Path == "costs" && !problem.IsWarning);
    }

    [Theory]
    [InlineData("0", "0.35", 0, 35, 2)]
    [InlineData("1", "0.0075", 10_000, 75, 4)]
    public void Amounts_become_whole_numbers_of_the_smallest_unit_they_need(string setup, string monthly, long setupMinor, long monthlyMinor, int exponent)
    {
        var price = CarrierPrice.Of("USD", Decimal(setup), Decimal(monthly));

        Assert.Equal(new CarrierPrice("USD", setupMinor, monthlyMinor, exponent), price);
        Assert.Equal((Decimal(setup), Decimal(monthly)), (price!.Setup, price.Monthly));
        Assert.Equal(price, CarrierPrice.Read(price.ToJson()));
    }

    [Theory]
    [InlineData("-1", "0")]
    [InlineData("0", "0.00000000001")]
    [InlineData("1000000000000", "0")]
    public void What_is_no_cost_is_none(string setup, string monthly) => Assert.Null(CarrierPrice.Of("USD", Decimal(setup), Decimal(monthly)));

    [Fact]
    public void A_bill_is_shared_among_carriers_by_what_their_numbers_count_for()
    {
        var (payer, one, two) = (AccountId.Parse(new string('b', 32)), CarrierName.Parse("one"), CarrierName.Parse("two"));
        var plan = new AccountPlan(AccountId.Parse(new string('a', 32)), [], new ServicePlan(
            JsonNode.Parse("""{"phone_numbers":{"did_us":{"flat_rate":9},"_all":{"as":"number","rate":1}},"number_services":{"e911":{"rate":2}}}""")!.AsObject()));
        var units = new Dictionary<CarrierName, Quantities>
        {
            [one] = Count(("phone_numbers", "did_us", 2), ("phone_numbers", "international", 1), ("number_services", "e911", 1)),
            [two] = Count(("phone_numbers", "did_us", 1), ("phone_numbers", "tollfree_us", 3), ("number_carriers", "knm_two", 4)),
        };

        var invoices = InvoiceMaker.Make(payer, [plan], AccountUsage.None, new AccountUsage(units[one].Plus(units[two]), Quantities.None));
        var shares = CarrierShares.Of(invoices, units);

        Assert.Equal((6m + 1 + 2, 3m + 3), (shares[one], shares[two]));
        Assert.Equal(invoices.Sum(invoice => invoice.Recurring), shares.Values.Sum());
    }

    private static Quantities Count(params (string Category, string Item, long Count)[] counts) =>
        Quantities.Of(counts.Select(count => KeyValuePair.Create(new ChargeItem(count.Category, count.Item), count.Count)));

    private static JsonObject Cost(decimal setup, decimal monthly) => new() { ["currency"] = "USD", ["setup"] = setup, ["monthly"] = monthly };

    private static async Task SellAsync(TestServer server, string account)
    {
        var plan = await server.SendAsync("PUT", $"/v2/accounts/{server.Master}/service_plans", """{"data":{"name":"Retail","plan":{"phone_numbers":{"_all":{"as":"number","rate":2,"discounts":{"single":{"rate":1}}}}}}}""");
        Assert.True(plan.Status == 201, plan.Text);
        Assert.Equal(200, (await server.SendAsync("POST", $"/v2/accounts/{account}/services/{plan.Data!["id"]}")).Status);
    }

    // One that needs no papers.
    private static async Task<JsonNode> FirstAsync(PracticeServer practice, string account, string query, string carrier) =>
        (await practice.CallAsync(account, "GET", query)).Data!.AsArray().First(row => (string?)row!["carrier"] == carrier && row["restrictions"] is null)!;

    private static async Task<(string? Currency, decimal Setup, decimal Monthly)> CostAsync(PracticeServer practice, string reader, string owner, JsonNode found)
    {
        var shown = await practice.Server.SendAsync(
            "GET", $"/v2/accounts/{owner}/phone_numbers/{Uri.EscapeDataString((string)found["number"]!)}", token: await practice.Server.TokenAsync(reader));
        return shown.Data!["_read_only"]!["carrier_cost"] is { } cost ? ((string?)cost["currency"], Amount(cost["setup"]), Amount(cost["monthly"])) : default;
    }

    private static decimal Amount(JsonNode? node) => Decimal(node!.ToString());

    private static decimal Decimal(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
