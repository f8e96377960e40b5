using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Purchases that another process takes over, and what is ours by another order.</content>
public abstract partial class CarrierConformance
{
    private const int StepsMax = 20;

    /// <summary>C20: a process that stops between two steps of a purchase, before or after it noted one, leaves what another brings to an end: bought once, or not at all.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C20_A_purchase_that_is_cut_off_at_any_step_is_bought_once_or_not_at_all(bool isNoted)
    {
        Row.NeedsCase(Lab.Carrier.Info.Can(CarrierCapabilities.WritesInSteps), "steps to note");
        for (var step = 0; step < StepsMax; step++)
        {
            Lab.Notes.Clear();
            var wanted = Lab.Order(await Lab.HitAsync());
            var owned = (await Lab.OwnedAsync()).Count;
            Lab.Notes.StopAt(step, isNoted);
            var (order, first) = await Lab.SendAsync(wanted, Lab.Context());
            var wasStopped = Lab.Notes.HasStopped;
            Lab.Notes.GoOn();

            // As the engine does: what was noted as sent is asked about, anything else is sent.
            var (end, outcome) = Lab.Notes.HasSent || !wasStopped ? await Lab.SettleAsync(order, first) : await Lab.CarryOutAsync(order with { Phase = OrderPhase.Prepared });
            Assert.True(outcome is CarrierOutcome.Done or CarrierOutcome.Refused or CarrierOutcome.Absent, $"step {step}: {outcome}");
            Assert.InRange(Lab.Tap.SeenOf(WireAct.Order).Count, 0, 1);
            var now = await Lab.OwnedAsync();
            Assert.Equal(owned + (outcome is CarrierOutcome.Done ? 1 : 0), now.Count);
            if (outcome is CarrierOutcome.Done) Assert.Contains(end.Number.ToString(), now);
            if (!wasStopped) return;
        }

        Assert.Fail($"A purchase takes more than {StepsMax} notes.");
    }

    /// <summary>C28: what an earlier order of ours bought is not believed to have been bought by this one, which was never sent.</summary>
    [Fact]
    public async Task C28_What_another_order_bought_was_not_bought_by_this_one()
    {
        Row.NeedsCase(Samples.FindsOrders, "trace of its orders");
        var hit = await Lab.HitAsync();
        var (first, done) = await Lab.CarryOutAsync(Lab.Order(hit));
        Assert.IsType<CarrierOutcome.Done>(done);
        Lab.Notes.Clear();
        var never = Lab.Order(hit) with { Number = first.Number, Phase = OrderPhase.Unclear, SentAt = Lab.Clock.GetUtcNow() };
        for (var question = 0; question < 3; question++)
        {
            var (_, outcome) = await Lab.AskAsync(never, Lab.Context());
            Assert.False(outcome is CarrierOutcome.Done or CarrierOutcome.Pretended, outcome.ToString());
            Lab.Clock.Jump(TimeSpan.FromSeconds(90));
        }
    }

    /// <summary>C27: a surplus that the carrier does not take back is told to a person or waited for, and a later release clears it.</summary>
    [Theory]
    [InlineData(StubSituation.DeliversMore)]
    [InlineData(StubSituation.DeliversOther)]
    public async Task C27_A_surplus_that_stays_is_told_and_cleared_by_a_later_release(StubSituation situation)
    {
        Row.NeedsCase(Releases, "release");
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(situation, Row.Ct), "deliveries of this kind");
        Lab.Tap.Add(WireFault.Answer(400).OnAct(WireAct.Release).Always());
        var (order, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        var others = (await Lab.OwnedAsync()).Where(number => outcome is not CarrierOutcome.Done || number != order.Number.ToString()).ToList();
        Assert.NotEmpty(others); // the carrier took nothing back
        Assert.True(
            outcome is CarrierOutcome.NeedsOperator or CarrierOutcome.Done { Surplus: { IsEmpty: false } } or CarrierOutcome.Pending { IsCompensating: true } or CarrierOutcome.Unknown,
            outcome.ToString());

        Lab.Tap.Reset();
        Lab.Clock.Jump(TimeSpan.FromMinutes(20));
        foreach (var number in others)
        {
            Lab.Notes.Clear();
            var release = new CarrierOrder(OrderKey.New(Lab.Clock), OrderKind.Disconnect, PhoneNumber.Parse(number));
            Assert.IsType<CarrierOutcome.Done>((await Lab.CarryOutAsync(release)).Outcome);
        }

        Assert.Empty((await Lab.OwnedAsync()).Intersect(others));
    }
}
