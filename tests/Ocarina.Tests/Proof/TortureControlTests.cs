using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Tests.Carriers;
using Ocarina.Tests.Sandbox;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>The control of the torture test: a shop that asks the carrier first and writes afterwards passes in fair weather, and is found out as soon as it dies between the two.</summary>
public sealed class TortureControlTests
{
    private const int Purchases = 40;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_careless_shop_passes_the_check_when_nothing_happens()
    {
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        var shop = await ShopAsync(bench, isKilled: () => false);
        Assert.Equal(Purchases, shop.Told.Won.Count);
        Assert.Empty(await FaultsAsync(bench, shop));
    }

    [Fact]
    public async Task The_careless_shop_fails_the_check_when_it_is_killed_at_random()
    {
        var random = new Random(Seeds.Next());
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        var lives = 0;

        // Each life ends at a random step; the first at once, so that there is one death between call and writing whatever the seed.
        var shop = await ShopAsync(bench, isKilled: () => lives++ == 0 || random.Next(5) == 0);

        var faults = await FaultsAsync(bench, shop);
        Assert.Contains(faults, fault => fault.Contains("is paid for at bandwidth2, and we do not have it", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("by an order that is not ours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shop_that_takes_a_lost_answer_for_a_no_fails_the_check()
    {
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        await bench.FaultAsync("order_create", "drop_after_booking", times: 3);
        var shop = await ShopAsync(bench, isKilled: () => false, asks: false);
        Assert.Equal(3, (await FaultsAsync(bench, shop)).Count(fault => fault.Contains("is paid for", StringComparison.Ordinal)));
    }

    private static async Task<Shop> ShopAsync(Bandwidth2Bench bench, Func<bool> isKilled, bool asks = true)
    {
        var shop = new Shop(bench, isKilled, asks);
        foreach (var hit in await bench.FindAsync("+1303", Purchases, Ct)) await shop.BuyAsync(hit.Number);
        return shop;
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(Bandwidth2Bench bench, Shop shop)
    {
        using var control = SandboxLab.NewClient(bench.Sandbox.ControlAddress);
        return TortureCheck.Faults(CarrierBooks.Read(await SandboxLab.AskAsync(control, "/ledger")), shop.Books, [shop.Told], ["bandwidth2"]);
    }

    /// <summary>How not to do it.</summary>
    private sealed class Shop(Bandwidth2Bench bench, Func<bool> isKilled, bool asks)
    {
        private readonly List<OurOrder> _orders = [];
        private readonly List<OurNumber> _numbers = [];

        public Told Told { get; } = new("alice");

        public OurBooks Books => new(_orders, _numbers);

        public async Task BuyAsync(PhoneNumber number)
        {
            Told.Asked.Add(number.ToString());
            var order = Bandwidth2Bench.Order(number);
            var outcome = await bench.Carrier.AcquireAsync(order, bench.Context(), Ct);
            if (asks || outcome is CarrierOutcome.Pending) outcome = await bench.SettleAsync(order, outcome, bench.Context(), Ct);
            if (isKilled()) return; // everything that this life knew is gone
            if (outcome is not CarrierOutcome.Done) return;
            _numbers.Add(new OurNumber(number.ToString(), "bandwidth2", "in_service", Told.Account, IsHeld: true));
            _orders.Add(new OurOrder(order.Key.ToString(), "acquire", "done", "acquired", number.ToString(), "bandwidth2", Told.Account));
            Told.Won.Add(number.ToString());
        }
    }
}
