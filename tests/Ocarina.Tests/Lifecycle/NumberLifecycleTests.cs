using Ocarina.Core;
using Ocarina.Core.Lifecycle;
using Xunit;
using static Ocarina.Core.NumberState;

namespace Ocarina.Tests.Lifecycle;

public sealed class NumberLifecycleTests
{
    private readonly Family _family = new();

    // The table of numbers.md 5.2, written down a second time: rows are from, columns are to.
    [Theory]
    [InlineData(Discovery, "R2", "S2", null, null, null)]
    [InlineData(Available, "R3", "S4", "A1", "G1", null)]
    [InlineData(Reserved, "R1", "S6", null, null, null)]
    [InlineData(InService, "R4", "S1", null, null, null)]
    [InlineData(Aging, null, "S5", null, "G1", null)]
    [InlineData(Released, null, null, null, "G1", null)]
    [InlineData(PortIn, null, "S3", null, null, "P1")]
    [InlineData(PortOut, null, null, null, null, null)]
    [InlineData(Deleted, null, null, null, null, null)]
    [InlineData(Disconnected, null, null, null, null, null)]
    [InlineData(Cancelled, null, null, null, null, null)]
    public void Each_pair_of_states_has_the_rule_of_the_specification(
        NumberState from, string? reserved, string? inService, string? available, string? aging, string? portIn)
    {
        Assert.Equal(reserved, NumberLifecycle.RuleFor(from, Reserved));
        Assert.Equal(inService, NumberLifecycle.RuleFor(from, InService));
        Assert.Equal(available, NumberLifecycle.RuleFor(from, Available));
        Assert.Equal(aging, NumberLifecycle.RuleFor(from, Aging));
        Assert.Equal(portIn, NumberLifecycle.RuleFor(from, PortIn));
        foreach (var to in new[] { Released, Deleted, Discovery, PortOut, Disconnected, Cancelled }) Assert.Null(NumberLifecycle.RuleFor(from, to));
    }

    [Fact]
    public void A_pair_without_rule_is_an_invalid_transition_that_names_both_states()
    {
        foreach (var from in NumberStates.All)
        {
            foreach (var to in NumberStates.All)
            {
                if (NumberLifecycle.RuleFor(from, to) is not null || from == Aging) continue;
                var denied = Denied(NumberLifecycle.Decide(Family.Number(from, _family.Child), to, _family.Asks(_family.Child, _family.Child)));
                Assert.Equal("invalid_state_transition", denied.Error);
                Assert.Equal($"from {from.Name()} to {to.Name()}", denied.Cause);
            }
        }
    }

    [Fact]
    public void Anybody_may_buy_what_is_for_sale_for_an_account_he_stands_above()
    {
        var after = Allowed(Decide(Family.Number(Available), InService, _family.Stranger, _family.Stranger));

        Assert.Equal((InService, _family.Stranger), (after.State, after.Account));
        Assert.Equal(Family.Noon, after.StateSince);
        Assert.Empty(after.ReserveHistory);
    }

    [Fact]
    public void Nobody_buys_for_an_account_he_does_not_stand_above_unless_the_check_is_off()
    {
        Assert.Equal("forbidden", Denied(Decide(Family.Number(Available), InService, _family.Stranger, _family.Child)).Error);

        var lenient = _family.Asks(_family.Stranger, _family.Child, new LifecyclePolicy { StrictTargetCheck = false });
        Allowed(NumberLifecycle.Decide(Family.Number(Available), InService, lenient));
    }

    [Fact]
    public void A_number_of_somebody_else_is_not_available_whatever_its_state()
    {
        Assert.Equal("not_available", Denied(Decide(Family.Number(InService, _family.Sibling), InService, _family.Child, _family.Child)).Error);
        Assert.Equal("not_available", Denied(Decide(Family.Number(Reserved, _family.Sibling), InService, _family.Child, _family.Child)).Error);
        Assert.Equal("not_available", Denied(Decide(Family.Number(InService, _family.Reseller), InService, _family.Child, _family.Child)).Error);
    }

    [Fact]
    public void A_parent_moves_a_number_between_the_accounts_below_it()
    {
        var number = Family.Number(InService, _family.Child) with { UsedBy = "callflow" };

        var after = Allowed(Decide(number, InService, _family.Reseller, _family.Sibling));

        Assert.Equal((_family.Sibling, _family.Child), (after.Account, after.PreviousAccount));
        Assert.Null(after.UsedBy);
    }

    [Fact]
    public void Buying_an_own_number_changes_nothing()
    {
        var number = Family.Number(InService, _family.Child);

        Assert.Same(number, Assert.IsType<TransitionDecision.Unchanged>(Decide(number, InService, _family.Child, _family.Child)).Record);
        Assert.IsType<TransitionDecision.Unchanged>(Decide(number, InService, _family.Reseller, _family.Child));
    }

    [Fact]
    public void What_an_ancestor_reserved_its_descendants_take_into_service_and_the_history_stays()
    {
        var number = Family.Number(Reserved, _family.Reseller, history: _family.Reseller);

        var after = Allowed(Decide(number, InService, _family.Child, _family.Child));

        Assert.Equal((InService, _family.Child), (after.State, after.Account));
        Assert.Equal([_family.Reseller], after.ReserveHistory);
    }

    [Fact]
    public void Reserving_pushes_the_holder_and_the_same_holder_is_told_that_nothing_changes()
    {
        var after = Allowed(Decide(Family.Number(Available), Reserved, _family.Reseller, _family.Reseller));
        Assert.Equal([_family.Reseller], after.ReserveHistory);

        var deeper = Allowed(Decide(after, Reserved, _family.Reseller, _family.Child));
        Assert.Equal([_family.Child, _family.Reseller], deeper.ReserveHistory);
        Assert.Equal("no_change_required", Denied(Decide(deeper, Reserved, _family.Reseller, _family.Child)).Error);
        Assert.Equal("can not assign to self", Denied(Decide(deeper, Reserved, _family.Reseller, null)).Cause);
    }

    [Theory]
    [InlineData("child", true)]
    [InlineData("sibling", false)]
    [InlineData("reseller", false)]
    [InlineData("master", false)]
    [InlineData("system", false)]
    public void Quarantine_ends_early_only_for_the_previous_owner_whoever_acts(string target, bool allowed)
    {
        var number = Family.Number(Aging, previous: _family.Child);
        var to = target switch { "child" => _family.Child, "sibling" => _family.Sibling, "reseller" => _family.Reseller, _ => _family.Master };
        var request = _family.Asks(target == "system" ? null : _family.Master, to);

        var decision = NumberLifecycle.Decide(number, InService, request);

        if (allowed) Assert.Equal(_family.Child, Allowed(decision).Account);
        else Assert.Equal((409, "not_available"), (Denied(decision).Code, Denied(decision).Error));
    }

    [Fact]
    public void Quarantine_of_a_number_without_known_owner_waits_for_its_time()
    {
        Assert.Equal("not_available", Denied(Decide(Family.Number(Aging), InService, _family.Master, _family.Master)).Error);
        Assert.Equal("not_available", Denied(Decide(Family.Number(Aging, previous: _family.Child), Reserved, _family.Sibling, _family.Sibling)).Error);
        Assert.Equal("invalid_state_transition", Denied(Decide(Family.Number(Aging, previous: _family.Child), Reserved, _family.Child, _family.Child)).Error);
    }

    [Fact]
    public void The_grace_shortens_even_the_previous_owners_time()
    {
        var policy = new LifecyclePolicy { AgingGrace = TimeSpan.FromHours(24) };
        var number = Family.Number(Aging, previous: _family.Child); // since one day

        Allowed(NumberLifecycle.Decide(number, InService, _family.Asks(_family.Child, _family.Child, policy)));
        var late = _family.Asks(_family.Child, _family.Child, policy, Family.Noon.AddMinutes(1));
        Assert.Equal("not_available", Denied(NumberLifecycle.Decide(number, InService, late)).Error);
    }

    [Fact]
    public void Stock_kept_for_an_account_is_for_it_and_those_below_it()
    {
        var number = Family.Number(Available, carrier: "managed") with { StockAccount = _family.Reseller };

        Allowed(Decide(number, InService, _family.Child, _family.Child));
        Assert.Equal("not_available", Denied(Decide(number, InService, _family.Stranger, _family.Stranger)).Error);
    }

    [Fact]
    public void Only_what_we_do_not_hold_has_to_be_bought()
    {
        Assert.True(MustBuy(Family.Number(Discovery, carrier: "bandwidth2")));
        Assert.False(MustBuy(Family.Number(Available, carrier: "bandwidth2")));
        Assert.True(MustBuy(Family.Number(Available, carrier: "bandwidth2") with { HeldAtCarrier = false }));
        Assert.False(MustBuy(Family.Number(Available, carrier: "inventory") with { HeldAtCarrier = false }));

        bool MustBuy(NumberRecord number) =>
            Assert.IsType<TransitionDecision.Allowed>(Decide(number, InService, _family.Child, _family.Child)).CarrierMustSell;
    }

    [Fact]
    public void Mobile_numbers_move_only_in_their_own_jobs_and_only_within_service()
    {
        var number = Family.Number(InService, _family.Child, carrier: "mdn");

        Assert.Equal(403, Denied(Decide(number, InService, _family.Reseller, _family.Sibling)).Code);
        Allowed(NumberLifecycle.Decide(number, InService, _family.Asks(_family.Reseller, _family.Sibling) with { MdnRun = true }));
        var refused = Denied(NumberLifecycle.Decide(number, Reserved, _family.Asks(_family.Reseller, _family.Sibling) with { MdnRun = true }));
        Assert.Equal("from 'MDN' to reserved", refused.Cause);
        var other = _family.Asks(_family.Child, _family.Child) with { MdnRun = true };
        Assert.Equal(403, Denied(NumberLifecycle.Decide(Family.Number(Available), InService, other)).Code);
    }

    private TransitionDecision Decide(NumberRecord number, NumberState to, AccountId? actor, AccountId? target) =>
        NumberLifecycle.Decide(number, to, _family.Asks(actor, target));

    private static NumberRecord Allowed(TransitionDecision decision) => Assert.IsType<TransitionDecision.Allowed>(decision).After;

    private static Core.Errors.NumberError Denied(TransitionDecision decision) => Assert.IsType<TransitionDecision.Denied>(decision).Error;
}
