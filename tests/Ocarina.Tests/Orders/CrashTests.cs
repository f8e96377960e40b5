using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>A process stops at any line, and another one goes on: each order ends, once.</summary>
public sealed class CrashTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_after_the_intent_the_next_process_sends_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        await IntendAsync(lab, number);
        var two = await lab.AnotherAsync();

        Assert.Equal(0, await two.Settler.RunPassAsync(OrderLab.Ct)); // the lease of the dead is still good
        lab.Later(16);
        Assert.Equal(1, await two.Settler.RunPassAsync(OrderLab.Ct));

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Single(lab.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_while_sending_it_is_asked_about_and_never_sent_blindly(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var row = await IntendAsync(lab, number, OrderPhase.Sending);
        lab.Carrier.Sell(row.ToCarrierOrder()); // the bytes were out

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Empty(lab.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_before_the_bytes_were_out_it_is_sent_when_the_carrier_twice_does_not_know_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var row = await IntendAsync(lab, number, OrderPhase.Sending);

        await lab.PassAsync(100, process: await lab.AnotherAsync());

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(row.Id, Assert.Single(lab.Carrier.Sent).Key);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Stopped_between_answer_and_settlement_the_number_is_settled_without_asking(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var row = await IntendAsync(lab, number, OrderPhase.Sending);
        var sold = Assert.IsType<CarrierOutcome.Done>(lab.Carrier.Sell(row.ToCarrierOrder()));
        var told = row with { Phase = OrderPhase.Accepted, CarrierOrderId = sold.CarrierOrderId, Data = row.Data with { Delivered = sold.CarrierData } };
        Assert.IsType<SaveOutcome.Saved>(await lab.One.Orders.SaveAsync(new OrderSave(told, "dead") { KeepsLease = true }, OrderLab.Ct));

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Empty(lab.Carrier.Sent);
        Assert.Empty(lab.Carrier.Asked);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_step_that_is_not_written_whole_is_not_written_at_all(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var row = await IntendAsync(lab, number, OrderPhase.Sending);
        var record = row.ToDiscovery() with { State = NumberState.InService, Account = lab.Alice };
        var change = new NumberChange(null, record, NumberActions.Purchased, row.Actor, null, lab.Host.Clock.GetUtcNow());

        // The lease is another's: number, event and order are left alone.
        Assert.IsType<SaveOutcome.LeaseLost>(await lab.One.Orders.SaveAsync(
            new OrderSave(row with { Phase = OrderPhase.Done }, "other") { Change = change }, OrderLab.Ct));

        Assert.Null(await lab.NumberAsync(number));
        Assert.Empty(await lab.ActionsAsync(number));
        Assert.Equal(OrderPhase.Sending, (await lab.OrderAsync(number)).Phase);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_worker_that_was_away_too_long_can_write_nothing_any_more(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        var gate = new TaskCompletionSource();
        lab.Carrier.Acquires.Enqueue(async (order, _, _) =>
        {
            lab.Carrier.Sell(order);
            await gate.Task; // asleep with the answer in its hand
            return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, "the late word of a sleeper"));
        });
        await lab.One.BuyAsync(lab.Alice, number);
        while (lab.Carrier.Sent.IsEmpty) await Task.Yield();

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);
        await lab.AssertBoughtAsync(number, lab.Alice);
        gate.SetResult();
        await lab.RestAsync();

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Equal(OrderOutcome.Acquired, (await lab.OrderAsync(number)).Outcome);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_module_that_notes_after_its_lease_is_lost_is_stopped_before_it_spends(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        lab.Carrier.Info = lab.Carrier.Info with { Capabilities = lab.Carrier.Info.Capabilities | CarrierCapabilities.WritesInSteps };
        var number = await lab.OfferedAsync();
        var gate = new TaskCompletionSource();
        var spent = 0;
        lab.Carrier.OnAcquire = async (order, context, ct) =>
        {
            if (lab.Carrier.Sent.Count == 1) await gate.Task;
            await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.Empty, ct);
            Interlocked.Increment(ref spent);
            return lab.Carrier.Sell(order);
        };
        await lab.One.BuyAsync(lab.Alice, number);
        while (lab.Carrier.Sent.IsEmpty) await Task.Yield();

        lab.Later(16);
        await (await lab.AnotherAsync()).Settler.RunPassAsync(OrderLab.Ct);
        gate.SetResult();
        await lab.RestAsync();

        Assert.Equal((2, 1), (lab.Carrier.Sent.Count, spent));
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_lease_that_is_renewed_is_nobody_elses(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        var gate = new TaskCompletionSource();
        lab.Carrier.OnAcquire = Answers.After(gate.Task, (order, _, _) => Task.FromResult(lab.Carrier.Sell(order)));
        await lab.One.BuyAsync(lab.Alice, number);
        while (lab.Carrier.Sent.IsEmpty) await Task.Yield();
        var two = await lab.AnotherAsync();

        for (var i = 0; i < 5; i++)
        {
            lab.Later(10);
            await lab.One.Turns.RenewAsync(OrderLab.Ct);
            Assert.Equal(0, await two.Settler.RunPassAsync(OrderLab.Ct));
        }

        gate.SetResult();
        await lab.RestAsync();
        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.Empty(lab.Carrier.Asked);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Who_lost_his_lease_to_his_own_process_is_told_to_stop(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        var (told, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.Carrier.OnAcquire = async (_, _, ct) =>
        {
            await using var _ = ct.Register(() => told.TrySetResult());
            await Task.Delay(Timeout.Infinite, ct);
            throw new InvalidOperationException();
        };
        lab.Carrier.OnRecover = Answers.After(gate.Task, (order, _, _) => Task.FromResult(lab.Carrier.Sell(order)));
        await lab.One.BuyAsync(lab.Alice, number);
        while (lab.Carrier.Sent.IsEmpty) await Task.Yield();

        lab.Later(16);
        var pass = lab.One.Settler.RunPassAsync(OrderLab.Ct);
        while (lab.Carrier.Asked.IsEmpty) await Task.Yield();
        await lab.One.Turns.RenewAsync(OrderLab.Ct);
        await told.Task.WaitAsync(Patience.Max, OrderLab.Ct);

        gate.SetResult();
        await pass;
        await lab.RestAsync();
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Many_workers_take_each_order_once(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        List<PhoneNumber> numbers = [];
        for (var i = 0; i < 40; i++)
        {
            numbers.Add(await lab.OfferedAsync());
            await IntendAsync(lab, numbers[^1]);
        }

        OrderProcess[] processes = [lab.One, await lab.AnotherAsync(), await lab.AnotherAsync()];
        lab.Later(16);
        var steps = await Task.WhenAll(processes.Select(process => process.Settler.RunPassAsync(OrderLab.Ct)));

        Assert.Equal(40, steps.Sum());
        Assert.Equal(40, lab.Carrier.Sent.Count);
        foreach (var number in numbers) await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_settlement_goes_on_from_the_number_as_it_stands(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        await IntendAsync(lab, number, OrderPhase.Sending, sold: true);
        // Nobody's deed, such as a leftover of an older machine: a discovery beside the order.
        var discovery = new NumberRecord
        {
            Number = number, State = NumberState.Discovery, Carrier = lab.Carrier.Name,
            StateSince = lab.Host.Clock.GetUtcNow(), Created = lab.Host.Clock.GetUtcNow(), Modified = lab.Host.Clock.GetUtcNow(),
        };
        await lab.One.Desk.Numbers.ApplyAsync(
            [new NumberChange(null, discovery, NumberActions.Imported, Actor.System, null, lab.Host.Clock.GetUtcNow())], null, WriteLane.Foreground, OrderLab.Ct);

        lab.Later(16);
        await lab.One.Settler.RunPassAsync(OrderLab.Ct);

        Assert.Equal((NumberState.InService, lab.Alice), ((await lab.NumberAsync(number))!.State, (await lab.NumberAsync(number))!.Account!.Value));
        Assert.Equal([NumberActions.Imported, NumberActions.Purchased], await lab.ActionsAsync(number));
    }

    /// <summary>An order of Alice's whose worker is gone.</summary>
    private static async Task<OrderRow> IntendAsync(OrderLab lab, PhoneNumber number, OrderPhase phase = OrderPhase.Prepared, bool sold = false)
    {
        var now = lab.Host.Clock.GetUtcNow();
        var row = new OrderRow
        {
            Id = OrderKey.New(lab.Host.Clock), Kind = OrderKind.Acquire, Phase = OrderPhase.Prepared, Number = number, Carrier = lab.Carrier.Name,
            Account = lab.Alice, Actor = Actor.Of(lab.Alice), NextAttempt = now, LeaseOwner = "dead", LeaseUntil = now + OrderTurns.Lease,
            Data = new OrderData { Request = new OrderWish(NumberState.InService, null).ToDocument() }, Created = now, Modified = now,
        };
        Assert.IsType<IntentOutcome.Claimed>(Assert.Single(await lab.One.Orders.InsertAsync([new OrderIntent(row, 0)], null, OrderLab.Ct)));
        if (phase == OrderPhase.Prepared) return row;
        var sending = row with { Phase = OrderPhase.Sending, SentAt = now, Attempts = 1 };
        Assert.IsType<SaveOutcome.Saved>(await lab.One.Orders.SaveAsync(new OrderSave(sending, "dead") { KeepsLease = true }, OrderLab.Ct));
        if (sold) lab.Carrier.Sell(sending.ToCarrierOrder());
        return sending;
    }
}
