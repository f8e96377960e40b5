using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>What a buyer is told, and what is stored, for each word of a carrier.</summary>
public sealed class PurchaseTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_the_carrier_sells_is_its_buyers_at_once(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();

        var done = Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Alice, number));

        Assert.Equal(lab.Alice, done.Record.Account);
        await lab.AssertBoughtAsync(number, lab.Alice);
        var order = await lab.OrderAsync(number);
        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired, 1), (order.Phase, order.Outcome!.Value, order.Attempts));
        Assert.Null(order.NextAttempt);
        Assert.Null(order.LeaseOwner);
        Assert.Equal("{\"order\":\"" + order.Id + "\"}", done.Record.CarrierData.ToString());
        Assert.Equal("{\"npa\":\"415\"}", Assert.Single(lab.Carrier.Sent).CarrierData.ToString());
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_intent_and_that_it_is_sent_are_on_disk_before_the_carrier_hears_of_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        OrderRow? seen = null;
        lab.Carrier.OnAcquire = async (order, _, ct) =>
        {
            seen = await lab.One.Orders.FindAsync(order.Key, ct);
            return lab.Carrier.Sell(order);
        };

        await lab.One.BuyAsync(lab.Alice, number);

        Assert.Equal((OrderPhase.Sending, number, lab.Alice), (seen!.Phase, seen.Number, seen.Account!.Value));
        Assert.NotNull(seen.SentAt);
        Assert.NotNull(seen.LeaseOwner);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_is_gone_answers_409_and_is_not_offered_again(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = Answers.Refuse(CarrierErrorKind.NumberUnavailable);

        var failed = Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Alice, number));
        Assert.Equal((409, "not_available"), (failed.Error.Code, failed.Error.Error));
        Assert.Null(await lab.NumberAsync(number));
        var order = await lab.OrderAsync(number);
        Assert.Equal((OrderPhase.Failed, OrderOutcome.Refused, "number_unavailable", "no"), (order.Phase, order.Outcome!.Value, order.Error, order.Data.Detail));
        Assert.True(Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Alice, number)).Error.IsNotFound);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_carriers_fault_names_the_carrier_and_its_words(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.InsufficientFunds));

        var failed = Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Alice, number));
        Assert.Equal((500, "unspecified_fault", "acme", "insufficient_funds: no"), (failed.Error.Code, failed.Error.Error, failed.Error.Carrier!.Value.ToString(), failed.Error.Reason));

        // Nothing is held: it can be tried again.
        Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Bob, number));
        await lab.AssertBoughtAsync(number, lab.Bob);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_is_worked_on_is_pending_and_ends_by_asking(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.Recovers.Enqueue(Answers.Say(new CarrierOutcome.Pending(null, "PROCESSING")));

        var pending = Assert.IsType<NumberResult.Pending>(await lab.One.BuyAsync(lab.Alice, number));
        Assert.Equal((number.ToString(), NumberState.Discovery), (pending.Key, pending.Record.State));
        await lab.RestAsync();
        Assert.Equal(OrderPhase.Accepted, (await lab.OrderAsync(number)).Phase);
        Assert.Equal(pending.Order, (await lab.One.Orders.FindOpenAsync([number], OrderLab.Ct))[number].Id);
        Assert.Null(await lab.NumberAsync(number));

        await lab.PassAsync(1);
        Assert.Equal((OrderPhase.Waiting, "PROCESSING"), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).CarrierStatus));
        await lab.PassAsync(3);

        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.All(lab.Carrier.Asked, order => Assert.Equal($"A-{order.Key}", order.CarrierOrderId));
        Assert.Single(lab.Carrier.Sent);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_pretended_purchase_gives_the_number_and_says_so(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = Answers.Say(new CarrierOutcome.Pretended(DocumentText.From(new() { ["sandbox"] = true })));

        var done = Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Alice, number));

        Assert.Equal("{\"sandbox\":true}", done.Record.CarrierData.ToString());
        Assert.Equal((OrderPhase.Pretended, OrderOutcome.Pretended), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Outcome!.Value));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_batch_answers_each_number_by_itself(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        List<PhoneNumber> numbers = [];
        for (var i = 0; i < 30; i++) numbers.Add(await lab.OfferedAsync());
        lab.Carrier.OnAcquire = (order, _, _) => (order.Number.ToString()[^1] - '0') switch
        {
            1 => Task.FromResult<CarrierOutcome>(new CarrierOutcome.NeedsOperator(new CarrierError(CarrierErrorKind.AlreadyOurs))), // nobody waits for a person
            2 => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable))),
            _ => Task.FromResult(lab.Carrier.Sell(order)),
        };

        var results = await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [.. numbers.Select(number => number.ToString()), "+14155550099"], null, OrderLab.Ct);

        Assert.Equal([.. numbers.Select(number => number.ToString()), "+14155550099"], results.Select(result => result.Key));
        Assert.Equal((24, 3, 4), (results.OfType<NumberResult.Done>().Count(), results.OfType<NumberResult.Pending>().Count(), results.OfType<NumberResult.Failed>().Count()));
        Assert.Equal(24, lab.Carrier.Held.Count);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task The_fields_of_a_purchase_are_set_when_it_is_settled(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        var fields = new System.Text.Json.Nodes.JsonObject { ["my_own"] = new System.Text.Json.Nodes.JsonObject { ["floor"] = 3 }, ["prepend"] = new System.Text.Json.Nodes.JsonObject { ["enabled"] = true, ["name"] = "X" } };

        await lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], fields, OrderLab.Ct);
        await lab.RestAsync();
        await lab.PassAsync(3);

        var record = Assert.IsType<NumberRecord>(await lab.NumberAsync(number));
        Assert.Equal(3, (int)record.PublicFields.ToObject()["my_own"]!["floor"]!);
        Assert.True(record.Features.ToObject().ContainsKey("prepend"));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_is_being_bought_cannot_be_created_or_imported(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        await lab.OrderAndLeaveAsync(lab.Alice, number);

        var created = Assert.IsType<BatchOutcome.Finished>(
            await lab.One.Create.RunAsync(lab.Admin, lab.Bob, [number.ToString()], [], NumberState.InService, OrderLab.Ct));

        var failed = Assert.IsType<NumberResult.Failed>(Assert.Single(created.Results));
        Assert.Equal((409, "not_available"), (failed.Error.Code, failed.Error.Error));
        await lab.PassAsync(3);
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_caller_who_hangs_up_ends_his_waiting_and_not_the_order(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var gate = new TaskCompletionSource();
        using var caller = new CancellationTokenSource();
        lab.Carrier.OnAcquire = Answers.After(gate.Task, (order, _, _) => Task.FromResult(lab.Carrier.Sell(order)));

        var buying = lab.One.Activate.RunAsync(Actor.Of(lab.Alice), lab.Alice, [number.ToString()], null, caller.Token);
        while (lab.Carrier.Sent.IsEmpty) await Task.Yield();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => buying);
        gate.SetResult();

        while ((await lab.OrderAsync(number)).IsOpen) await Task.Yield();
        await lab.AssertBoughtAsync(number, lab.Alice);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Without_a_module_nothing_is_ordered(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        lab.Carrier.IsInstalled = false;

        var failed = Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Alice, number));

        Assert.Equal((500, OrderErrors.NoModule), (failed.Error.Code, failed.Error.Reason));
        Assert.Empty(await lab.OrdersAsync());
    }
}
