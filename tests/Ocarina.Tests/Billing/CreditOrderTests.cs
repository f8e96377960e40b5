using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Features;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Credit is taken number by number in the order given, and nobody pays for what somebody else got (numbers.md 13.4).</summary>
public sealed class CreditOrderTests
{
    private const string Flat = """{"phone_numbers":{"_all":{"as":"number","rate":4}}}""";
    private const string Falling = """{"phone_numbers":{"_all":{"as":"number","rates":{"1":10,"5":8}}}}""";

    private const string Packs = """{"phone_numbers":{"_all":{"as":"number","rate":1,"step":10}}}""";

    private const string Services = """{"number_services":{"e911":{"rate":2,"cascade":true},"prepend":{"rate":3,"cascade":true}}}""";

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static ChargeConsent Agreed => new(isAccepted: true);

    [Theory, MemberData(nameof(Both))]
    public async Task Stock_and_purchases_of_one_list_take_credit_in_turn(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await LedgerBooks.OpenAsync(lab, Flat, credit: 12);
        var (one, three) = (await lab.OfferedAsync(), await lab.OfferedAsync());
        var (two, four) = (await StockAsync(lab), await StockAsync(lab));

        var results = await BuyAsync(lab, lab.Alice, one, two, three, four);

        Assert.Equal([null, null, null, "not_enough_credit"], results.Select(ErrorOf));
        Assert.Equal([one, two, three], results.OfType<NumberResult.Done>().Select(done => done.Record.Number));
        Assert.Equal(0, await billing.LeftAsync(lab));
        Assert.Null((await lab.NumberAsync(four))!.Account);
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_cannot_be_paid_at_a_carrier_leaves_nothing_to_later_stock_that_costs_more(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var billing = await LedgerBooks.OpenAsync(lab, Flat, credit: 4);
        var (stock, offered) = (await StockAsync(lab), await lab.OfferedAsync());
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();

        var results = await BuyAsync(lab, lab.Alice, offered, stock);
        await lab.RestAsync();

        // The purchase came first: it holds the credit while its carrier thinks.
        Assert.IsType<NumberResult.Pending>(results[0]);
        Assert.Equal("not_enough_credit", ErrorOf(results[1]));
        Assert.Equal((4m, 4m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_another_is_buying_neither_costs_nor_makes_the_rest_cheaper(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var billing = await LedgerBooks.OpenAsync(lab, Falling, credit: 10);
        var (taken, free) = (await lab.OfferedAsync(), await lab.OfferedAsync());
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        Assert.IsType<NumberResult.Pending>(Assert.Single(await BuyAsync(lab, lab.Bob, taken)));

        var results = await BuyAsync(lab, lab.Alice, taken, free);
        await lab.RestAsync();

        // 10 for the only one she gets; it would have been 6 more for the second of two, and too much for 10.
        Assert.Equal("not_available", ErrorOf(results[0]));
        Assert.IsType<NumberResult.Pending>(results[1]);
        Assert.Equal((10m, 10m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stock_that_went_to_another_is_not_in_the_price_of_the_rest(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await LedgerBooks.OpenAsync(lab, Falling, credit: 30);
        var (lost, mine, last) = (await RecordAsync(lab), await RecordAsync(lab), await RecordAsync(lab));
        Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(lab, lab.Bob, lost.Number)));

        var outcomes = await lab.One.Desk.Numbers.ApplyAsync(
            [To(lab, lost), To(lab, mine), To(lab, last)], new OrderEffects { Billing = lab.One.Desk.TermsOf(Agreed) }, null, WriteLane.Foreground, OrderLab.Ct);

        Assert.IsType<ChangeOutcome.Lost>(outcomes[0]);
        Assert.All(outcomes.Skip(1), outcome => Assert.IsType<ChangeOutcome.Written>(outcome));
        // 10 for the first and 6 for the second: not 6 and 8, as behind one that she did not get.
        Assert.Equal([6m, 10m], (await billing.ChargesAsync(new(lab.Alice) { Kind = ChargeKind.Recurring }, OrderLab.Ct)).Rows.Select(row => row.Line.Amount).Order());
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stock_that_went_to_another_leaves_its_price_to_the_rest(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await LedgerBooks.OpenAsync(lab, Flat, credit: 4);
        var (lost, mine) = (await RecordAsync(lab), await RecordAsync(lab));
        Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(lab, lab.Bob, lost.Number)));

        var outcomes = await lab.One.Desk.Numbers.ApplyAsync(
            [To(lab, lost), To(lab, mine)], new OrderEffects { Billing = lab.One.Desk.TermsOf(Agreed) }, null, WriteLane.Foreground, OrderLab.Ct);

        Assert.IsType<ChangeOutcome.Lost>(outcomes[0]);
        Assert.IsType<ChangeOutcome.Written>(outcomes[1]);
        Assert.Equal(0, await billing.LeftAsync(lab));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stock_that_went_to_another_opens_no_pack_for_the_rest(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await LedgerBooks.OpenAsync(lab, Packs, credit: 30);
        var (lost, mine) = (await RecordAsync(lab), await RecordAsync(lab));
        Assert.IsType<NumberResult.Done>(Assert.Single(await BuyAsync(lab, lab.Bob, lost.Number)));

        await lab.One.Desk.Numbers.ApplyAsync(
            [To(lab, lost), To(lab, mine)], new OrderEffects { Billing = lab.One.Desk.TermsOf(Agreed) }, null, WriteLane.Foreground, OrderLab.Ct);

        Assert.Equal(20, await billing.LeftAsync(lab));
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_a_carrier_refuses_opens_no_pack_for_the_rest(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var billing = await LedgerBooks.OpenAsync(lab, Packs, credit: 30);
        var (taken, refused, mine) = (await lab.OfferedAsync(), await lab.OfferedAsync(), await lab.OfferedAsync());
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        Assert.IsType<NumberResult.Pending>(Assert.Single(await BuyAsync(lab, lab.Bob, taken)));
        lab.Carrier.OnAcquire = (order, context, ct) => (order.Number == refused ? Answers.Refuse(CarrierErrorKind.NumberUnavailable) : lab.Carrier.SellSlowly())(order, context, ct);

        var results = await BuyAsync(lab, lab.Alice, taken, refused, mine);
        await lab.PassAsync(120, step: 10);

        Assert.Equal("not_available", ErrorOf(results[0]));
        await lab.AssertBoughtAsync(mine, lab.Alice);
        Assert.Null((await lab.NumberAsync(refused))?.Account);
        Assert.Equal((20m, 0m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await billing.MustBalanceAsync(lab);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_a_reseller_pays_for_a_request_stays_held_while_its_provider_is_tried(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var carol = await lab.Host.CreateAccountAsync("Carol", lab.Alice);
        var billing = await LedgerBooks.OpenAsync(lab, Services, credit: 10);
        var number = lab.Fresh();
        await lab.One.Create.RunAsync(lab.Admin, carol, [number.ToString()], new() { ["carrier_name"] = "inventory" }, NumberState.InService, OrderLab.Ct);
        lab.Provider.Applies.Enqueue((_, _, _) => ScriptedProvider.Lose());
        var fields = FeatureLab.Address();
        fields["prepend"] = new System.Text.Json.Nodes.JsonObject { ["enabled"] = true, ["name"] = "Sales: " };

        await lab.One.Update.RunAsync(Actor.Of(carol), carol, [number.ToString()], fields, merge: true, null, OrderLab.Ct, Agreed);
        await lab.RestAsync();

        // Carol pays nothing herself. What is held of Alice is the price of both features, not of the one that is tried.
        Assert.Equal((10m, 5m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_plan_that_comes_while_an_order_is_open_counts_its_number_and_costs_from_the_next_month_on(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        Assert.IsType<NumberResult.Pending>(Assert.Single(await BuyAsync(lab, lab.Alice, number)));
        await lab.RestAsync();
        var billing = await LedgerBooks.OpenAsync(lab, Flat, credit: 10);

        await lab.PassAsync(120, step: 10);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal((10m, 0m), await billing.BalanceAsync(lab.Alice, OrderLab.Ct));
        await billing.MustBalanceAsync(lab);
    }

    private static Task<IReadOnlyList<NumberResult>> BuyAsync(OrderLab lab, AccountId account, params PhoneNumber[] numbers) =>
        lab.One.Activate.RunAsync(Actor.Of(account), account, [.. numbers.Select(number => number.ToString())], null, OrderLab.Ct, Agreed);

    private static string? ErrorOf(NumberResult result) => (result as NumberResult.Failed)?.Error.Error;

    private static NumberChange To(OrderLab lab, NumberRecord before) =>
        new(before, before with { Account = lab.Alice, State = NumberState.InService }, NumberActions.Activated, Actor.Of(lab.Alice), null, lab.Host.Clock.GetUtcNow());

    private static async Task<PhoneNumber> StockAsync(OrderLab lab) => (await RecordAsync(lab)).Number;

    private static async Task<NumberRecord> RecordAsync(OrderLab lab)
    {
        var made = await lab.One.Create.RunAsync(
            lab.Admin, lab.Admin.Account!.Value, [lab.Fresh().ToString()], new() { ["carrier_name"] = "inventory" }, NumberState.Available, OrderLab.Ct);
        return Assert.IsType<NumberResult.Done>(Assert.Single(Assert.IsType<BatchOutcome.Finished>(made).Results)).Record;
    }
}
