using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Orders;

/// <summary>Bought and nobody has it, taken back after all, more than was wanted; and what people do about it.</summary>
public sealed class StrandedTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_whose_account_is_gone_keeps_being_held_until_somebody_adopts_it(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (number, order) = await StrandedAsync(lab);

        Assert.Equal((OrderPhase.NeedsOperator, OrderOutcome.Stranded, OrderErrors.AccountGone), (order.Phase, order.Outcome!.Value, order.Error));
        Assert.Null(await lab.NumberAsync(number));
        Assert.Equal("not_available", Assert.IsType<NumberResult.Failed>(await lab.One.BuyAsync(lab.Bob, number)).Error.Error);

        var refused = Assert.IsType<OrderActionOutcome.Refused>(await lab.One.People.AdoptAsync(Actor.Of(lab.Bob), order.Id, lab.Bob, OrderLab.Ct));
        Assert.Equal(403, refused.Error.Code);
        var adopted = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.AdoptAsync(lab.Admin, order.Id, lab.Bob, OrderLab.Ct));

        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired, lab.Bob), (adopted.Order.Phase, adopted.Order.Outcome!.Value, adopted.Order.Account!.Value));
        Assert.Equal(lab.Bob, (await lab.NumberAsync(number))!.Account);
        Assert.Equal([NumberActions.Adopted], await lab.ActionsAsync(number));
        Assert.IsType<OrderActionOutcome.Refused>(await lab.One.People.AdoptAsync(lab.Admin, order.Id, lab.Bob, OrderLab.Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_lies_stranded_is_given_back_by_an_order_of_its_own(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (number, order) = await StrandedAsync(lab);

        var released = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, order.Id, byHand: false, OrderLab.Ct));
        Assert.Equal((OrderPhase.Done, OrderOutcome.Released), (released.Order.Phase, released.Order.Outcome!.Value));
        await lab.One.Settler.RunPassAsync(OrderLab.Ct);

        Assert.Equal(OrderOutcome.Released, (await lab.One.Orders.FindAsync(released.Follows!.Id, OrderLab.Ct))!.Outcome);
        Assert.Empty(lab.Carrier.Held);
        Assert.Equal(number, Assert.Single(lab.Carrier.Released).Number);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_persons_word_closes_it_without_asking(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var (_, order) = await StrandedAsync(lab);

        var closed = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, order.Id, byHand: true, OrderLab.Ct));
        await lab.PassAsync(5);

        Assert.Equal((OrderOutcome.Released, OrderErrors.ByHand), (closed.Order.Outcome!.Value, closed.Order.Error));
        Assert.Null(closed.Follows);
        Assert.Empty(lab.Carrier.Released);
        Assert.Contains(closed.Order.Evidence, text => text.Contains("closed by hand", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_stranded_release_is_sent_again_adopted_or_closed(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        lab.Carrier.OnDisconnect = Answers.Refuse(CarrierErrorKind.InvalidRequest);
        List<(PhoneNumber Number, OrderRow Order)> stranded = [];
        for (var i = 0; i < 3; i++)
        {
            var number = await lab.BoughtAsync();
            await lab.One.ReleaseAsync(lab.Alice, number);
            await lab.One.Settler.RunPassAsync(OrderLab.Ct);
            stranded.Add((number, await lab.OrderAsync(number, OrderKind.Disconnect)));
            Assert.Equal((OrderPhase.Done, OrderOutcome.Stranded), (stranded[i].Order.Phase, stranded[i].Order.Outcome!.Value));
        }

        lab.Carrier.OnDisconnect = null;
        var again = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, stranded[0].Order.Id, byHand: false, OrderLab.Ct));
        await lab.One.Settler.RunPassAsync(OrderLab.Ct);
        Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.AdoptAsync(lab.Admin, stranded[1].Order.Id, lab.Bob, OrderLab.Ct));
        lab.Carrier.Held.TryRemove(stranded[2].Number, out _);
        Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, stranded[2].Order.Id, byHand: true, OrderLab.Ct));

        Assert.Equal(OrderErrors.Superseded, again.Order.Error);
        Assert.Equal([stranded[1].Number], lab.Carrier.Held.Keys);
        Assert.Equal(lab.Bob, (await lab.NumberAsync(stranded[1].Number))!.Account);
        Assert.Equal([false, true, false], [.. stranded.Select(one => lab.NumberAsync(one.Number).GetAwaiter().GetResult()!.HeldAtCarrier)]);
        Assert.Empty((await lab.One.Orders.ListAsync(new OrderQuery { Outcome = OrderOutcome.Stranded }, OrderLab.Ct)).Rows);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_person_can_have_the_carrier_asked_now(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellAndHangUp();
        var order = await lab.OrderAndLeaveAsync(lab.Alice, number);

        var settled = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.SettleAsync(lab.Admin, order.Id, OrderLab.Ct));

        Assert.Equal(OrderOutcome.Acquired, settled.Order.Outcome);
        await lab.AssertBoughtAsync(number, lab.Alice);
        Assert.IsType<OrderActionOutcome.Refused>(await lab.One.People.SettleAsync(lab.Admin, order.Id, OrderLab.Ct));
        Assert.IsType<OrderActionOutcome.NotFound>(await lab.One.People.SettleAsync(lab.Admin, OrderKey.New(lab.Host.Clock), OrderLab.Ct));
        Assert.IsType<OrderActionOutcome.Refused>(await lab.One.People.ReleaseAsync(lab.Admin, order.Id, byHand: true, OrderLab.Ct));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task An_order_that_a_worker_has_is_busy(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        var gate = new TaskCompletionSource();
        lab.Carrier.OnAcquire = Answers.After(gate.Task, (order, _, _) => Task.FromResult(lab.Carrier.Sell(order)));
        await lab.One.BuyAsync(lab.Alice, number);

        Assert.IsType<OrderActionOutcome.Busy>(await lab.One.People.SettleAsync(lab.Admin, (await lab.OrderAsync(number)).Id, OrderLab.Ct));
        gate.SetResult();
        await lab.RestAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_the_carrier_takes_back_after_all_leaves_its_owner(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = (order, _, _) =>
            Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Sell(order)) with { NeedsFollowUp = true, Warnings = ["not_routed"] });
        lab.Carrier.Recovers.Enqueue((order, _, _) => Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Know(order)) with { NeedsFollowUp = true }));
        lab.Carrier.Recovers.Enqueue(Answers.Refuse(CarrierErrorKind.CarrierFault));
        var bought = await lab.OrderAndLeaveAsync(lab.Alice, number);
        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired), (bought.Phase, bought.Outcome!.Value));
        Assert.NotNull(bought.NextAttempt);
        await lab.PassAsync(160, 40);
        await lab.AssertBoughtAsync(number, lab.Alice);

        lab.Carrier.OnRecover = Answers.Refuse(CarrierErrorKind.NumberUnavailable);
        await lab.PassAsync(160, 40);

        var order = await lab.OrderAsync(number);
        Assert.Equal((OrderPhase.Failed, OrderOutcome.Refused, "number_unavailable"), (order.Phase, order.Outcome!.Value, order.Error));
        var record = await lab.NumberAsync(number);
        Assert.Equal((null, false), (record!.Account, record.HeldAtCarrier));
        Assert.Equal([NumberActions.Purchased, NumberActions.PurchaseReversed], await lab.ActionsAsync(number));
        Assert.Empty(lab.Carrier.Released);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task What_is_set_up_later_goes_on_the_number(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Sell(order)) with { NeedsFollowUp = true });
        lab.Carrier.OnRecover = Answers.Say(new CarrierOutcome.Done(DocumentText.From(new JsonObject { ["routed"] = true })));

        await lab.OrderAndLeaveAsync(lab.Alice, number);
        await lab.PassAsync(80, 40);

        Assert.Equal("{\"routed\":true}", (await lab.NumberAsync(number))!.CarrierData.ToString());
        var order = await lab.OrderAsync(number);
        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired), (order.Phase, order.Outcome!.Value));
        Assert.Null(order.NextAttempt);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_number_that_was_released_meanwhile_is_not_asked_about_any_more(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Sell(order)) with { NeedsFollowUp = true });
        await lab.OrderAndLeaveAsync(lab.Alice, number);

        await lab.One.ReleaseAsync(lab.Alice, number);
        await lab.PassAsync(160, 40);

        Assert.Equal((OrderPhase.Done, OrderOutcome.Acquired), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Outcome!.Value));
        Assert.Null((await lab.OrderAsync(number)).NextAttempt);
        Assert.Empty(lab.Carrier.Asked);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Nothing_is_bought_for_an_account_that_is_gone(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.Acquires.Enqueue(Answers.Refuse(CarrierErrorKind.RateLimited));
        await lab.OrderAndLeaveAsync(lab.Alice, number);

        Assert.IsType<Manager.Identity.AccountOutcome.Done>(await lab.Host.Accounts.DeleteAsync(lab.Admin, lab.Alice, OrderLab.Ct));
        await lab.PassAsync(5);

        Assert.Equal((OrderPhase.Failed, OrderErrors.AccountGone), ((await lab.OrderAsync(number)).Phase, (await lab.OrderAsync(number)).Error));
        Assert.Empty(lab.Carrier.Held);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task More_than_was_wanted_is_kept_for_a_person(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var number = await lab.OfferedAsync();
        var more = lab.Fresh();
        lab.Carrier.OnAcquire = (order, _, _) => Task.FromResult<CarrierOutcome>(
            ((CarrierOutcome.Done)lab.Carrier.Sell(order)) with { Surplus = DocumentText.From(new JsonObject { ["number"] = more.ToString() }) });

        Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Alice, number));

        var surplus = Assert.Single((await lab.One.Orders.ListAsync(new OrderQuery { Outcome = OrderOutcome.Stranded }, OrderLab.Ct)).Rows);
        Assert.Equal((more, OrderErrors.Surplus), (surplus.Number, surplus.Error));
        Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.AdoptAsync(lab.Admin, surplus.Id, lab.Alice, OrderLab.Ct));
        Assert.Equal(lab.Alice, (await lab.NumberAsync(more))!.Account);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Each_surplus_number_is_kept_by_itself_in_the_forms_of_all_modules(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind);
        var (first, second) = (await lab.OfferedAsync(), await lab.OfferedAsync());
        PhoneNumber[] more = [lab.Fresh(), lab.Fresh(), lab.Fresh()];
        Surplus(JsonNode.Parse($$"""{"numbers":["{{more[0]}}","{{more[1]}}"]}""")!.AsObject());
        Surplus(JsonNode.Parse($$"""{"dids":[{"did_id":17,"e164":"{{more[2]}}"},{"did_id":18}],"number":5}""")!.AsObject());

        Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Alice, first));
        Assert.IsType<NumberResult.Done>(await lab.One.BuyAsync(lab.Alice, second));

        var stranded = (await lab.One.Orders.ListAsync(new OrderQuery { Outcome = OrderOutcome.Stranded }, OrderLab.Ct)).Rows;
        Assert.Equal([.. more.Select(number => number.ToString()).Order(), ""], stranded.Select(row => row.Number.ToString()).OrderBy(text => text.Length == 0).ThenBy(text => text));
        var released = Assert.IsType<OrderActionOutcome.Done>(await lab.One.People.ReleaseAsync(lab.Admin, stranded.Single(row => row.Number == more[2]).Id, byHand: false, OrderLab.Ct));
        Assert.Contains("\"did_id\":17", released.Follows!.Data.CarrierData.ToString(), StringComparison.Ordinal);
        // Asking again gives nobody what he did not want.
        var settled = stranded.Single(row => row.Number == more[0]);
        await lab.One.People.SettleAsync(lab.Admin, settled.Id, OrderLab.Ct);
        Assert.Null(await lab.NumberAsync(more[0]));
        Assert.Equal(OrderOutcome.Stranded, (await lab.OrderAsync(more[0])).Outcome);

        void Surplus(JsonObject surplus) => lab.Carrier.Acquires.Enqueue((order, _, _) =>
            Task.FromResult<CarrierOutcome>(((CarrierOutcome.Done)lab.Carrier.Sell(order)) with { Surplus = DocumentText.From(surplus) }));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_surplus_is_kept_once_however_often_its_order_is_settled(DatabaseKind kind)
    {
        await using var lab = await OrderLab.StartAsync(kind, waits: false);
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        lab.Carrier.OnRecover = (order, _, _) => Task.FromResult<CarrierOutcome>(
            ((CarrierOutcome.Done)lab.Carrier.Know(order)) with { Surplus = DocumentText.From(new JsonObject { ["number"] = "+14155550999" }) });
        var order = await lab.OrderAndLeaveAsync(lab.Alice, number);
        Assert.IsType<Manager.Identity.AccountOutcome.Done>(await lab.Host.Accounts.DeleteAsync(lab.Admin, lab.Alice, OrderLab.Ct));
        await lab.PassAsync(3);

        await lab.One.People.SettleAsync(lab.Admin, order.Id, OrderLab.Ct);
        await lab.One.People.SettleAsync(lab.Admin, order.Id, OrderLab.Ct);

        Assert.Equal(2, (await lab.OrdersAsync()).Count);
    }

    // Bought for Alice, whose account is gone by the time the carrier says so.
    private static async Task<(PhoneNumber Number, OrderRow Order)> StrandedAsync(OrderLab lab)
    {
        var number = await lab.OfferedAsync();
        lab.Carrier.OnAcquire = lab.Carrier.SellSlowly();
        await lab.OrderAndLeaveAsync(lab.Alice, number);
        Assert.IsType<Manager.Identity.AccountOutcome.Done>(await lab.Host.Accounts.DeleteAsync(lab.Admin, lab.Alice, OrderLab.Ct));
        await lab.PassAsync(3);
        return (number, await lab.OrderAsync(number));
    }
}
