using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Features;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>What became of a person's word about an order. Closed.</summary>
public abstract record OrderActionOutcome
{
    private OrderActionOutcome() { }

    /// <summary>Done.</summary>
    /// <param name="Order">The order afterwards.</param>
    /// <param name="Follows">The order that came of it.</param>
    public sealed record Done(OrderRow Order, OrderRow? Follows = null) : OrderActionOutcome;

    /// <summary>There is no such order.</summary>
    public sealed record NotFound : OrderActionOutcome;

    /// <summary>A worker has it just now; ask again in a moment.</summary>
    public sealed record Busy : OrderActionOutcome;

    /// <summary>It cannot be done; nothing was written.</summary>
    public sealed record Refused(NumberError Error) : OrderActionOutcome;
}

/// <summary>What people may do with orders: ask the carrier now, give what lies stranded to an account, give it back, or close it. For admins.</summary>
public sealed class OrderOperations(OrdersDatabase orders, NumberDesk desk, OrderTurns turns, OrderSettlement settlement, TimeProvider clock)
{
    private const int LooksMax = 10;

    /// <summary>Makes the next step of an order now.</summary>
    public Task<OrderActionOutcome> SettleAsync(Actor actor, OrderKey id, CancellationToken ct) => HeldAsync(actor, id, async (row, lease) =>
    {
        if (row is { IsOpen: false, Data.NeedsFollowUp: false }) return Refused(row, "the order has ended");
        if (OrderSurplus.Is(row)) return Refused(row, "nobody has asked for this number; adopt or release it");
        await turns.RunAsync(row, lease);
        return await orders.FindAsync(id, ct) is { } now ? new OrderActionOutcome.Done(now) : new OrderActionOutcome.NotFound();
    }, ct);

    /// <summary>Gives the number of an order that a person has to decide to an account.</summary>
    public Task<OrderActionOutcome> AdoptAsync(Actor actor, OrderKey id, AccountId account, CancellationToken ct) => HeldAsync(actor, id, async (row, lease) =>
    {
        var number = NumberOf(row);
        if (row.Kind == OrderKind.Feature) return Refused(row, "a feature cannot be adopted; settle the order, or close it by hand");
        if (!NeedsPerson(row)) return Refused(row, "nothing of it is stranded");
        if (number.IsEmpty) return Refused(row, "the carrier has named no number");
        if (desk.Tree.Find(account) is null) return new OrderActionOutcome.Refused(NumberErrors.AssignFailure(account.ToString()));

        var ended = row.Kind == OrderKind.Acquire
            ? OrderJudge.Ended(OrderErrors.Without(row) with { Account = account }, OrderPhase.Done, OrderOutcome.Acquired)
            : OrderJudge.Ended(OrderErrors.With(row, OrderErrors.Withdrawn), OrderPhase.Failed, OrderOutcome.Refused);
        for (var look = 0; look < LooksMax; look++)
        {
            var delivery = await settlement.ChangeAsync(row, number, actor, account, NumberActions.Adopted, ct);
            if (delivery is null) return new OrderActionOutcome.Refused(NumberErrors.NotAvailable(number.ToString()));
            var save = new OrderSave(ended.Seen($"adopted by {actor} for {account}") with { Number = number }, lease)
            {
                Change = delivery.Change,
                TakesNumber = row.Number.IsEmpty,
                // Its new owner pays, whoever it was bought for.
                Billing = desk.TermsOf(null),
                More = delivery.Features,
            };
            switch (await desk.UnderRulesAsync(version => orders.SaveAsync(save with { RulesVersion = version }, ct), ct))
            {
                case SaveOutcome.Saved saved:
                    settlement.Tell(saved.Row);
                    return new OrderActionOutcome.Done(saved.Row);
                case SaveOutcome.LeaseLost:
                    return new OrderActionOutcome.Busy();
            }
        }

        return new OrderActionOutcome.Refused(NumberErrors.NotAvailable(number.ToString()));
    }, ct);

    /// <summary>Gives what lies stranded back to its carrier, by a disconnect order; or takes a person's word that it is over.</summary>
    /// <param name="actor">Who says so.</param>
    /// <param name="id">The order.</param>
    /// <param name="byHand">True when a person has seen to it that the carrier provides the number no longer; nobody is asked.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<OrderActionOutcome> ReleaseAsync(Actor actor, OrderKey id, bool byHand, CancellationToken ct) => HeldAsync(actor, id, async (row, lease) =>
    {
        if (!NeedsPerson(row)) return Refused(row, "nothing of it is stranded");
        if (!byHand && row.Kind == OrderKind.Feature) return Refused(row, "settle it, or close it by hand");
        if (row.Kind == OrderKind.Feature && FeatureWish.Read(row.Data.Request).IsRemoval) return await TakenAwayAsync(row, lease, actor, ct);
        if (!byHand && row.Outcome != OrderOutcome.Stranded) return Refused(row, "it is not known whether the carrier provides the number; ask him with settle, or close it by hand");
        if (!byHand && NumberOf(row).IsEmpty) return Refused(row, "the carrier has named no number; it can only be closed by hand");
        for (var look = 0; look < LooksMax; look++)
        {
            var number = NumberOf(row).IsEmpty ? null : (await desk.Numbers.LoadAsync([NumberOf(row)], ct)).GetValueOrDefault(NumberOf(row));
            var isOurs = number is not null && number.Carrier == row.Carrier;
            if (!byHand && isOurs && number is { Account: not null }) return new OrderActionOutcome.Refused(NumberErrors.NotAvailable(NumberOf(row).ToString()));

            var more = byHand ? null : Disconnect(row, actor);
            // The word of a person: he no longer provides it, so it is not ours to sell.
            var change = byHand && row is { Kind: OrderKind.Disconnect, Outcome: OrderOutcome.Stranded } && isOurs && number is { Account: null, HeldAtCarrier: true }
                ? new NumberChange(number, number with { HeldAtCarrier = false }, NumberActions.Disconnected, actor, "closed by hand", desk.Now)
                : null;
            var save = new OrderSave(Closed(row, byHand).Seen($"{(byHand ? "closed by hand" : "given back")} by {actor}"), lease)
            {
                Change = change,
                More = more is null ? [] : [more],
            };
            switch (await orders.SaveAsync(save, ct))
            {
                case SaveOutcome.Saved saved:
                    settlement.Tell(saved.Row);
                    return new OrderActionOutcome.Done(saved.Row, more);
                case SaveOutcome.LeaseLost:
                    return new OrderActionOutcome.Busy();
                case SaveOutcome.NumberHeld:
                    return Refused(row, "another order of the number is open");
            }
        }

        return new OrderActionOutcome.Busy();
    }, ct);

    // The word of a person stands for the provider's: what was asked for is carried out on the number as after his, or it would go on showing what is not there.
    private async Task<OrderActionOutcome> TakenAwayAsync(OrderRow row, string lease, Actor actor, CancellationToken ct)
    {
        var told = (row with { Data = row.Data with { Delivered = DocumentText.Empty } }).Seen($"closed by hand by {actor}");
        if (await orders.SaveAsync(new OrderSave(told, lease) { KeepsLease = true }, ct) is not SaveOutcome.Saved saved) return new OrderActionOutcome.Busy();
        await turns.RunAsync(saved.Row, lease);
        return await orders.FindAsync(row.Id, ct) is { } now ? new OrderActionOutcome.Done(now) : new OrderActionOutcome.NotFound();
    }

    /// <summary>True when people may decide about it.</summary>
    public static bool NeedsPerson(OrderRow row) => row.Phase == OrderPhase.NeedsOperator || row.Outcome == OrderOutcome.Stranded;

    private static PhoneNumber NumberOf(OrderRow row) => row.Number.IsEmpty ? row.Data.DeliveredNumber ?? default : row.Number;

    // Bought and given back is released; what nobody knows to be bought was not. A disconnect goes on in the order that follows it.
    private static OrderRow Closed(OrderRow row, bool byHand)
    {
        // What was to be set up is not.
        if (row.Kind == OrderKind.Feature) return OrderJudge.Failed(OrderErrors.With(row, OrderErrors.ByHand, row.Data.Detail)).Row;
        var noted = OrderErrors.With(row, byHand ? OrderErrors.ByHand : OrderErrors.Superseded, row.Data.Detail);
        return row.Kind == OrderKind.Acquire
            ? row.Outcome == OrderOutcome.Stranded
                ? OrderJudge.Ended(noted, OrderPhase.Done, OrderOutcome.Released)
                : OrderJudge.Ended(noted, OrderPhase.Failed, OrderOutcome.Refused)
            : byHand
                ? OrderJudge.Ended(noted, OrderPhase.Done, OrderOutcome.Released)
                : OrderJudge.Ended(noted, OrderPhase.Failed, OrderOutcome.Refused);
    }

    private OrderRow Disconnect(OrderRow row, Actor actor)
    {
        var now = desk.Now;
        return new OrderRow
        {
            Id = OrderKey.New(clock),
            Kind = OrderKind.Disconnect,
            Phase = OrderPhase.Prepared,
            Number = NumberOf(row),
            Carrier = row.Carrier,
            Account = row.Account,
            Actor = actor,
            NextAttempt = now,
            Data = new OrderData { CarrierData = row.Data.Delivered ?? row.Data.CarrierData },
            Evidence = [$"follows order {row.Id}"],
            Created = now,
            Modified = now,
        };
    }

    private async Task<OrderActionOutcome> HeldAsync(Actor actor, OrderKey id, Func<OrderRow, string, Task<OrderActionOutcome>> act, CancellationToken ct)
    {
        if (!desk.Tree.IsAdmin(actor)) return new OrderActionOutcome.Refused(NumberErrors.Forbidden());
        var lease = turns.NewLease();
        if (await orders.ClaimAsync(id, lease, OrderTurns.Lease, ct) is not { } row)
            return await orders.FindAsync(id, ct) is null ? new OrderActionOutcome.NotFound() : new OrderActionOutcome.Busy();
        try
        {
            return await act(row, lease);
        }
        finally
        {
            await orders.GiveBackAsync(id, lease, CancellationToken.None);
        }
    }

    private static OrderActionOutcome Refused(OrderRow row, string reason) => new OrderActionOutcome.Refused(NumberErrors.Invalid($"order {row.Id}: {reason}"));
}
