using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>Takes one order of a feature one step further, under its lease: lets the provider do it, and writes down what he said (docs/decisions/0014-features.md).</summary>
public sealed class FeatureRunner(
    OrdersDatabase orders, NumberDesk desk, FeatureSettlement settlement, OrderSettlement books, IFeatureProviders providers, CarrierDesk carriers, TimeProvider clock,
    ILogger<FeatureRunner> logger)
{
    private const int LaterMax = 20;

    /// <summary>One step.</summary>
    /// <param name="turn">The order, claimed.</param>
    /// <param name="lost">Told when the lease is lost.</param>
    internal async Task RunAsync(OrderTurn turn, CancellationToken lost)
    {
        var wish = FeatureWish.Read(turn.Row.Data.Request);
        if (turn.Row.Data.Delivered is not null)
        {
            // The provider has done it; only our books are behind.
            await settlement.SettleAsync(turn, wish, lost);
            return;
        }

        var number = (await desk.Numbers.LoadAsync([turn.Row.Number], lost)).GetValueOrDefault(turn.Row.Number);
        if (WhyUnwanted(turn.Row, wish, number) is { } why)
        {
            await settlement.WithdrawAsync(turn, wish, why, CancellationToken.None);
            return;
        }

        if (turn.Row.Phase == OrderPhase.NeedsOperator && await IsOvertakenAsync(turn, wish, lost)) return;
        if (providers.Find(turn.Row.Carrier) is not { } provider || !provider.Features.Contains(wish.Feature))
        {
            var next = clock.GetUtcNow() + CarrierSettings.Empty.SettleIntervalMax;
            await SaveAsync(turn, OrderErrors.With(turn.Row, OrderErrors.NoModule) with { Phase = OrderPhase.NeedsOperator, NextAttempt = next });
            return;
        }

        var context = await carriers.ContextForAsync(provider.Document, null, turn, lost);
        turn.SettleMax = context.Settings.SettleIntervalMax;
        var terms = new OrderTerms(context.Settings.RecoverLag, context.Settings.SettleIntervalMax, context.Settings.OrderGiveUp, MayResend: true);
        var sending = turn.Row with
        {
            Phase = turn.Row.Phase == OrderPhase.Prepared ? OrderPhase.Sending : turn.Row.Phase,
            SentAt = turn.Row.SentAt ?? turn.Now,
            Attempts = turn.Row.Attempts + 1,
        };
        if (await turn.SaveAsync(new OrderSave(sending, turn.Lease) { KeepsLease = true, Hold = HoldOf(turn.Row, wish, number) }, lost) is SaveOutcome.Unpaid { Error: var unpaid })
        {
            await SaveAsync(turn, OrderJudge.Failed(OrderErrors.With(turn.Row, unpaid.Error, unpaid.Error == NumberErrors.NotEnoughCreditName ? unpaid.Cause : unpaid.Message)).Row);
            return;
        }

        var answer = await CallAsync(turn, wish, provider, context, number, lost);
        // From here on it is only written: whoever lost the lease is stopped by the write itself.
        var verdict = FeatureJudge.Decide(turn.Row, answer, wish.IsOwed, terms, clock.GetUtcNow());
        if (verdict is not OrderVerdict.Settle settle)
        {
            if (verdict.Row.IsOpen) await SaveAsync(turn, verdict.Row);
            else await settlement.FailAsync(turn, wish, verdict.Row, CancellationToken.None);
            return;
        }

        // First what he said, then what follows from it.
        await turn.KeepAsync(settle.Row, CancellationToken.None);
        await settlement.SettleAsync(turn, wish, CancellationToken.None);
    }

    // The number may be somebody else's by now.
    private string? WhyUnwanted(OrderRow row, FeatureWish wish, NumberRecord? number)
    {
        var isHis = number is not null && number.Account == row.Account;
        if (!wish.IsRemoval) return !isHis ? OrderErrors.Withdrawn : settlement.IsOvertaken(row, wish, number) ? OrderErrors.Superseded : null;
        // What is to be taken away was set up anew, or is kept by whoever has the number now.
        return (wish.Write is null || !isHis) && desk.SetUpBy(number, row.Carrier, wish.Feature) is not null ? OrderErrors.Superseded : null;
    }

    // Later orders go past one that waits for a person. What they have done takes its place; what was refused to them does not; and they are not disturbed.
    private async Task<bool> IsOvertakenAsync(OrderTurn turn, FeatureWish wish, CancellationToken ct)
    {
        var row = turn.Row;
        var later = (await orders.FindFeaturesAsync(row.Number, LaterMax, ct)).Where(other =>
            other.Created > row.Created && other.Id != row.Id && FeatureWish.Read(other.Data.Request).Feature == wish.Feature
            && (!wish.IsRemoval || other.Carrier == row.Carrier) // what stands at one provider is not taken away by another
            && other.Phase != OrderPhase.Failed).ToList();
        if (later.Count == 0) return false;
        if (later.Exists(other => other.IsOpen)) await SaveAsync(turn, row with { NextAttempt = OrderSchedule.Poll(row, CarrierSettings.Empty.SettleIntervalMax, clock.GetUtcNow()) });
        else await settlement.WithdrawAsync(turn, wish, OrderErrors.Superseded, CancellationToken.None);
        return true;
    }

    // A change of fields holds its price with its intent. What goes with a purchase or a move is paid for here, before anybody is asked, or is not set up.
    private OrderHold? HoldOf(OrderRow row, FeatureWish wish, NumberRecord? number) =>
        wish.IsOwed || number is null || row is not { Attempts: 0, CreditHeld: null } || desk.TermsOf(new ChargeConsent(isAccepted: true)) is not { } terms ? null
        : new OrderHold(number, FeaturePlan.With(number, [new FeatureWork(wish.Feature, row.Carrier, wish.Wanted, default)]), terms);

    private async Task<CarrierOutcome> CallAsync(
        OrderTurn turn, FeatureWish wish, IFeatureProvider provider, CarrierContext context, NumberRecord? number, CancellationToken lost)
    {
        var row = turn.Row;
        var order = new FeatureOrder(row.Id, row.Number, wish.Feature)
        {
            Wanted = wish.Wanted,
            // An earlier order of the row may have changed it since this one was written.
            Current = desk.SetUpBy(number, row.Carrier, wish.Feature)?.Current ?? wish.Current,
            CarrierData = row.Data.CarrierData,
            Facts = row.Data.Facts,
            AccountName = row.Account is { } account ? desk.Tree.Find(account)?.Name : null,
        };
        if (provider.MissingKey(context.Settings) is { } key) return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NotConfigured, $"{key} is not set"));
        try
        {
            // On a thread of its own: a module that blocks holds up nobody else.
            return await Task.Run(() => wish.IsRemoval ? provider.RemoveAsync(order, context, lost) : provider.ApplyAsync(order, context, lost), lost);
        }
        catch (OrderTakenException)
        {
            throw;
        }
        catch (CarrierException failed)
        {
            return new CarrierOutcome.Unknown(failed.Error);
        }
        catch (Exception e)
        {
            logger.ProviderThrew(provider.Name.ToString(), row.Id.ToString(), e);
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, e.GetType().Name));
        }
    }

    private async Task SaveAsync(OrderTurn turn, OrderRow row)
    {
        var before = turn.Row.Phase;
        await turn.SaveAsync(new OrderSave(row, turn.Lease), CancellationToken.None);
        if (!row.IsOpen || row.Phase != before) books.Tell(row);
    }
}
