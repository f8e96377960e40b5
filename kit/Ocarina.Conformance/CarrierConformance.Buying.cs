using Ocarina.Conformance.Wire;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Xunit;

namespace Ocarina.Conformance;

/// <content>Buying.</content>
public abstract partial class CarrierConformance
{
    /// <summary>C16: a dry run returns what it was given and asks nobody.</summary>
    [Fact]
    public async Task C16_A_dry_run_changes_nothing_and_asks_nobody()
    {
        var order = Lab.Order(await Lab.HitAsync()) with { IsDryRun = true };
        foreach (var one in new[] { order, Lab.Release(order) with { IsDryRun = true } })
            Assert.Equal(order.CarrierData, Assert.IsType<CarrierOutcome.Unchanged>((await Lab.SendAsync(one, Lab.Context())).Outcome).CarrierData);

        Assert.Empty(Lab.Tap.Seen);
    }

    /// <summary>C17: with buying switched off a search still works, and nothing is bought.</summary>
    [Fact]
    public async Task C17_With_buying_switched_off_only_searches_work()
    {
        var hit = await Lab.HitAsync();
        var context = Lab.Context(("enable_provisioning", false), ("sandbox_provisioning", false));
        var (_, outcome) = await Lab.SendAsync(Lab.Order(hit), context);

        Assert.Equal(CarrierErrorKind.ProvisioningDisabled, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind);
        Assert.Empty(Lab.Tap.Seen);
        var reply = await Lab.FindAsync(context);
        Assert.Null(reply.Error);
        Assert.True(reply.Numbers.Count + reply.Offers.Count > 0);
    }

    /// <summary>C18: with <c>sandbox_provisioning</c> success is pretended, whatever <c>enable_provisioning</c> says.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C18_A_pretended_purchase_writes_nothing_and_says_so(bool isEnabled)
    {
        var hit = await Lab.HitAsync();
        var (_, outcome) = await Lab.SendAsync(Lab.Order(hit), Lab.Context(("enable_provisioning", isEnabled), ("sandbox_provisioning", true)));

        if (hit.Number.IsEmpty) Assert.IsType<CarrierOutcome.Refused>(outcome); // a number of a group cannot be made up
        else Assert.True((bool?)Assert.IsType<CarrierOutcome.Pretended>(outcome).CarrierData.ToObject()["sandbox"]);
        Assert.DoesNotContain(Lab.Tap.Seen, request => request.IsWrite);
    }

    /// <summary>C19: one order, with our reference, and what the carrier said about it is kept.</summary>
    [Fact]
    public async Task C19_One_order_is_sent_with_our_reference()
    {
        var wanted = Lab.Order(await Lab.HitAsync());
        var (order, outcome) = await Lab.CarryOutAsync(wanted);

        var done = Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        if (Samples.FindsOrders) Assert.Contains(Lab.Tap.Seen, request => request.IsWrite && request.Text.Contains(wanted.Key.ToString(), StringComparison.Ordinal));
        Assert.False(done.CarrierData.IsEmpty);
        Assert.Equal([order.Number.ToString()], await Lab.OwnedAsync());
        Assert.True(Lab.Notes.HasSent);
    }

    /// <summary>C21: an order whose reply was lost is found by our reference, not repeated.</summary>
    [Theory]
    [InlineData("hang up")]
    [InlineData("hang up in the middle")]
    [InlineData("500")]
    [InlineData("nonsense")]
    [InlineData("page")]
    [InlineData("nothing")]
    public async Task C21_An_order_whose_reply_is_lost_is_found_and_not_repeated(string loss)
    {
        var hit = await Lab.HitAsync();
        Lab.Tap.Add(Loss(loss).OnAct(WireAct.Order));
        var (order, first) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        Assert.False(first is CarrierOutcome.Refused or CarrierOutcome.Absent, first.ToString());
        await AssertFoundAsync(order, first);
    }

    /// <summary>C22: an order that the carrier never saw is sent once more under the same reference, if the module may, and else refused.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C22_An_order_that_never_arrived_is_sent_once_more_or_refused(bool beforeReading)
    {
        var hit = await Lab.HitAsync();
        Lab.Tap.Add(new WireFault(beforeReading ? WireFaultKind.HangUpBeforeReading : WireFaultKind.HangUpBeforeBooking).OnAct(WireAct.Order));
        var (order, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        var mayResend = Lab.Carrier.Info.Can(CarrierCapabilities.MayResend);
        Assert.Equal(mayResend ? 2 : 1, Lab.Tap.SeenOf(WireAct.Order).Count);
        if (mayResend) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.True(outcome is CarrierOutcome.Refused or CarrierOutcome.Absent, outcome.ToString());
        Assert.Equal(mayResend ? [order.Number.ToString()] : [], await Lab.OwnedAsync());
    }

    /// <summary>C23: an order that shows up late in the carrier's lists is not given up.</summary>
    [Fact]
    public async Task C23_An_order_that_shows_up_late_is_waited_for()
    {
        var hit = await Lab.HitAsync();
        var context = Lab.Context(("recover_lag_s", 10));
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.OrdersLag, Row.Ct), "lists that lag");
        Lab.Tap.Add(new WireFault(WireFaultKind.HangUpAfterBooking).OnAct(WireAct.Order));
        var (order, outcome) = await Lab.SendAsync(Lab.Order(hit), context);
        Lab.Tap.ClearFaults();

        for (var question = 0; question < 100 && outcome is not CarrierOutcome.Done; question++)
        {
            Assert.False(outcome is CarrierOutcome.Refused or CarrierOutcome.NeedsOperator, outcome.ToString());
            await Task.Delay(100, Row.Ct);
            (order, outcome) = await Lab.AskAsync(order, context);
        }

        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        Assert.Equal([order.Number.ToString()], await Lab.OwnedAsync());
    }

    /// <summary>C24, C25: an order that takes its time is open, and done in the end; one that fails afterwards is refused and leaves nothing.</summary>
    [Theory]
    [InlineData(StubSituation.OrdersAreSlow)]
    [InlineData(StubSituation.OrdersFail)]
    public async Task C25_Orders_that_end_later_are_open_until_they_do(StubSituation situation)
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(situation, Row.Ct), "orders of this kind");
        var (order, outcome) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
        for (var question = 0; question < 100 && outcome is CarrierOutcome.Pending or CarrierOutcome.Unknown or CarrierOutcome.Absent or CarrierOutcome.Done { NeedsFollowUp: true }; question++)
        {
            await Task.Delay(100, Row.Ct);
            (order, outcome) = await Lab.AskAsync(order, Lab.Context());
        }

        if (situation == StubSituation.OrdersAreSlow) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.IsType<CarrierOutcome.Refused>(outcome);
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        Assert.Equal(outcome is CarrierOutcome.Done ? [order.Number.ToString()] : [], await Lab.OwnedAsync());
    }

    /// <summary>C25: each state of an order leads where the table says; an invented one is not a failure.</summary>
    [Fact]
    public async Task C25_Each_state_leads_where_the_table_says()
    {
        Row.NeedsCase(Samples.States.Count > 0, "states of orders");
        for (var at = 0; at < Samples.States.Count; at++)
        {
            var state = Samples.States[at];
            var hit = await Lab.HitAsync();
            Lab.Notes.Clear();
            Lab.Tap.Add(WireFault.Rewriting(state.Rewrite) with { On = request => request.Act != WireAct.Search });
            var (order, outcome) = await Lab.SendAsync(Lab.Order(hit), Lab.Context());
            if (outcome is CarrierOutcome.Pending or CarrierOutcome.Unknown) (_, outcome) = await Lab.AskAsync(order, Lab.Context());
            var reached = outcome switch
            {
                CarrierOutcome.Done { NeedsFollowUp: false } => ExpectedOutcome.Done,
                CarrierOutcome.Done or CarrierOutcome.Pending or CarrierOutcome.Unknown => ExpectedOutcome.Open,
                _ => ExpectedOutcome.Refused,
            };
            Assert.True(state.Expected == ExpectedOutcome.NotRefused ? reached != ExpectedOutcome.Refused : reached == state.Expected, $"{state.Name}: {outcome}");
            Lab.Tap.Reset();
        }
    }

    /// <summary>C26: what was delivered beside the wish is given back, or kept for a person.</summary>
    [Theory]
    [InlineData(StubSituation.DeliversMore)]
    [InlineData(StubSituation.DeliversOther)]
    public async Task C26_A_surplus_is_given_back_or_kept_for_a_person(StubSituation situation)
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(situation, Row.Ct), "deliveries of this kind");
        var (order, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        Assert.True(outcome is CarrierOutcome.Done or CarrierOutcome.Refused or CarrierOutcome.NeedsOperator, outcome.ToString());
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        var others = (await Lab.OwnedAsync()).Where(number => outcome is not CarrierOutcome.Done || number != order.Number.ToString()).ToList();
        if (outcome is not (CarrierOutcome.NeedsOperator or CarrierOutcome.Done { Surplus: not null })) Assert.Empty(others);
    }

    /// <summary>C28: a number that somebody else takes meanwhile is refused as unavailable, and costs nothing.</summary>
    [Fact]
    public async Task C28_A_number_that_is_taken_meanwhile_is_unavailable()
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.TakenByOthers, Row.Ct), "other customers");
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        Assert.Equal(CarrierErrorKind.NumberUnavailable, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind);
        Assert.Empty(await Lab.OwnedAsync());
    }

    /// <summary>C29: a number that was typed in and never searched is bought, or refused with a reason.</summary>
    [Fact]
    public async Task C29_A_typed_in_number_is_bought_or_refused_with_a_reason()
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(!hit.Number.IsEmpty, "chosen numbers");
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Order(hit) with { CarrierData = DocumentText.Empty });

        Assert.True(outcome is CarrierOutcome.Done or CarrierOutcome.Refused, outcome.ToString());
        Assert.Equal(outcome is CarrierOutcome.Done ? [hit.Number.ToString()] : [], await Lab.OwnedAsync());
    }

    /// <summary>C30: what Kazoo stored with a number still buys it.</summary>
    [Fact]
    public async Task C30_Carrier_data_of_Kazoo_still_buys()
    {
        Row.NeedsCase(Samples.KazooData is not null, "past with Kazoo");
        var hit = await Lab.HitAsync();
        var (order, outcome) = await Lab.CarryOutAsync(Lab.Order(hit) with { CarrierData = Samples.KazooData!(hit) }); // else the row was skipped

        Assert.IsType<CarrierOutcome.Done>(outcome);
        Assert.Equal([order.Number.ToString()], await Lab.OwnedAsync());
    }

    /// <summary>C47: with too little money nothing is bought.</summary>
    [Fact]
    public async Task C47_Too_little_money_buys_nothing()
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.NoMoney, Row.Ct), "prepaid account");
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        Assert.Equal(CarrierErrorKind.InsufficientFunds, Assert.IsType<CarrierOutcome.Refused>(outcome).Error.Kind);
        Assert.Empty(await Lab.OwnedAsync());
    }

    /// <summary>C48: a price that rose since the search is not paid.</summary>
    [Fact]
    public async Task C48_A_price_that_rose_is_not_paid()
    {
        var hit = await Lab.HitAsync();
        Row.NeedsCase(await Lab.Stub.ArrangeAsync(StubSituation.PriceRose, Row.Ct), "prices");
        Lab.Clock.Jump(TimeSpan.FromHours(1)); // a price of a moment ago may be believed
        var (_, outcome) = await Lab.CarryOutAsync(Lab.Order(hit));

        Assert.IsType<CarrierOutcome.Refused>(outcome);
        Assert.Empty(Lab.Tap.SeenOf(WireAct.Order));
        Assert.Equal(0, await Lab.SpentAsync());
    }

    /// <summary>An order that was booked is found, once; where nothing could be found, a person is called.</summary>
    private async Task AssertFoundAsync(CarrierOrder order, CarrierOutcome first)
    {
        var (settled, outcome) = await Lab.SettleAsync(order, first);
        if (Samples.FindsOrders) Assert.IsType<CarrierOutcome.Done>(outcome);
        else Assert.True(outcome is CarrierOutcome.Done or CarrierOutcome.NeedsOperator or CarrierOutcome.Unknown, outcome.ToString());
        Assert.Single(Lab.Tap.SeenOf(WireAct.Order));
        Assert.Equal([settled.Number.ToString()], await Lab.OwnedAsync());
    }

    private WireFault Loss(string loss) => loss switch
    {
        "hang up" => new WireFault(WireFaultKind.HangUpAfterBooking),
        "hang up in the middle" => new WireFault(WireFaultKind.HangUpMidReply),
        "500" => new WireFault(WireFaultKind.BookThenReply) { Status = 500 },
        "nonsense" => new WireFault(WireFaultKind.BookThenReply) { ContentType = Samples.Surprise.ContentType, Body = "<{["u8.ToArray() },
        "page" => new WireFault(WireFaultKind.BookThenReply) { ContentType = "text/html", Body = "<html><body>Please log in</body></html>"u8.ToArray() },
        _ => new WireFault(WireFaultKind.BookThenReply),
    };
}
