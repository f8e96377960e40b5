using Microsoft.Extensions.Logging;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
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

        if (await WhyUnwantedAsync(turn.Row, wish, lost) is { } why)
        {
            await settlement.WithdrawAsync(turn, wish, why, CancellationToken.None);
            return;
        }

        if (providers.Find(turn.Row.Carrier) is not { } provider)
        {
            var next = clock.GetUtcNow() + CarrierSettings.Empty.SettleIntervalMax;
            await SaveAsync(turn, OrderErrors.With(turn.Row, OrderErrors.NoModule) with { Phase = OrderPhase.NeedsOperator, NextAttempt = next });
            return;
        }

        var context = await carriers.ContextForAsync(provider.Document, null, turn, lost);
        turn.SettleMax = context.Settings.SettleIntervalMax;
        var terms = new OrderTerms(context.Settings.RecoverLag, context.Settings.SettleIntervalMax, context.Settings.OrderGiveUp, MayResend: true);
        await turn.KeepAsync(turn.Row with
        {
            Phase = turn.Row.Phase == OrderPhase.Prepared ? OrderPhase.Sending : turn.Row.Phase,
            SentAt = turn.Row.SentAt ?? turn.Now,
            Attempts = turn.Row.Attempts + 1,
        }, lost);

        var answer = await CallAsync(turn, wish, provider, context, lost);
        // From here on it is only written: whoever lost the lease is stopped by the write itself.
        var verdict = FeatureJudge.Decide(turn.Row, answer, wish.IsRemoval, terms, clock.GetUtcNow());
        if (verdict is not OrderVerdict.Settle settle)
        {
            await SaveAsync(turn, verdict.Row);
            return;
        }

        // First what he said, then what follows from it.
        await turn.KeepAsync(settle.Row, CancellationToken.None);
        await settlement.SettleAsync(turn, wish, CancellationToken.None);
    }

    // The number may be somebody else's by now, or a later order may have overtaken one that waits for a person.
    private async Task<string?> WhyUnwantedAsync(OrderRow row, FeatureWish wish, CancellationToken ct)
    {
        var number = (await desk.Numbers.LoadAsync([row.Number], ct)).GetValueOrDefault(row.Number);
        if (!wish.IsRemoval && (number is null || number.Account != row.Account)) return OrderErrors.Withdrawn;
        // What was taken away is there anew, for whoever has the number now.
        if (wish is { IsRemoval: true, Write: null } && desk.SetUpBy(number, row.Carrier, wish.Feature) is not null) return OrderErrors.Superseded;
        if (row.Phase != OrderPhase.NeedsOperator) return null;
        var later = await orders.FindFeaturesAsync(row.Number, LaterMax, ct);
        return later.Any(other => other.Created > row.Created && other.Id != row.Id && FeatureWish.Read(other.Data.Request).Feature == wish.Feature) ? OrderErrors.Superseded : null;
    }

    private async Task<CarrierOutcome> CallAsync(OrderTurn turn, FeatureWish wish, IFeatureProvider provider, CarrierContext context, CancellationToken lost)
    {
        var row = turn.Row;
        var order = new FeatureOrder(row.Id, row.Number, wish.Feature)
        {
            Wanted = wish.Wanted,
            Current = wish.Current,
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
