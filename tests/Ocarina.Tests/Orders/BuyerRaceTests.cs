using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Sold once: whoever buys, in whatever process.</summary>
[Trait("Category", "Race")]
public sealed class BuyerRaceTests
{
    private const int Buyers = 32;

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Of_many_buyers_one_orders_his_own_account_waits_with_him_and_the_rest_get_409(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        OrderProcess[] processes = [lab.One, await lab.AnotherAsync()];
        for (var round = 0; round < 5; round++)
        {
            var number = await lab.OfferedAsync();
            lab.Carrier.Sent.Clear();
            var results = await Task.WhenAll(Enumerable.Range(0, Buyers).Select(async i =>
            {
                var account = i % 2 == 0 ? lab.Alice : lab.Bob;
                return (account, result: await Task.Run(() => processes[i / 2 % 2].BuyAsync(account, number)));
            }));

            var owner = (await lab.NumberAsync(number))!.Account!.Value;
            await lab.AssertBoughtAsync(number, owner);
            Assert.Single(lab.Carrier.Sent);
            Assert.All(results.Where(one => one.account == owner), one => Assert.IsType<NumberResult.Done>(one.result));
            Assert.All(results.Where(one => one.account != owner), one =>
                Assert.Equal((409, "not_available"), (Assert.IsType<NumberResult.Failed>(one.result).Error.Code, Assert.IsType<NumberResult.Failed>(one.result).Error.Error)));
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_second_request_of_the_account_attaches_to_the_order_that_is_open(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();

        var first = await lab.OrderAndLeaveAsync(lab.Alice, number);
        var second = Assert.IsType<NumberResult.Pending>(await lab.One.BuyAsync(lab.Alice, number));
        var other = Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Bob, number));

        Assert.Equal((first.Id, OrderPhase.Accepted), (second.Order, second.Phase));
        Assert.Equal("not_available", other.Error.Error);
        Assert.Single(lab.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Whoever_comes_after_the_settlement_finds_the_number_sold(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.BoughtAsync();

        // Both decided on what they saw before: one of another account, one of the same.
        foreach (var (account, revision) in ((AccountId, long)[])[(lab.Bob, 0), (lab.Alice, 0)])
        {
            var row = Row(lab, number, account);
            Assert.IsType<IntentOutcome.Changed>(Assert.Single(await lab.One.Orders.InsertAsync([new OrderIntent(row, revision)], null, OrderLab.Ct)));
            Assert.Null(await lab.One.Orders.FindAsync(row.Id, OrderLab.Ct));
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_does_not_come_to_life_beside_an_order_that_buys_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        for (var round = 0; round < 60; round++)
        {
            var number = lab.Fresh();
            var row = Row(lab, number, lab.Alice);
            var now = lab.Host.Clock.GetUtcNow();
            var record = row.ToDiscovery() with { State = NumberState.Available, Carrier = CarrierName.Inventory, StateSince = now };
            var change = new NumberChange(null, record, NumberActions.Created, Actor.System, null, now);

            var claiming = Task.Run(() => lab.One.Orders.InsertAsync([new OrderIntent(row, 0)], null, OrderLab.Ct));
            var creating = Task.Run(() => lab.One.Desk.Numbers.ApplyAsync(
                [change], new OrderEffects { Taken = new HashSet<PhoneNumber> { number } }, null, WriteLane.Foreground, OrderLab.Ct));

            var claimed = (await claiming)[0] is IntentOutcome.Claimed;
            var created = (await creating)[0] is ChangeOutcome.Written;
            Assert.True(claimed != created, $"claimed: {claimed}, created: {created}");
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Batches_that_overlap_sell_each_number_once(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        List<PhoneNumber> numbers = [];
        for (var i = 0; i < 20; i++) numbers.Add(await lab.OfferedAsync());
        OrderProcess[] processes = [lab.One, await lab.AnotherAsync()];

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
        {
            var account = i % 2 == 0 ? lab.Alice : lab.Bob;
            var texts = (i % 3 == 0 ? numbers : Enumerable.Reverse(numbers)).Skip(i % 4).Select(number => number.ToString()).ToList();
            return processes[i % 2].Activate.RunAsync(Actor.Of(account), account, texts, null, OrderLab.Ct);
        })));

        Assert.DoesNotContain(results.SelectMany(one => one), result => result is NumberResult.Pending);
        Assert.Equal(20, lab.Carrier.Sent.Count);
        foreach (var number in numbers) await lab.AssertBoughtAsync(number, (await lab.NumberAsync(number))!.Account!.Value);
    }

    private static OrderRow Row(OrderLab lab, PhoneNumber number, AccountId account)
    {
        var now = lab.Host.Clock.GetUtcNow();
        return new OrderRow
        {
            Id = OrderKey.New(lab.Host.Clock), Kind = OrderKind.Acquire, Phase = OrderPhase.Prepared, Number = number, Carrier = lab.Carrier.Name,
            Account = account, Actor = Actor.Of(account), NextAttempt = now, Created = now, Modified = now,
        };
    }
}
