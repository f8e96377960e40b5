using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Features;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Takes one order one step further, under its lease: sends it, or asks about it, and writes down what was said (docs/decisions/0010-orders.md).</summary>
public sealed class OrderRunner(
    OrdersDatabase orders, NumberDesk desk, OrderSettlement settlement, FeatureRunner features, CarrierDesk carriers, OrderWatch watch, TimeProvider clock,
    ILogger<OrderRunner> logger)
{
    private const int LooksMax = 10;

    /// <summary>One step.</summary>
    /// <param name="row">The order, claimed.</param>
    /// <param name="lease">The claim's token.</param>
    /// <param name="lost">Told when the lease is lost: then the carrier is not called any more.</param>
    /// <returns>The order as it stands afterwards; as it was when somebody else has it now.</returns>
    internal async Task<OrderRow> StepAsync(OrderRow row, string lease, CancellationToken lost)
    {
        var turn = new OrderTurn(orders, row, lease, clock);
        try
        {
            await RunAsync(turn, lost);
        }
        catch (OperationCanceledException) when (turn.Row.LeaseOwner is not null)
        {
            logger.LeaseLost(row.Id.ToString());
        }

        watch.Tell(turn.Row);
        return turn.Row;
    }

    private async Task RunAsync(OrderTurn turn, CancellationToken lost)
    {
        if (turn.Row.Kind == OrderKind.Feature)
        {
            await features.RunAsync(turn, lost);
            return;
        }

        // What was bought and not given to its buyer yet needs no question.
        if (turn.Row is { IsOpen: true, Kind: OrderKind.Acquire, Data.Delivered: not null })
        {
            await settlement.SettleAsync(turn, lost);
            return;
        }

        if (carriers.Modules.Find(turn.Row.Carrier) is not { } carrier)
        {
            await WithoutModuleAsync(turn, lost);
            return;
        }

        var context = await carriers.ContextForAsync(carrier, null, turn, lost);
        var terms = OrderTerms.Of(carrier, context.Settings);
        turn.SettleMax = terms.SettleMax;
        if (turn.Row.Phase == OrderPhase.Prepared)
        {
            await SendAsync(turn, carrier, context, terms, lost);
            return;
        }

        if (!turn.Row.IsOpen && !await settlement.IsStillBoughtAsync(turn.Row, lost))
        {
            // Released or bought anew meanwhile: what the carrier says of this order is about another life of the number.
            await EndAsync(turn, turn.Row with { NextAttempt = null, Data = turn.Row.Data with { NeedsFollowUp = false } });
            return;
        }

        await turn.KeepAsync(turn.Row with { Attempts = turn.Row.Attempts + 1 }, lost);
        var answer = await CallAsync(turn, (order, ct) => carrier.RecoverAsync(order, context, ct), carrier, lost);
        var verdict = OrderJudge.Decide(turn.Row, answer, wasAsked: true, terms, clock.GetUtcNow());
        if (verdict is OrderVerdict.Resend resend)
        {
            await turn.KeepAsync(resend.Row, CancellationToken.None);
            await SendAsync(turn, carrier, context, terms, lost);
            return;
        }

        await CarryOutAsync(turn, verdict);
    }

    private async Task SendAsync(OrderTurn turn, ICarrier carrier, CarrierContext context, OrderTerms terms, CancellationToken lost)
    {
        var isAcquire = turn.Row.Kind == OrderKind.Acquire;
        if (!(isAcquire ? await MayBuyAsync(turn, lost) : carrier.Info.Can(CarrierCapabilities.Disconnects) || await LeaveAsync(turn, lost))) return;
        if (!(isAcquire ? await NoteSendingAsync(turn, carrier, lost) : await NoteReleasingAsync(turn, lost))) return;

        var answer = await CallAsync(turn, (order, ct) => isAcquire ? carrier.AcquireAsync(order, context, ct) : carrier.DisconnectAsync(order, context, ct), carrier, lost);
        // From here on it is only written: whoever lost the lease is stopped by the write itself.
        await CarryOutAsync(turn, OrderJudge.Decide(turn.Row, answer, wasAsked: false, terms, clock.GetUtcNow()));
    }

    private async Task<CarrierOutcome> CallAsync(
        OrderTurn turn, Func<CarrierOrder, CancellationToken, Task<CarrierOutcome>> call, ICarrier carrier, CancellationToken lost)
    {
        try
        {
            // On a thread of its own: a module that blocks holds up nobody else.
            var order = turn.Row.ToCarrierOrder() with { IsPortIn = OrderWish.Read(turn.Row.Data.Request).State == NumberState.PortIn };
            return await Task.Run(() => call(order, lost), lost);
        }
        catch (OrderTakenException)
        {
            throw;
        }
        catch (CarrierException e)
        {
            return new CarrierOutcome.Unknown(e.Error);
        }
        catch (Exception e)
        {
            logger.CarrierThrew(carrier.Name.ToString(), turn.Row.Id.ToString(), e);
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, e.GetType().Name));
        }
    }

    // Number and buyer are looked at once more before money is spent.
    private async Task<bool> MayBuyAsync(OrderTurn turn, CancellationToken ct)
    {
        var isFree = turn.Row.Number.IsEmpty || PurchaseRules.IsFree(await LoadAsync(turn.Row.Number, ct));
        if (isFree && turn.Row.Account is { } account && await settlement.IsThereAsync(account, ct)) return true;
        await EndAsync(turn, OrderJudge.Failed(OrderErrors.With(turn.Row, isFree ? OrderErrors.AccountGone : OrderErrors.NotAvailable)).Row);
        return false;
    }

    private static async Task<bool> NoteSendingAsync(OrderTurn turn, ICarrier carrier, CancellationToken ct)
    {
        // A module that writes in steps says itself when it spends.
        var isSent = !carrier.Info.Can(CarrierCapabilities.WritesInSteps);
        await turn.KeepAsync(turn.Row with
        {
            Phase = isSent ? OrderPhase.Sending : OrderPhase.Prepared,
            SentAt = isSent ? turn.Now : turn.Row.SentAt,
            Attempts = turn.Row.Attempts + 1,
        }, ct);
        return true;
    }

    // The number ceases to be held, and the order to be withdrawn, in one transaction.
    private async Task<bool> NoteReleasingAsync(OrderTurn turn, CancellationToken ct)
    {
        for (var look = 0; look < LooksMax; look++)
        {
            var number = await LoadAsync(turn.Row.Number, ct);
            var isSame = number is not null && number.Carrier == turn.Row.Carrier;
            if (isSame && number is { Account: not null })
            {
                // Never take from an account what it uses, whoever forgot to withdraw this.
                await EndAsync(turn, OrderJudge.Failed(OrderErrors.With(turn.Row, OrderErrors.Withdrawn)).Row);
                return false;
            }

            var sending = turn.Row with { Phase = OrderPhase.Sending, SentAt = clock.GetUtcNow(), Attempts = turn.Row.Attempts + 1 };
            var change = isSame && number is { HeldAtCarrier: true } ? Held(number, false, "asked to take it back") : null;
            if (await turn.SaveAsync(new OrderSave(sending, turn.Lease) { KeepsLease = true, Change = change }, ct) is SaveOutcome.Saved) return true;
        }

        throw new InvalidOperationException("The number of a disconnect order changes all the time.");
    }

    private async Task WithoutModuleAsync(OrderTurn turn, CancellationToken ct)
    {
        var row = OrderErrors.With(turn.Row, OrderErrors.NoModule);
        if (row.Kind == OrderKind.Disconnect && row.Phase == OrderPhase.Prepared) await CarryOutAsync(turn, DisconnectJudge.Stranded(row));
        else if (row.Phase == OrderPhase.Prepared) await EndAsync(turn, OrderJudge.Failed(row).Row);
        else
        {
            // It was sent once: only a module can ask. A person installs it, or closes the order.
            var now = clock.GetUtcNow();
            var next = now + CarrierSettings.Empty.SettleIntervalMax;
            await EndAsync(turn, row with { Phase = row.IsOpen ? OrderPhase.NeedsOperator : row.Phase, NextAttempt = next });
        }

        ct.ThrowIfCancellationRequested();
    }

    // There is no release to ask for: a person does it by hand.
    private async Task<bool> LeaveAsync(OrderTurn turn, CancellationToken ct)
    {
        await CarryOutAsync(turn, DisconnectJudge.Stranded(OrderErrors.With(turn.Row, OrderErrors.NotReleased, "the carrier takes no releases from here")));
        ct.ThrowIfCancellationRequested();
        return false;
    }

    private async Task CarryOutAsync(OrderTurn turn, OrderVerdict verdict)
    {
        var ct = CancellationToken.None; // what a carrier said is written whoever stopped waiting
        switch (verdict)
        {
            case OrderVerdict.Settle settle when turn.Row.IsOpen:
                // First what he said, then what follows from it.
                await turn.KeepAsync(settle.Row, ct);
                await settlement.SettleAsync(turn, ct);
                break;
            case OrderVerdict.Settle settle:
                await settlement.FollowUpAsync(turn, settle.Row, ct);
                break;
            case OrderVerdict.Reverse reverse:
                await settlement.ReverseAsync(turn, reverse.Row, ct);
                break;
            case OrderVerdict.HeldAgain held:
                await HoldAgainAsync(turn, held.Row, ct);
                break;
            default:
                await EndAsync(turn, verdict.Row);
                break;
        }
    }

    private async Task HoldAgainAsync(OrderTurn turn, OrderRow row, CancellationToken ct)
    {
        for (var look = 0; look < LooksMax; look++)
        {
            var number = await LoadAsync(row.Number, ct);
            // It ceased to be held when the release was first tried.
            var change = number is { Account: null, HeldAtCarrier: false } && number.Carrier == row.Carrier && turn.Row.Attempts > 0
                ? Held(number, true, row.Error)
                : null;
            if (await turn.SaveAsync(new OrderSave(row, turn.Lease) { Change = change }, ct) is not SaveOutcome.Saved) continue;
            Tell(turn.Row);
            return;
        }

        throw new InvalidOperationException("The number of a disconnect order changes all the time.");
    }

    private async Task EndAsync(OrderTurn turn, OrderRow row)
    {
        var before = turn.Row.Phase;
        // Before anybody learns that it failed: who looks again then does not find it.
        if (row is { IsOpen: false, Kind: OrderKind.Acquire, Phase: OrderPhase.Failed }) await settlement.DropOfferAsync(row);
        await turn.SaveAsync(new OrderSave(row, turn.Lease), CancellationToken.None);
        if (!row.IsOpen || row.Phase != before) Tell(row);
    }

    private void Tell(OrderRow row)
    {
        settlement.Tell(row);
        if (CarrierErrorNames.TryParse(row.Error, out var kind)
            && kind is CarrierErrorKind.InvalidConfig or CarrierErrorKind.Unauthenticated or CarrierErrorKind.Unauthorized or CarrierErrorKind.InsufficientFunds)
            logger.CarrierRefusesUs(row.Carrier.ToString(), row.Error, row.Id.ToString());
    }

    private NumberChange Held(NumberRecord number, bool held, string? reason) =>
        new(number, number with { HeldAtCarrier = held }, NumberActions.Disconnected, Actor.System, reason, desk.Now);

    private async Task<NumberRecord?> LoadAsync(PhoneNumber number, CancellationToken ct) =>
        number.IsEmpty ? null : (await desk.Numbers.LoadAsync([number], ct)).GetValueOrDefault(number);
}
