using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Quotes: quantities priced by plans (numbers.md 13; `http-api.md` 2.7 and 6).</summary>
public sealed class InvoiceTests
{
    private static readonly AccountId Reseller = AccountId.Parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private static readonly AccountId Customer = AccountId.Parse("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");

    [Theory]
    [InlineData("e911", "e911", true)]
    [InlineData("dash_e911", "e911", true)]
    [InlineData("telnyx_e911", "e911", true)]
    [InlineData("cnam", "inbound_cnam", true)]
    [InlineData("vitelity_cnam", "outbound_cnam", true)]
    [InlineData("cnam", "e911", false)]
    [InlineData("dash_e911", "prepend", false)]
    public void A_feature_is_priced_under_its_own_name_or_that_of_a_provider(string priced, string feature, bool isPriced)
    {
        var plan = new ServicePlan(new JsonObject { ["number_services"] = new JsonObject { [priced] = new JsonObject { ["rate"] = 1 } } });
        var wanted = new ChargeItem("number_services", feature);

        Assert.Equal(isPriced ? wanted with { Item = priced } : (ChargeItem?)null, plan.Find(wanted)?.Billed);
        Assert.Null(plan.Find(wanted with { Category = "phone_numbers" }));
    }

    [Theory]
    [InlineData("dash_e911", 5)]
    [InlineData("cnam", 5)]
    public void A_minimum_of_what_several_names_share_is_owed_once(string priced, int billed)
    {
        var plan = new ServicePlan(new JsonObject { ["number_services"] = new JsonObject { [priced] = new JsonObject { ["rate"] = 1, ["minimum"] = 5 } } });
        var usage = AccountUsage.None with
        {
            Own = Quantities.Of(((IEnumerable<(string, long)>)[("e911", 1), ("inbound_cnam", 2), ("outbound_cnam", 1)]).Select(unit => KeyValuePair.Create(new ChargeItem("number_services", unit.Item1), unit.Item2))),
        };

        var invoice = Assert.Single(InvoiceMaker.Make(default, [new AccountPlan(default, [], plan)], AccountUsage.None, usage));

        Assert.Equal((priced, billed), Assert.Single(invoice.Items.Select(item => (item.Key.Item, (int)item.After.Billable))));
    }

    [Fact]
    public void The_quote_of_the_specification()
    {
        var quote = Quote(
            """{"phone_numbers":{"did_us":{"name":"US DID","rate":1.0,"activation_charge":2.5,"discounts":{"single":{"rate":1.0}}}}}""", DidUs(10), DidUs(11));

        Json("""
            [{"activation_charges":[{"category":"phone_numbers","item":"did_us","name":"US DID","billable":1,"rate":2.5,"total":2.5}],
              "items":[{"category":"phone_numbers","item":"did_us","name":"US DID","quantity":11,"billable":11,"rate":1.0,"total":10.0,
                "discounts":{"total":1.0,"single":{"rate":1.0}},"discount":1.0,
                "changes":{"type":"modified","reason":"number_assignment","difference":{"quantity":1,"billable":1,"total":1.0}}}],
              "taxes":[],"summary":{"today":2.5,"recurring":10.0},
              "plan":{"phone_numbers":{"did_us":{"name":"US DID","rate":1.0,"activation_charge":2.5,"discounts":{"single":{"rate":1.0}}}}},
              "bookkeeper":{"type":"default","vendor_id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}]
            """, InvoiceJson.Write(quote, "number_assignment"));
    }

    [Fact]
    public void The_older_quote_of_the_specification()
    {
        var quote = Quote(
            """
            {"phone_numbers":{"did_us":{"rate":1.2,"activation_charge":2.5,"minimum":2,
              "discounts":{"single":{"rate":0.3},"cumulative":{"rate":0.1,"maximum":4}}}}}
            """, DidUs(5), DidUs(7));

        var old = InvoiceJson.WriteOld(quote);

        Assert.Equal(5.0m, old["activation_charges"]!.GetValue<decimal>());
        var item = old["phone_numbers"]!["did_us"]!;
        Assert.Equal(7, item["quantity"]!.GetValue<long>());
        Assert.Equal(0.3m, item["single_discount_rate"]!.GetValue<decimal>());
        Assert.Equal(4, item["cumulative_discount"]!.GetValue<long>());
        Assert.Equal(2.5m, item["activation_charges"]!.GetValue<decimal>());
    }

    [Fact]
    public void An_account_without_plan_pays_nothing() =>
        Assert.Empty(InvoiceMaker.Make(Customer, [], AccountUsage.None, new AccountUsage(DidUs(1000), Quantities.None)));

    [Theory]
    [InlineData("""{"rate":2}""", 3, 3, 2, 6)]
    [InlineData("""{"rate":2,"step":5}""", 3, 5, 2, 10)]
    [InlineData("""{"rate":2,"minimum":4}""", 3, 4, 2, 8)]
    [InlineData("""{"rate":2,"minimum":4}""", 0, 4, 2, 8)]
    [InlineData("""{"rate":2,"maximum":2}""", 3, 2, 2, 4)]
    [InlineData("""{"rate":2,"rates":{"5":1.5,"10":1}}""", 3, 3, 1.5, 4.5)]
    [InlineData("""{"rate":2,"rates":{"5":1.5,"10":1}}""", 6, 6, 1, 6)]
    [InlineData("""{"rate":2,"rates":{"5":1.5,"10":1}}""", 11, 11, 2, 22)]
    [InlineData("""{"rate":2,"flat_rate":9}""", 7, 1, 9, 9)]
    [InlineData("""{"rate":2,"flat_rate":9}""", 0, 0, 9, 0)]
    [InlineData("""{"rate":2,"flat_rate":9,"flat_rates":{"10":5}}""", 7, 1, 5, 5)]
    [InlineData("""{"rate":2,"discounts":{"single":{}}}""", 3, 3, 2, 4)]
    [InlineData("""{"rate":2,"discounts":{"single":{"rate":0.5,"minimum":4}}}""", 3, 3, 2, 6)]
    [InlineData("""{"rate":2,"discounts":{"cumulative":{"rate":0.5}}}""", 3, 3, 2, 4.5)]
    [InlineData("""{"rate":2,"discounts":{"cumulative":{"rate":0.5,"maximum":2}}}""", 3, 3, 2, 5)]
    [InlineData("""{"rate":0,"discounts":{"single":{"rate":1}}}""", 3, 3, 0, 0)]
    [InlineData("""{"rate":0.1}""", 3, 3, 0.1, 0.3)]
    public void A_quantity_has_its_price(string item, long quantity, long billable, decimal rate, decimal total)
    {
        var priced = new PlanItem((JsonObject)JsonNode.Parse(item)!).Price(quantity);

        Assert.Equal((billable, rate, total), (priced.Billable, priced.Rate, priced.Total));
    }

    [Fact]
    public void All_prices_the_rest_under_another_name_and_not_what_is_excepted()
    {
        var plan = """{"phone_numbers":{"_all":{"rate":3,"as":"number","exceptions":["tollfree_us"]},"did_us":{"rate":1}}}""";
        var after = Quantities.Of(
            [Pair("phone_numbers", "did_us", 2), Pair("phone_numbers", "international", 1), Pair("phone_numbers", "caribbean", 1), Pair("phone_numbers", "tollfree_us", 5)]);

        var invoice = Assert.Single(Quote(plan, Quantities.None, after));

        Assert.Equal([("did_us", 2L, 2m), ("number", 2L, 6m)], invoice.Items.Select(item => (item.Key.Item, item.After.Billable, item.After.Total)));
    }

    [Fact]
    public void Units_below_count_where_the_item_cascades()
    {
        var plan = Plan("""{"phone_numbers":{"did_us":{"rate":1,"cascade":true},"tollfree_us":{"rate":1}}}""");
        var below = Quantities.Of([Pair("phone_numbers", "did_us", 4), Pair("phone_numbers", "tollfree_us", 4)]);

        var invoice = Assert.Single(InvoiceMaker.Make(Reseller, [plan], AccountUsage.None, new AccountUsage(DidUs(1), below)));

        Assert.Equal(5, Assert.Single(invoice.Items).After.Quantity);
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, false)]
    public void Only_what_is_added_has_to_be_accepted(int before, int after, bool needs) =>
        Assert.Equal(needs, Quote("""{"phone_numbers":{"did_us":{"rate":1}}}""", DidUs(before), DidUs(after))[0].NeedsAcceptance);

    [Fact]
    public void What_is_free_needs_no_acceptance() => Assert.False(Quote("""{"phone_numbers":{"did_us":{"rate":0}}}""", DidUs(0), DidUs(1))[0].NeedsAcceptance);

    [Fact]
    public void The_amount_is_activation_and_the_rise_of_the_total() =>
        Assert.Equal(3.5m, Quote("""{"phone_numbers":{"did_us":{"rate":1,"activation_charge":2.5}}}""", DidUs(4), DidUs(5))[0].Amount);

    [Theory]
    [InlineData(PlanStrategy.Simple, """{"did_us":{"rate":2}}""")]
    [InlineData(PlanStrategy.Recursive, """{"did_us":{"rate":2,"activation_charge":3}}""")]
    [InlineData(PlanStrategy.Cumulative, """{"did_us":{"rate":3.0,"activation_charge":3}}""")]
    public void Plans_of_one_vendor_merge(PlanStrategy strategy, string expected)
    {
        var merged = PlanMerge.Of(
        [
            (Body("""{"phone_numbers":{"did_us":{"rate":1,"activation_charge":3}}}"""), PlanStrategy.Simple),
            (Body("""{"phone_numbers":{"did_us":{"rate":2}}}"""), strategy),
        ]);

        Json(expected, merged["phone_numbers"]!);
    }

    private static IReadOnlyList<Invoice> Quote(string plan, Quantities before, Quantities after) =>
        InvoiceMaker.Make(Customer, [Plan(plan)], new AccountUsage(before, Quantities.None), new AccountUsage(after, Quantities.None));

    private static AccountPlan Plan(string body) => new(Reseller, [], new ServicePlan(Body(body)));

    private static Quantities DidUs(long count) => Quantities.Of([Pair("phone_numbers", "did_us", count)]);

    private static KeyValuePair<ChargeItem, long> Pair(string category, string item, long count) => new(new ChargeItem(category, item), count);

    private static JsonObject Body(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static void Json(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.ToJsonString())), actual.ToJsonString());
}
