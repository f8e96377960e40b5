using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>What is being bought counts for all that it will be: its class, and its features (numbers.md 13.1, 13.4).</summary>
public sealed class GroupPriceTests
{
    private const string Offer = "acme:1196";
    private const string ByClass = """{"phone_numbers":{"did_us":{"rate":4},"unknown":{"rate":9}}}""";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static ChargeConsent Agreed => new(isAccepted: true);

    [Theory]
    [InlineData("+1205XXXXXXX", "+12052222222")]
    [InlineData("+3249*", "+32492222222")]
    [InlineData("+4420794601234*", "+4420794601234")]
    [InlineData("1205XXXXXXX", null)]
    [InlineData("some", null)]
    [InlineData("+12X5Y", null)]
    [InlineData(null, null)]
    public void A_number_as_a_pattern_says(string? pattern, string? number) => Assert.Equal(number, GroupOffer.Sample(pattern)?.ToString());

    [Theory, MemberData(nameof(Both))]
    public async Task Some_number_of_a_group_costs_what_its_class_costs(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, "+1415XXXXXXX");
        var billing = await LedgerBooks.OpenAsync(lab, ByClass, credit: 8);
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, lab.Fresh()));

        var asked = new ChargeConsent(isAccepted: false);
        await BuyAsync(lab, 2, asked);
        var bought = await BuyAsync(lab, 3, Agreed);

        Assert.Equal(8, Assert.Single(asked.Quote!).Recurring);
        Assert.Equal(2, bought.OfType<NumberResult.Done>().Count());
        Assert.Equal("not_enough_credit", Assert.Single(bought.OfType<NumberResult.Failed>()).Error.Error);
        Assert.Equal(0, await billing.LeftAsync(lab));
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_comes_and_counts_for_something_else_is_charged_as_what_came(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, pattern: null);
        var billing = await LedgerBooks.OpenAsync(lab, ByClass, credit: 10);
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, lab.Fresh()));

        Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(lab, 1, Agreed)));

        Assert.Equal((6m, 0m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Features_of_what_is_being_bought_count(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, pattern: null, waits: false);
        var billing = await LedgerBooks.OpenAsync(lab, """{"number_services":{"prepend":{"rates":{"1":10,"5":8}}}}""", credit: 16);
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        var fields = new JsonObject { ["prepend"] = new JsonObject { ["enabled"] = true, ["name"] = "Sales" } };
        var numbers = new[] { await lab.OfferedAsync(), await lab.OfferedAsync() };

        foreach (var number in numbers)
        {
            var bought = await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], fields, OrderLab.Ct, Agreed);
            Assert.IsType<NumberResult.Pending>(Assert.Single(bought));
        }

        // 10 for the first, and 6 for the second of two at 8.
        Assert.Equal((16m, 16m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await lab.RestAsync();
        await lab.PassAsync(120, step: 10);
        foreach (var number in numbers) await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal((0m, 0m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Features_of_some_number_of_a_group_are_priced_and_looked_at_first(DatabaseKind kind)
    {
        await using var lab = await StartAsync(kind, "+1415XXXXXXX");
        var billing = await LedgerBooks.OpenAsync(lab, """{"number_services":{"prepend":{"rate":3}}}""", credit: 5);
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult(lab.Carrier.Sell(order, lab.Fresh()));

        var refused = await BuyAsync(lab, 1, Agreed, """{"failover":{"e164":"+14155550199"}}""");
        var bought = await BuyAsync(lab, 2, Agreed, """{"prepend":{"enabled":true,"name":"Sales"}}""");

        Assert.Equal((403, "failover"), (Assert.IsType<NumberResult.Failed>(Assert.Single(refused)).Error.Code, ((NumberResult.Failed)refused[0]).Error.Cause));
        Assert.IsType<NumberResult.Done>(bought[0]);
        Assert.Equal("not_enough_credit", Assert.IsType<NumberResult.Failed>(bought[1]).Error.Error);
        Assert.Single(lab.Carrier.Sent);
        Assert.Equal((2m, 0m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await billing.MustBalanceAsync(lab);
    }

    private static Task<IReadOnlyList<NumberResult>> BuyAsync(OrderLab lab, int quantity, ChargeConsent consent, string? fields = null) => lab.One.Activate.BuyOffersAsync(
        Actor.Of(lab.Alice), lab.Alice, [(Offer, quantity)], fields is null ? null : JsonNode.Parse(fields)!.AsObject(), OrderLab.Ct, consent);

    private static async Task<OrderLab> StartAsync(DatabaseKind kind, string? pattern, bool waits = true)
    {
        var lab = await OrderLab.StartAsync(kind, waits);
        var offer = new StoredGroupOffer(Offer, lab.Carrier.Name, DocumentText.Empty, lab.Host.Clock.GetUtcNow().AddDays(1)) { Pattern = pattern };
        await lab.One.Desk.Numbers.RememberGroupOffersAsync(lab.Alice, [offer], OrderLab.Ct);
        return lab;
    }
}
