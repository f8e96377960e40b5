using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Features;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Gives what was bought to its buyer: number, event and order in one transaction; and takes it back when the carrier does.</summary>
public sealed class OrderSettlement(OrdersDatabase orders, NumberDesk desk, TimeProvider clock, ILogger<OrderSettlement> logger)
{
    private const int LooksMax = 10;
    private static readonly TimeSpan HeldPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FollowUpAfter = TimeSpan.FromSeconds(60);

    /// <summary>Settles an order whose delivery is noted. Nobody who could have the number: it is kept for a person.</summary>
    internal async Task SettleAsync(OrderTurn turn, CancellationToken ct)
    {
        var isHeld = false;
        for (var look = 0; look < LooksMax; look++)
        {
            switch (await desk.UnderRulesAsync(version => SettleOnceAsync(turn, isHeld, version, ct), ct))
            {
                case SaveOutcome.NumberChanged when turn.Row is { Number.IsEmpty: true, Data.DeliveredNumber: { } named }:
                    // Somebody else is buying what was delivered here: his order holds it, until the carrier tells him no.
                    var holder = (await orders.FindOpenAsync([named], ct)).GetValueOrDefault(named);
                    isHeld = holder is not null;
                    if (holder is not { Outcome: null } || turn.Row.Created + CarrierSettings.Empty.OrderGiveUp <= clock.GetUtcNow()) break;
                    await turn.SaveAsync(new OrderSave(turn.Row with { NextAttempt = clock.GetUtcNow() + HeldPause }, turn.Lease), ct);
                    return;
                case SaveOutcome.Saved:
                    Tell(turn.Row);
                    return;
                case SaveOutcome.NumberHeld:
                    // Another open order has the number that this one wants to name while it lies stranded: the name stays in its data.
                    var unnamed = OrderJudge.Stranded(turn.Row with { Data = turn.Row.Data with { Surplus = null } }, OrderErrors.Surplus, "another order has the number");
                    await turn.SaveAsync(new OrderSave(unnamed, turn.Lease) { More = OrderSurplus.RowsOf(turn.Row, clock) }, ct);
                    Tell(turn.Row);
                    return;
            }
        }

        throw new InvalidOperationException("The number of an order changes all the time.");
    }

    /// <summary>Gives the number of an order to an account.</summary>
    /// <param name="row">The order.</param>
    /// <param name="number">Its number.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="account">The new owner.</param>
    /// <param name="action">Name in the ledger.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>The change, and what providers outside are to set up after it; <see langword="null"/> when the number is not free.</returns>
    internal async Task<Delivery?> ChangeAsync(OrderRow row, PhoneNumber number, Actor actor, AccountId account, string action, CancellationToken ct)
    {
        var current = (await desk.Numbers.LoadAsync([number], ct)).GetValueOrDefault(number);
        var request = desk.Request(actor, account);
        var wish = OrderWish.Read(row.Data.Request);
        var purchase = new Purchase(number, row.Carrier, row.Data.Delivered ?? row.Data.CarrierData, wish.State)
        {
            Cost = row.Data.Price ?? CarrierCostList.Of(desk.Config, row.Carrier, number),
        };
        // What lies stranded after a release is in our books, and free as long as nobody has it.
        var free = row.Kind == OrderKind.Disconnect && current is { Account: null } && current.Carrier == row.Carrier ? current with { HeldAtCarrier = false } : current;
        if (PurchaseRules.Settle(free, purchase, request) is not { } after) return null;
        var planned = WithFields(current, after, wish, actor);
        return new Delivery(
            new NumberChange(current, planned.After, action, actor, null, request.Now) { Messages = desk.MessagesOf(planned.Notices, planned.After, actor) },
            [.. planned.Works.Select(work => FeatureOrders.Setting(planned.After, work, actor, clock))]);
    }

    /// <summary>The carrier has set up what was still missing: his data of the number go on it, unless somebody else changed them.</summary>
    internal async Task FollowUpAsync(OrderTurn turn, OrderRow row, CancellationToken ct)
    {
        for (var look = 0; look < LooksMax; look++)
        {
            var number = (await desk.Numbers.LoadAsync([row.Number], ct)).GetValueOrDefault(row.Number);
            var isOurs = number is not null && number.Carrier == row.Carrier && turn.Row.Data.Delivered is { } known && number.CarrierData == known;
            var change = isOurs && number is not null && row.Data.Delivered is { } told && told != number.CarrierData
                ? new NumberChange(number, number with { CarrierData = told }, NumberActions.Updated, Actor.System, $"order {row.Id}", desk.Now)
                : null;
            if (await turn.SaveAsync(new OrderSave(row, turn.Lease) { Change = change }, ct) is SaveOutcome.Saved) return;
        }

        throw new InvalidOperationException("The number of an order changes all the time.");
    }

    /// <summary>The carrier takes the purchase back: the number leaves its owner by the system's hand, and nobody is asked.</summary>
    internal async Task ReverseAsync(OrderTurn turn, OrderRow row, CancellationToken ct)
    {
        for (var look = 0; look < LooksMax; look++)
        {
            var number = (await desk.Numbers.LoadAsync([row.Number], ct)).GetValueOrDefault(row.Number);
            NumberChange? change = null;
            if (number is not null && await IsStillBoughtAsync(row, ct))
            {
                var request = desk.Request(Actor.System, null);
                var after = ReleaseRules.Reverse(number, request) is ReleaseDecision.Kept kept ? kept.After : null;
                change = new NumberChange(number, after, NumberActions.PurchaseReversed, Actor.System, row.Error, request.Now) { Messages = desk.EndingsOf(number, after, Actor.System) };
            }

            var save = new OrderSave(row, turn.Lease)
            {
                Change = change,
                Billing = desk.TermsOf(null),
                // Whoever has it by now paid for it in his own name.
                TakesBackCharges = change?.Before?.Account == row.Account,
                More = desk.RemovalsOf(change),
            };
            if (await turn.SaveAsync(save, ct) is not SaveOutcome.Saved) continue;
            logger.PurchaseReversed(row.Id.ToString(), row.Carrier.ToString(), LogText.WithoutNumbers(OrderErrors.Reason(row)));
            return;
        }

        throw new InvalidOperationException("The number of an order changes all the time.");
    }

    /// <summary>True while the number of a settled order is what the order bought: held, somebody's, and not bought again since.</summary>
    internal async Task<bool> IsStillBoughtAsync(OrderRow row, CancellationToken ct) =>
        (await desk.Numbers.LoadAsync([row.Number], ct)).GetValueOrDefault(row.Number) is { Account: not null, HeldAtCarrier: true } number
        && number.Carrier == row.Carrier && await IsLastPurchaseAsync(row, ct);

    /// <summary>Whether an account exists. Another process may have made it a moment ago.</summary>
    internal async Task<bool> IsThereAsync(AccountId account, CancellationToken ct)
    {
        if (desk.Tree.Find(account) is not null) return true;
        await desk.RefreshAsync(ct);
        return desk.Tree.Find(account) is not null;
    }

    /// <summary>A number that the carrier says is gone is not offered again.</summary>
    internal async Task DropOfferAsync(OrderRow row)
    {
        if (row.Error != CarrierErrorNames.Of(CarrierErrorKind.NumberUnavailable) || row.Number.IsEmpty || row.Account is not { } account) return;
        await desk.Numbers.DropOffersAsync([account, .. desk.Tree.Find(account)?.Ancestors ?? []], row.Number, row.Carrier, CancellationToken.None);
    }

    /// <summary>Logs what became of an order; as an error what needs a person.</summary>
    internal void Tell(OrderRow row)
    {
        var (id, kind, carrier) = (row.Id.ToString(), row.Kind.Name(), row.Carrier.ToString());
        if (!row.IsOpen) logger.OrderEnded(id, kind, carrier, row.Phase.Name(), row.Outcome?.Name());
        if (row.Phase == OrderPhase.NeedsOperator || row.Outcome == OrderOutcome.Stranded || row.Error == OrderErrors.GivenUp)
            logger.OrderNeedsPerson(id, kind, carrier, LogText.WithoutNumbers(OrderErrors.Reason(row)));
    }

    private async Task<SaveOutcome> SettleOnceAsync(OrderTurn turn, bool isHeld, long version, CancellationToken ct)
    {
        var row = turn.Row;
        var number = row.Number.IsEmpty ? row.Data.DeliveredNumber ?? default : row.Number;
        var account = row.Account is { } buyer && await IsThereAsync(buyer, ct) ? buyer : (AccountId?)null;
        var delivery = account is { } owner && !isHeld ? await ChangeAsync(row, number, row.Actor, owner, NumberActions.Purchased, ct) : null;
        var more = OrderSurplus.RowsOf(row, clock);
        row = row with { Data = row.Data with { Surplus = null } };
        if (delivery is null)
        {
            var why = account is null ? OrderErrors.AccountGone : OrderErrors.Surplus;
            var stranded = OrderJudge.Stranded(row with { Number = number }, why, account is null ? "its account is gone" : "somebody has the number already");
            return await turn.SaveAsync(new OrderSave(stranded, turn.Lease) { More = more, RulesVersion = version }, ct);
        }

        var ended = row.Data.IsPretended
            ? OrderJudge.Ended(row, OrderPhase.Pretended, OrderOutcome.Pretended)
            : OrderJudge.Ended(row, OrderPhase.Done, OrderOutcome.Acquired);
        var isFollowed = row.Data is { NeedsFollowUp: true, IsPretended: false };
        var done = ended with
        {
            Number = number,
            NextAttempt = isFollowed ? clock.GetUtcNow() + (turn.SettleMax < FollowUpAfter ? turn.SettleMax : FollowUpAfter) : null,
        };
        // What was held is charged; unless it turns out to count for something else, then that is.
        var terms = desk.TermsOf(null);
        var isAsHeld = terms is null || NumberUnits.Of(turn.Row.ToBought(), terms.Scope).Items.SequenceEqual(NumberUnits.Of(delivery.Change.After, terms.Scope).Items);
        return await turn.SaveAsync(
            new OrderSave(done, turn.Lease) { Change = delivery.Change, HoldTerms = terms, Billing = isAsHeld ? null : terms, TakesNumber = row.Number.IsEmpty, RulesVersion = version, More = [.. more, .. delivery.Features] }, ct);
    }

    /// <summary>What a purchase makes of a number.</summary>
    /// <param name="Change">The change.</param>
    /// <param name="Features">Orders for the features that were asked for with it: a refused one undoes no purchase.</param>
    internal sealed record Delivery(NumberChange Change, IReadOnlyList<OrderRow> Features);

    // What was asked for when it was bought may be forbidden by now: the number is given without it rather than not at all.
    private FeatureOutcome.Planned WithFields(NumberRecord? before, NumberRecord after, OrderWish wish, Actor actor)
    {
        var isAdmin = desk.Tree.IsAdmin(actor);
        var lists = desk.ListsFor(after.Account);
        if (wish.Fields is { } fields
            && FeaturePlan.Decide(before, after with { PublicFields = DocumentText.From(fields) }, lists, isAdmin) is FeatureOutcome.Planned wanted) return wanted;
        return FeaturePlan.Decide(before, after, lists, isAdmin) as FeatureOutcome.Planned ?? new FeatureOutcome.Planned(after);
    }

    private async Task<bool> IsLastPurchaseAsync(OrderRow row, CancellationToken ct)
    {
        var newest = await orders.ListAsync(new OrderQuery { Number = row.Number, Kind = OrderKind.Acquire, Outcome = OrderOutcome.Acquired, PageSize = 1 }, ct);
        return newest.Rows is not [var last] || last.Id == row.Id;
    }
}
