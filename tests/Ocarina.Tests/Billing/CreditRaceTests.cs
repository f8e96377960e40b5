using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Billing;

/// <summary>Many buyers, one purse: what is there is spent, and not a cent more (numbers.md 13.4).</summary>
public sealed class CreditRaceTests
{
    private const int BuyersCount = 32;
    private const int Affordable = 10;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task Of_32_buyers_at_a_carrier_10_get_a_number_and_the_credit_is_used_exactly(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await BillAsync(lab);
        var numbers = new List<PhoneNumber>();
        for (var i = 0; i < BuyersCount; i++) numbers.Add(await lab.OfferedAsync());

        var results = await Task.WhenAll(numbers.Select(number => Task.Run(() => BuyAsync(lab.One, lab.Alice, number))));

        Assert.Equal(Affordable, results.Count(result => result is NumberResult.Done));
        Assert.All(results.OfType<NumberResult.Failed>(), failed => Assert.Equal((402, "not_enough_credit"), (failed.Error.Code, failed.Error.Error)));
        Assert.Equal(Affordable, lab.Carrier.Held.Count);
        // Who could not pay never got to the carrier.
        Assert.Equal(Affordable, lab.Carrier.Sent.Count);
        Assert.Equal((0m, 0m), await billing.BalanceAsync(lab.Alice, Ct));
        Assert.Empty(await billing.CompareAsync(lab.Alice, lab.One.Desk.BillingScope, Ct));
        Assert.Equal(2 * Affordable, (await billing.ChargesAsync(new ChargeQuery(lab.Alice) { PageSize = 1000 }, Ct)).Rows.Count(row => row.Line.Kind != ChargeKind.TopUp));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Two_processes_spend_one_purse(DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite) return; // one process to a file
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await BillAsync(lab);
        var other = await lab.AnotherAsync();
        var numbers = new List<PhoneNumber>();
        for (var i = 0; i < BuyersCount; i++) numbers.Add(await lab.OfferedAsync());

        var results = await Task.WhenAll(numbers.Select((number, i) => Task.Run(() => BuyAsync(i % 2 == 0 ? lab.One : other, lab.Alice, number))));

        Assert.Equal(Affordable, results.Count(result => result is NumberResult.Done));
        Assert.Equal((0m, 0m), await billing.BalanceAsync(lab.Alice, Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Credit_is_held_while_an_order_is_open_and_free_again_when_it_fails(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var billing = await BillAsync(lab);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();

        Assert.IsType<NumberResult.Pending>(await BuyAsync(lab.One, lab.Alice, number));
        await lab.RestAsync();
        Assert.Equal((40m, 4m), await billing.BalanceAsync(lab.Alice, Ct));
        Assert.Empty(await billing.CompareAsync(lab.Alice, lab.One.Desk.BillingScope, Ct));

        lab.Carrier.OnRecover = Answers.Refuse(Ocarina.Core.Carriers.CarrierErrorKind.InvalidRequest);
        await lab.PassAsync(120, step: 10);
        Assert.Equal(OrderOutcome.Refused, (await lab.OrderAsync(number)).Outcome);
        Assert.Equal((40m, 0m), await billing.BalanceAsync(lab.Alice, Ct));

        var kept = await lab.OfferedAsync();
        await BuyAsync(lab.One, lab.Alice, kept);
        await lab.RestAsync();
        lab.Carrier.OnRecover = null;
        await lab.PassAsync(120, step: 10);
        Assert.Equal(OrderOutcome.Acquired, (await lab.OrderAsync(kept)).Outcome);
        Assert.Equal((36m, 0m), await billing.BalanceAsync(lab.Alice, Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_purchase_that_the_carrier_takes_back_is_paid_back(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var billing = await BillAsync(lab);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult<Ocarina.Core.Carriers.CarrierOutcome>(
            ((Ocarina.Core.Carriers.CarrierOutcome.Done)lab.Carrier.Sell(order)) with { NeedsFollowUp = true });
        Assert.IsType<NumberResult.Done>(await BuyAsync(lab.One, lab.Alice, number));
        Assert.Equal(36m, (await billing.BalanceAsync(lab.Alice, Ct)).Balance);

        lab.Carrier.OnRecover = Answers.Refuse(Ocarina.Core.Carriers.CarrierErrorKind.NumberUnavailable);
        await lab.PassAsync(120, step: 10);

        Assert.Null((await lab.NumberAsync(number))?.Account);
        Assert.Equal(40m, (await billing.BalanceAsync(lab.Alice, Ct)).Balance);
        Assert.Empty(await billing.CompareAsync(lab.Alice, lab.One.Desk.BillingScope, Ct));
        var rows = (await billing.ChargesAsync(new ChargeQuery(lab.Alice) { Kind = ChargeKind.Reversal }, Ct)).Rows;
        Assert.Equal([-2.5m, -1.5m], rows.Select(row => row.Line.Amount).Order());
        Assert.All(rows, row => Assert.NotNull(row.Reverses));
    }

    // 4 for each number: 2.5 once and 1.5 for the first month; and 40 of them.
    private static Task<BillingDatabase> BillAsync(OrderLab lab) =>
        LedgerBooks.OpenAsync(lab, """{"phone_numbers":{"_all":{"as":"number","rate":1.5,"activation_charge":2.5}}}""", 4 * Affordable);

    private static async Task<NumberResult> BuyAsync(OrderProcess process, AccountId account, PhoneNumber number) => Assert.Single(
        await process.Activate.RunAsync(Actor.Of(account), account, [number.ToString()], null, Ct, new ChargeConsent(isAccepted: true)));
}
