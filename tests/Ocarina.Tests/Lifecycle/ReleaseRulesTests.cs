using Ocarina.Core;
using Ocarina.Core.Lifecycle;
using Xunit;
using static Ocarina.Core.NumberState;

namespace Ocarina.Tests.Lifecycle;

public sealed class ReleaseRulesTests
{
    private static readonly LifecyclePolicy Ages = new() { ShouldAge = true };

    private readonly Family _family = new();

    [Fact]
    public void A_released_number_ages_from_its_release_and_remembers_its_owner()
    {
        var number = Family.Number(InService, _family.Child, history: _family.Child) with { UsedBy = "callflow", PublicFields = Fields(), Features = Fields() };

        var after = Kept(Release(number, _family.Child, Ages));

        Assert.Equal(Aging, after.State);
        Assert.Null(after.Account);
        Assert.Equal(_family.Child, after.PreviousAccount);
        Assert.Equal((Family.Noon, Family.Noon.AddDays(90)), (after.StateSince, after.DueAt));
        Assert.Empty(after.ReserveHistory);
        Assert.Null(after.UsedBy);
        Assert.True(after.PublicFields.IsEmpty);
        Assert.True(after.Features.IsEmpty);
    }

    [Fact]
    public void Editing_an_aging_number_does_not_move_its_date()
    {
        var aging = Kept(Release(Family.Number(InService, _family.Child), _family.Child, Ages));

        Assert.Equal(aging, NumberLifecycle.Enter(aging, Aging, Ages, Family.Noon.AddDays(10)));
    }

    [Fact]
    public void Without_aging_it_is_for_sale_at_once()
    {
        var after = Kept(Release(Family.Number(InService, _family.Child, carrier: "pacwest"), _family.Child, new LifecyclePolicy()));

        Assert.Equal((Available, null), (after.State, after.DueAt));
    }

    [Theory]
    [InlineData(Aging)]
    [InlineData(Released)]
    public void A_released_state_that_cools_starts_the_timer_too(NumberState state)
    {
        var after = Kept(Release(Family.Number(InService, _family.Child), _family.Child, new LifecyclePolicy { ReleasedState = state }));

        Assert.Equal((state, Family.Noon.AddDays(90)), (after.State, after.DueAt));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("mdn")]
    public void Untrusted_numbers_leave_nothing_behind(string carrier)
    {
        var request = _family.Asks(_family.Child, null, Ages) with { MdnRun = carrier == "mdn" };

        Assert.IsType<ReleaseDecision.Erased>(ReleaseRules.Decide(Family.Number(InService, _family.Child, carrier: carrier), request));
    }

    [Fact]
    public void Permanent_deletion_erases_what_nobody_holds()
    {
        Assert.IsType<ReleaseDecision.Erased>(Release(Family.Number(InService, _family.Child), _family.Child, new LifecyclePolicy { ShouldPermanentlyDelete = true }));
        Assert.IsType<ReleaseDecision.Erased>(Release(Family.Number(InService, _family.Child), _family.Child, new LifecyclePolicy { ReleasedState = Deleted }));
    }

    [Fact]
    public void A_number_returns_through_all_that_reserved_it_one_level_at_a_time()
    {
        var number = Family.Number(InService, _family.Child, carrier: "inventory", history: [_family.Child, _family.Reseller, _family.Master]);

        var first = Kept(Release(number, _family.Child, Ages));
        Assert.Equal((Reserved, _family.Reseller), (first.State, first.Account));
        Assert.Equal([_family.Reseller, _family.Master], first.ReserveHistory);

        var second = Kept(Release(first, _family.Reseller, Ages));
        Assert.Equal((Reserved, _family.Master), (second.State, second.Account));
        Assert.Equal(Aging, Kept(Release(second, _family.Master, Ages)).State);
    }

    [Fact]
    public void A_child_that_took_a_reserved_number_gives_it_back_to_the_holder()
    {
        var after = Kept(Release(Family.Number(InService, _family.Child, history: _family.Reseller), _family.Child, Ages));

        Assert.Equal((Reserved, _family.Reseller), (after.State, after.Account));
        Assert.Equal([_family.Reseller], after.ReserveHistory);
    }

    [Fact]
    public void Holders_that_are_gone_are_skipped()
    {
        _family.Remove(_family.Sibling);

        var after = Kept(Release(Family.Number(InService, _family.Child, history: [_family.Sibling, _family.Reseller]), _family.Child, Ages));

        Assert.Equal(_family.Reseller, after.Account);
    }

    [Theory]
    [InlineData(Available)]
    [InlineData(Aging)]
    [InlineData(Discovery)]
    [InlineData(PortOut)]
    public void What_is_not_held_cannot_be_released(NumberState state)
    {
        var denied = Assert.IsType<ReleaseDecision.Denied>(Release(Family.Number(state), _family.Master, new LifecyclePolicy()));

        Assert.Equal($"from {state.Name()} to available", denied.Error.Cause);
    }

    [Fact]
    public void Only_the_owner_or_an_account_above_releases()
    {
        Assert.IsType<ReleaseDecision.Denied>(Release(Family.Number(InService, _family.Child), _family.Sibling, Ages));
        Kept(Release(Family.Number(InService, _family.Child), _family.Reseller, Ages));
    }

    [Fact]
    public void Only_admins_erase()
    {
        Assert.IsType<ReleaseDecision.Denied>(ReleaseRules.DecideDelete(_family.Asks(_family.Child, _family.Child)));
        Assert.IsType<ReleaseDecision.Erased>(ReleaseRules.DecideDelete(_family.Asks(_family.Master, _family.Master)));
        Assert.IsType<ReleaseDecision.Erased>(ReleaseRules.DecideDelete(_family.Asks(null, null)));
    }

    [Fact]
    public void Timers_move_what_is_due_and_nothing_else()
    {
        var aging = Kept(Release(Family.Number(InService, _family.Child), _family.Child, Ages));

        Assert.Null(TimerRules.Decide(aging, Ages, aging.DueAt!.Value.AddMilliseconds(-1)));
        var change = TimerRules.Decide(aging, Ages, aging.DueAt.Value);
        Assert.Equal((Available, null), (change!.After!.State, change.After.DueAt));
        var discovery = Family.Number(Discovery) with { DueAt = Family.Noon };
        Assert.Null(TimerRules.Decide(discovery, Ages, Family.Noon)!.After);
        Assert.Null(TimerRules.Decide(Family.Number(InService, _family.Child) with { DueAt = Family.Noon }, Ages, Family.Noon));
    }

    [Fact]
    public void A_changed_period_moves_the_date_of_those_who_wait()
    {
        var aging = Kept(Release(Family.Number(InService, _family.Child), _family.Child, Ages));

        Assert.Null(TimerRules.Reschedule(aging, Ages, Family.Noon));
        var change = TimerRules.Reschedule(aging, Ages with { AgingExpiry = TimeSpan.FromDays(30) }, Family.Noon.AddDays(5));
        Assert.Equal(Family.Noon.AddDays(30), change!.After!.DueAt);
    }

    private static DocumentText Fields() => DocumentText.FromStorage("""{"x":1}""");

    private ReleaseDecision Release(NumberRecord number, AccountId actor, LifecyclePolicy policy) => ReleaseRules.Decide(number, _family.Asks(actor, null, policy));

    private static NumberRecord Kept(ReleaseDecision decision) => Assert.IsType<ReleaseDecision.Kept>(decision).After;
}
