using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Never paid and unknown: answers that are lost, late or nonsense.</summary>
public sealed class UnclearTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_lost_answer_is_asked_for_and_nothing_is_sent_twice(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellAndHangUp();

        Assert.Equal(OrderPhase.Unclear, (await lab.OrderAndLeaveAsync(lab.Alice, number)).Phase);
        await lab.PassAsync(3);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Single(lab.Carrier.Sent);
        Assert.Single(lab.Carrier.Asked);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_carrier_does_not_know_twice_goes_out_once_more_under_the_same_key(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.Acquires.Enqueue(lab.Carrier.HangUp());

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(59);
        Assert.Single(lab.Carrier.Sent); // lists lag behind: it is not believed yet
        await lab.PassAsync(25);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(2, lab.Carrier.Sent.Count);
        Assert.Single(lab.Carrier.Sent.Select(order => order.Key).Distinct());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_second_look_comes_a_quarter_of_the_lag_after_the_first(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.Info = lab.Carrier.Info with { Capabilities = lab.Carrier.Info.Capabilities & ~CarrierCapabilities.MayResend };
        lab.Carrier.OnAcquire = lab.Carrier.HangUp();

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        var sent = (await lab.OrderAsync(number)).SentAt!.Value;
        await lab.PassAsync(62);
        var once = (await lab.OrderAsync(number)).Data.AbsentSince!.Value;
        Assert.True(once - sent >= TimeSpan.FromSeconds(60));
        await lab.PassAsync(12);
        Assert.True((await lab.OrderAsync(number)).IsOpen);
        await lab.PassAsync(5);

        var order = await lab.OrderAsync(number);
        Assert.Equal((OrderPhase.Failed, OrderOutcome.Refused, OrderErrors.NotBought), (order.Phase, order.Outcome!.Value, order.Error));
        Assert.Single(lab.Carrier.Sent);
        Assert.Null(await lab.NumberAsync(number));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_gets_lost_twice_fails(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.HangUp();

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(300, 2);

        Assert.Equal((OrderPhase.Failed, OrderErrors.NotBought), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Error));
        Assert.Equal(2, lab.Carrier.Sent.Count);
        lab.Carrier.OnAcquire = null;
        Assert.Equal(OrderOutcome.Acquired, (await lab.OrderAndLeaveAsync(lab.Bob, number)).Outcome);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_refusal_of_the_second_sending_may_be_the_echo_of_the_first(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        // Its lists lag further behind than anybody thought.
        lab.Carrier.Acquires.Enqueue(lab.Carrier.SellAndHangUp());
        lab.Carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.NumberUnavailable));
        lab.Carrier.OnRecover = (order, _, _) => Task.FromResult(lab.Carrier.Sent.Count < 2 ? new CarrierOutcome.Absent() : lab.Carrier.Know(order));

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(100);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(2, lab.Carrier.Sent.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_carrier_once_gave_an_id_is_never_sent_again(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Absent());

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(300, 5);

        Assert.Single(lab.Carrier.Sent);
        Assert.Equal((OrderPhase.NeedsOperator, OrderErrors.NotBought), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Error));
        lab.Carrier.OnRecover = null;
        await lab.PassAsync(400, 40);
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Two_absences_with_a_sign_of_life_between_them_prove_nothing(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.HangUp();
        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Absent());
        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(62);
        Assert.NotNull((await lab.OrderAsync(number)).Data.AbsentSince);

        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Pending("A1"));
        await lab.PassAsync(30);

        Assert.Null((await lab.OrderAsync(number)).Data.AbsentSince);
        Assert.Equal("A1", (await lab.OrderAsync(number)).CarrierOrderId);
        Assert.Single(lab.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_is_not_found_is_not_found_yet(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.Recovers.Enqueue(Answers.Refuse(CarrierErrorKind.NotFound));

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(1);
        Assert.True((await lab.OrderAsync(number)).IsOpen);
        await lab.PassAsync(10);

        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_question_that_fails_changes_nothing(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.Recovers.Enqueue(Answers.Refuse(CarrierErrorKind.CarrierFault));
        lab.Carrier.Recovers.Enqueue(Answers.Refuse(CarrierErrorKind.Unauthenticated));
        lab.Carrier.Recovers.Enqueue((_, _, _) => throw new CarrierException(new CarrierError(CarrierErrorKind.Timeout)));
        lab.Carrier.Recovers.Enqueue((_, _, _) => throw new InvalidOperationException("a fault of the module"));
        lab.Carrier.Recovers.Enqueue(Answers.Say(new CarrierOutcome.Unchanged(DocumentText.Empty)));
        await lab.OrderAndLeaveAsync(lab.Alice, number);

        for (var i = 0; i < 5; i++)
        {
            await lab.PassAsync(16, 16);
            Assert.Equal(OrderPhase.Accepted, (await lab.OrderAsync(number)).Phase);
        }

        await lab.PassAsync(60, 20);
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_was_not_taken_for_too_many_requests_goes_out_later(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.RateLimited, TimeSpan.FromSeconds(20)));
        lab.Carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.RateLimited));

        Assert.Equal(OrderPhase.Prepared, (await lab.OrderAndLeaveAsync(lab.Alice, number)).Phase);
        await lab.PassAsync(18);
        Assert.Single(lab.Carrier.Sent);
        await lab.PassAsync(10);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Empty(lab.Carrier.Asked);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_lets_nothing_through_for_a_quarter_of_an_hour_is_given_up(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = Answers.Refuse(CarrierErrorKind.RateLimited);

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(14 * 60, 30);
        Assert.Equal(OrderPhase.Prepared, (await lab.OrderAsync(number)).Phase);
        await lab.PassAsync(180, 30);

        Assert.Equal((OrderPhase.Failed, "rate_limited"), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Error));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task After_order_give_up_s_a_person_is_told_and_the_carrier_is_still_asked(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false, "\"order_give_up_s\":3600");
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Pending(null));

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(3300, 300);
        Assert.Equal(OrderPhase.Waiting, (await lab.OrderAsync(number)).Phase);
        await lab.PassAsync(900, 300);
        Assert.Equal(OrderPhase.NeedsOperator, (await lab.OrderAsync(number)).Phase);
        Assert.Equal("not_available", Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Bob, number)).Error.Error);

        lab.Carrier.OnRecover = null;
        await lab.PassAsync(600, 300);
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_was_placed_already_is_asked_about(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = (order, _, _) =>
        {
            lab.Carrier.Sell(order);
            return Task.FromResult<CarrierOutcome>(new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.DuplicateOrder)));
        };

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(3);

        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_module_that_writes_in_steps_says_itself_when_it_spends(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        lab.Carrier.Info = lab.Carrier.Info with { Capabilities = lab.Carrier.Info.Capabilities | CarrierCapabilities.WritesInSteps };
        var number = await lab.OfferedAsync();
        List<OrderPhase> phases = [];
        async Task LookAsync(CarrierOrder order, CancellationToken ct) => phases.Add((await lab.One.Orders.FindAsync(order.Key, ct))!.Phase);

        // The cart is made, and then the process of the first buyer hears nothing more: nothing was spent, so it is sent again with what was noted.
        lab.Carrier.Acquires.Enqueue(async (order, context, ct) =>
        {
            await LookAsync(order, ct);
            await context.Notes.NoteAsync(OrderPhase.Prepared, DocumentText.From(new() { ["cart"] = 7 }), ct);
            throw new IOException("lost");
        });
        lab.Carrier.Acquires.Enqueue(async (order, context, ct) =>
        {
            Assert.Equal("{\"cart\":7}", order.Facts.ToString());
            await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.From(new() { ["cart"] = 7, ["checkout"] = true }), ct);
            await LookAsync(order, ct);
            return await lab.Carrier.SellAndHangUp()(order, context, ct);
        });

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        Assert.Equal(OrderPhase.Prepared, (await lab.OrderAsync(number)).Phase);
        await lab.PassAsync(2);
        Assert.Equal(OrderPhase.Unclear, (await lab.OrderAsync(number)).Phase);
        Assert.Equal("{\"cart\":7,\"checkout\":true}", (await lab.OrderAsync(number)).Data.Facts.ToString());
        await lab.PassAsync(4);

        Assert.Equal([OrderPhase.Prepared, OrderPhase.Sending], phases);
        await lab.AssertBoughtAsync(number, lab.Alice);
    }
}
