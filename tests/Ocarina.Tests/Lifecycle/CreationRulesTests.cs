using Ocarina.Core;
using Ocarina.Core.Lifecycle;
using Xunit;
using static Ocarina.Core.NumberState;

namespace Ocarina.Tests.Lifecycle;

public sealed class CreationRulesTests
{
    private static readonly PhoneNumber Number = PhoneNumber.Parse("+14155550100");

    private readonly Family _family = new();

    [Fact]
    public void Each_actor_creates_in_the_states_of_the_specification()
    {
        Assert.Equal([Aging, Available, InService, PortIn, Reserved], CreationRules.AllowedStates(_family, Actor.Of(_family.Master)));
        Assert.Equal([InService, Reserved], CreationRules.AllowedStates(_family, Actor.Of(_family.Adder)));
        Assert.Empty(CreationRules.AllowedStates(_family, Actor.Of(_family.Child)));
    }

    [Fact]
    public void Refusals_say_what_is_not_allowed()
    {
        Assert.Equal($"account '{_family.Child}' is not allowed to create number", Refusal(_family.Child, Reserved)?.Cause);
        Assert.Equal("creating number in state 'available' is not allowed", Refusal(_family.Adder, Available)?.Cause);
        Assert.Null(Refusal(_family.Adder, InService));
        Assert.Null(Refusal(_family.Child, PortIn));
        Assert.Null(Refusal(_family.Master, Aging));
    }

    [Fact]
    public void A_reserved_number_starts_its_history_and_an_available_one_has_no_owner()
    {
        var reserved = Created(null, Reserved);
        Assert.Equal((Reserved, _family.Master), (reserved.State, reserved.Account));
        Assert.Equal([_family.Master], reserved.ReserveHistory);

        var available = Created(null, Available);
        Assert.Null(available.Account);
        Assert.Null(available.StockAccount);
        Assert.Equal(_family.Master, Created(null, Available, "managed").StockAccount);
        Assert.Equal(Family.Noon.AddDays(90), Created(null, Aging).DueAt);
    }

    [Theory]
    [InlineData(InService)]
    [InlineData(Reserved)]
    [InlineData(Released)]
    [InlineData(PortOut)]
    [InlineData(Discovery)]
    public void A_known_number_exists(NumberState state)
    {
        var decision = Decide(Family.Number(state, _family.Child), InService, "local");

        Assert.Equal((409, "number_exists"), (Denied(decision).Code, Denied(decision).Error));
    }

    [Fact]
    public void Available_and_arriving_numbers_are_taken_and_keep_their_carrier()
    {
        var taken = Created(Family.Number(Available), InService, "other");
        Assert.Equal((InService, _family.Master, "inventory"), (taken.State, taken.Account, taken.Carrier.ToString()));
        Assert.Equal(InService, Created(Family.Number(PortIn, _family.Master), InService).State);
    }

    [Fact]
    public void Creation_does_not_break_the_quarantine_not_even_for_an_admin()
    {
        Assert.Equal("not_available", Denied(Decide(Family.Number(Aging, previous: _family.Child), InService, "local")).Error);
        Assert.Equal("invalid_state_transition", Denied(Decide(Family.Number(Aging, previous: _family.Child), Available, "local")).Error);
        Assert.Equal(InService, Created(Family.Number(Aging, previous: _family.Master), InService).State);
    }

    [Fact]
    public void Creation_never_asks_a_carrier()
    {
        Assert.False(Assert.IsType<TransitionDecision.Allowed>(Decide(null, InService, "bandwidth2")).CarrierMustSell);
    }

    private Core.Errors.NumberError? Refusal(AccountId actor, NumberState state) =>
        CreationRules.Refusal(new CreationOptions(state, CarrierName.Local), _family.Asks(actor, actor));

    private TransitionDecision Decide(NumberRecord? existing, NumberState state, string carrier) =>
        CreationRules.Decide(Number, existing, new CreationOptions(state, CarrierName.Parse(carrier)), _family.Asks(_family.Master, _family.Master));

    private NumberRecord Created(NumberRecord? existing, NumberState state, string carrier = "local") =>
        Assert.IsType<TransitionDecision.Allowed>(Decide(existing, state, carrier)).After;

    private static Core.Errors.NumberError Denied(TransitionDecision decision) => Assert.IsType<TransitionDecision.Denied>(decision).Error;
}
