using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Orders;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>The configuration names another account of the carrier than a number was bought under: there the number is unknown, and billed where it was bought.</summary>
public sealed class MovedAccountTests
{
    private const string Number = "+12562795733";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bandwidth2_asks_no_other_account_to_release_a_number()
    {
        await using var bench = await Bandwidth2Bench.StartAsync(Ct);
        var bought = Bandwidth2Bench.Order(await bench.AnyNumberAsync(Ct));
        var data = Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(bought, Ct)).CarrierData;
        var release = Bandwidth2Bench.Order(bought.Number, OrderKind.Disconnect) with { CarrierData = data };
        var (before, moved) = (await bench.CountAsync(""), bench.Context(("account_id", "9500002")));

        AssertStranded(await bench.Carrier.DisconnectAsync(release, moved, Ct), "bought under account 9500001, configuration has 9500002");
        AssertStranded(await bench.Carrier.RecoverAsync(release, moved, Ct), "bought under account 9500001, configuration has 9500002");
        Assert.Equal(before, await bench.CountAsync(""));

        Assert.IsType<CarrierOutcome.Done>(await bench.SettleAsync(release, await bench.Carrier.DisconnectAsync(release, bench.Context(), Ct), bench.Context(), Ct));
        Assert.Empty(await bench.HeldAsync());
    }

    [Fact]
    public async Task Bandwidth_hands_a_number_of_another_key_to_nobody_and_keeps_no_key()
    {
        await using var bench = await BandwidthBench.StartAsync();
        var hit = await bench.AnyAsync();
        var data = Assert.IsType<CarrierOutcome.Done>(await bench.BuyAsync(BandwidthBench.Order(hit.Number, hit.CarrierData.ToString()))).CarrierData;
        var release = BandwidthBench.Order(hit.Number, data.ToString()) with { Kind = OrderKind.Disconnect };
        var moved = bench.Context("""{"developer_key":"another-developer-key","release_via":"bandwidth2"}""");
        var key = bench.Sandbox.Host.Credentials.DeveloperKey;

        AssertStranded(await bench.Carrier.DisconnectAsync(release, moved, Ct), "bought under a developer_key with the mark ");
        AssertStranded(await bench.Carrier.RecoverAsync(release, moved, Ct), "bought under a developer_key with the mark ");
        Assert.DoesNotContain(key, data.ToString(), StringComparison.Ordinal);
        Assert.IsType<CarrierOutcome.Stranded>(await bench.Carrier.DisconnectAsync(release, bench.Context(), Ct)); // its own key, and no way to release
    }

    [Theory]
    [InlineData("username", "somebody else")]
    [InlineData("environment", "beta")]
    public async Task Voxbone_asks_no_other_account_to_release_a_number(string key, string value)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        bench.Settings["api_key"] = "key-of-a-test"; // what beta takes
        var release = await BuyAsync(stub, bench);
        var own = bench.Settings[key]?.DeepClone();
        var seen = stub.Seen.Count;

        bench.Settings[key] = value;
        AssertStranded(await bench.DisconnectAsync(release), "bought under production, user name with the mark ");
        AssertStranded(await bench.RecoverAsync(release), "bought under production, user name with the mark ");
        Assert.Equal(seen, stub.Seen.Count);

        bench.Settings[key] = own;
        Assert.DoesNotContain("\"sandbox\"", release.CarrierData.ToString(), StringComparison.Ordinal); // the user's name
        Assert.IsType<CarrierOutcome.Done>(await bench.DisconnectAsync(release));
        Assert.Empty(stub.Dids);
    }

    // A key is changed from time to time, and the account stays: the number says which it was.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Voxbone_with_another_key_releases_what_it_finds_and_believes_no_absence(bool isListed)
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        (bench.Settings["auth_scheme"], bench.Settings["api_key"]) = ("apikey", "first-key-of-a-test");
        var release = await BuyAsync(stub, bench);
        if (!isListed) stub.Dids.Clear();

        bench.Settings["api_key"] = "second-key-of-a-test";
        if (!isListed) AssertStranded(await bench.RecoverAsync(release), "api_key with the mark ");
        var outcome = await bench.DisconnectAsync(release);

        if (isListed) Assert.IsType<CarrierOutcome.Done>(outcome);
        else AssertStranded(outcome, "api_key with the mark ");
        Assert.DoesNotContain("first-key-of-a-test", release.CarrierData.ToString(), StringComparison.Ordinal);
    }

    // Sent with the old key, and the reply lost: with the new one the number may be missing because the account is another.
    [Fact]
    public async Task Voxbone_does_not_take_a_release_for_done_because_another_key_lists_nothing()
    {
        await using var stub = await VoxboneStub.StartAsync();
        using var bench = new VoxboneBench(stub.Address);
        (bench.Settings["auth_scheme"], bench.Settings["api_key"]) = ("apikey", "first-key-of-a-test");
        var release = await BuyAsync(stub, bench);
        stub.On("POST ordering/cancel", _ => VoxboneAnswer.HangUp);
        bench.Notes.Notes.Clear();
        release = bench.After(release, await bench.DisconnectAsync(release));
        stub.Dids.Clear();

        bench.Settings["api_key"] = "second-key-of-a-test";
        Assert.Equal(CarrierErrorKind.InvalidConfig, Assert.IsType<CarrierOutcome.Unknown>(await bench.RecoverAsync(release)).Error.Kind);
        bench.Settings["api_key"] = "first-key-of-a-test";
        Assert.IsType<CarrierOutcome.Done>(await bench.RecoverAsync(release));
    }

    private static async Task<CarrierOrder> BuyAsync(VoxboneStub stub, VoxboneBench bench)
    {
        var order = bench.Buy(Number);
        var bought = Assert.IsType<CarrierOutcome.Done>(await bench.AcquireAsync(order));
        Assert.Single(stub.Dids);
        return bench.Release(Number, bought.CarrierData.ToString());
    }

    /// <summary>Refused with these words, and a case for a person at once, whether the carrier was told or asked.</summary>
    private static void AssertStranded(CarrierOutcome outcome, string words)
    {
        Assert.Contains(words, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Detail, StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow();
        var row = new OrderRow
        {
            Id = OrderKey.New(TimeProvider.System), Kind = OrderKind.Disconnect, Phase = OrderPhase.Sending, Number = PhoneNumber.Parse(Number), Carrier = CarrierName.Parse("voxbone"),
            Actor = Actor.System, Created = now, Modified = now,
        };
        foreach (var wasAsked in (bool[])[false, true])
        {
            var verdict = DisconnectJudge.Decide(row, outcome, wasAsked, new OrderTerms(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5), TimeSpan.FromDays(1), true), now);
            Assert.Equal(OrderOutcome.Stranded, Assert.IsType<OrderVerdict.HeldAgain>(verdict).Row.Outcome);
        }
    }
}
