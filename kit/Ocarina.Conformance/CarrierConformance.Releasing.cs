using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Giving back.</content>
public abstract partial class CarrierConformance
{
    private bool Releases => Samples.Release == ReleaseWay.AtCarrier;

    /// <summary>C31: a number is given back once; a second time is no fault. Where a carrier takes nothing back, the order says that a person has to.</summary>
    [Fact]
    public async Task C31_A_number_is_given_back_once_and_a_second_time_is_no_fault()
    {
        var bought = await Lab.BuyAsync();
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Release(bought));
        if (!Releases)
        {
            if (Samples.Release == ReleaseWay.HereOnly) Assert.IsType<CarrierOutcome.Done>(outcome);
            else Assert.IsType<CarrierOutcome.Stranded>(outcome);
            Assert.DoesNotContain(Lab.Tap.Seen, request => request.IsWrite);
            return;
        }

        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Single(Lab.Tap.SeenOf(WireAct.Release)); // else the stub calls it something else, and no release is ever disturbed
        Assert.Empty(await Lab.OwnedAsync());
        var (_, again) = await Lab.CarryOutAsync(Lab.Release(bought));
        Assert.True(again is CarrierOutcome.Done or CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotOwned or CarrierErrorKind.NotFound }, again.ToString());
    }

    /// <summary>C31: a number that is not ours is not given back, and it is said why.</summary>
    [Fact]
    public async Task C31_A_number_that_is_not_ours_cannot_be_given_back()
    {
        Row.NeedsCase(Releases, "release");
        var (_, outcome) = await Lab.CarryOutAsync(new CarrierOrder(OrderKey.New(Lab.Clock), OrderKind.Disconnect, Samples.Foreign));

        Assert.True(outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotOwned or CarrierErrorKind.NotFound }, outcome.ToString());
    }

    /// <summary>C32: only the number asked for is given back, also when the carrier ignores its filter.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C32_Only_the_given_number_is_touched(bool ignoresFilters)
    {
        Row.NeedsCase(Releases, "release");
        var first = await Lab.BuyAsync();
        Lab.Notes.Clear();
        var second = await Lab.BuyAsync();
        if (ignoresFilters) Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.FiltersIgnored, Row.Ct), "filter");
        Lab.Notes.Clear();
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Release(second));

        if (!ignoresFilters) Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Contains(first.Number.ToString(), await Lab.OwnedAsync());
    }

    /// <summary>C33: a number that was only pretended to be bought is given back without a request.</summary>
    [Fact]
    public async Task C33_A_pretended_number_is_given_back_without_a_request()
    {
        var order = Lab.Order(await Lab.HitAsync());
        Row.NeedsCase(!order.Number.IsEmpty, "chosen numbers");
        var (pretended, _) = await Lab.SendAsync(order, Lab.Context(("sandbox_provisioning", true)));
        Lab.Tap.Reset();
        var (_, outcome) = await Lab.SendAsync(Lab.Release(pretended), Lab.Context());

        Assert.IsType<CarrierOutcome.Pretended>(outcome);
        Assert.Empty(Lab.Tap.Seen);
    }

    /// <summary>C33: while success is pretended, a real number stays at the carrier and a person is told.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task C33_A_real_number_is_not_given_back_while_the_switches_forbid_it(bool isEnabled, bool pretends)
    {
        var bought = await Lab.BuyAsync();
        var (_, outcome) = await Lab.SendAsync(Lab.Release(bought), Lab.Context(("enable_provisioning", isEnabled), ("sandbox_provisioning", pretends)));

        Assert.IsType<CarrierOutcome.Stranded>(outcome);
        Assert.DoesNotContain(Lab.Tap.Seen, request => request.IsWrite);
        Assert.Equal([bought.Number.ToString()], await Lab.OwnedAsync());
    }

    /// <summary>C34: what cannot be given back before a date is put off to that date.</summary>
    [Fact]
    public async Task C34_A_release_that_is_too_early_is_put_off()
    {
        var bought = await Lab.BuyAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.ReleaseNotYet, Row.Ct), "minimum term");
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Release(bought));

        Assert.True(Assert.IsType<CarrierOutcome.Scheduled>(outcome).At > TimeProvider.System.GetUtcNow());
        Assert.Equal([bought.Number.ToString()], await Lab.OwnedAsync());
    }

    /// <summary>C21 for releases: a lost reply is cleared up by asking, and the number is given back in the end.</summary>
    [Theory]
    [InlineData("hang up")]
    [InlineData("500")]
    [InlineData("nonsense")]
    public async Task C21_A_release_whose_reply_is_lost_is_found_done(string loss)
    {
        Row.NeedsCase(Releases, "release");
        var bought = await Lab.BuyAsync();
        Lab.Notes.Clear();
        Lab.Tap.Add(Loss(loss).OnAct(WireAct.Release));
        var (order, first) = await Lab.SendAsync(Lab.Release(bought), Lab.Context());
        Assert.False(first is CarrierOutcome.Refused or CarrierOutcome.Stranded, first.ToString());
        var (_, outcome) = await Lab.SettleAsync(order, first);

        Assert.True(outcome is CarrierOutcome.Done or CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotOwned }, outcome.ToString());
        Assert.Empty(await Lab.OwnedAsync());
    }
}
