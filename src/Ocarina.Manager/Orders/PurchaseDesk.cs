using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Carriers;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>Buys at carriers (docs/decisions/0010-orders.md): writes intents, has them sent at once, and waits a while for the carriers' words.</summary>
public sealed class PurchaseDesk(
    NumberDesk desk, OrdersDatabase orders, OrderTurns turns, OrderWatch watch, CarrierDesk carriers, TimeProvider clock)
{
    /// <summary>Most pieces of groups in one request.</summary>
    public const int PiecesMax = 100;

    /// <summary>Buys what was decided; one result per plan, in their order.</summary>
    /// <param name="actor">Who buys.</param>
    /// <param name="target">For whom.</param>
    /// <param name="plans">What.</param>
    /// <param name="rulesVersion">The version of the rules it was decided under.</param>
    /// <param name="ct">Ends the waiting, never an order.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    internal async Task<IReadOnlyList<NumberResult>> BuyAsync(
        Actor actor, AccountId target, IReadOnlyList<NumberPlan.Buy> plans, long rulesVersion, CancellationToken ct, ChargeConsent? consent = null) =>
        await await PlaceAsync(actor, target, plans, rulesVersion, ct, consent);

    /// <summary>The same for who has more to do meanwhile: done when the orders are written, and their credit is held. What it returns is done when the carriers have answered.</summary>
    internal async Task<Task<IReadOnlyList<NumberResult>>> PlaceAsync(
        Actor actor, AccountId target, IReadOnlyList<NumberPlan.Buy> plans, long rulesVersion, CancellationToken ct, ChargeConsent? consent = null)
    {
        var results = new NumberResult?[plans.Count];
        var lease = turns.NewLease();
        List<(int Index, OrderIntent Intent)> intents = [];
        for (var i = 0; i < plans.Count; i++)
        {
            if (Refusal(plans[i]) is { } error) results[i] = new NumberResult.Failed(plans[i].Key, error);
            else intents.Add((i, ToIntent(plans[i], actor, target, lease)));
        }

        // From here on the caller's hanging up ends his waiting only.
        var outcomes = intents.Count == 0 ? [] : await orders.InsertAsync([.. intents.Select(one => one.Intent)], rulesVersion, CancellationToken.None, desk.TermsOf(consent));
        Dictionary<int, OrderRow> awaited = [];
        foreach (var ((index, _), outcome) in intents.Zip(outcomes))
        {
            switch (outcome)
            {
                case IntentOutcome.Claimed claimed:
                    awaited[index] = claimed.Row;
                    _ = turns.RunAsync(claimed.Row, lease);
                    break;
                case IntentOutcome.Held { By: { Kind: OrderKind.Acquire } by } when by.Account == target:
                    awaited[index] = by; // the second request of one account waits for the first one's order
                    break;
                case IntentOutcome.Unpaid unpaid:
                    // A number that only stands for those of a group is named to nobody.
                    results[index] = new NumberResult.Failed(
                        plans[index].Key, unpaid.Error.Cause == plans[index].After.Number.ToString() ? unpaid.Error with { Cause = plans[index].Key } : unpaid.Error);
                    break;
                case IntentOutcome.Changed when await IsHisAsync(plans[index], target, ct) is { } record:
                    results[index] = new NumberResult.Done(plans[index].Key, record, IsUnchanged: true);
                    break;
                default:
                    results[index] = new NumberResult.Failed(plans[index].Key, NumberErrors.NotAvailable(plans[index].Key));
                    break;
            }
        }

        return AnswersAsync(plans, results, awaited, ct);
    }

    private async Task<IReadOnlyList<NumberResult>> AnswersAsync(
        IReadOnlyList<NumberPlan.Buy> plans, NumberResult?[] results, Dictionary<int, OrderRow> awaited, CancellationToken ct)
    {
        var ended = await WaitAsync(awaited.Values, ct);
        var numbers = await desk.Numbers.LoadAsync([.. ended.Values.Where(row => row.IsBought).Select(row => row.Number)], ct);
        foreach (var (index, row) in awaited)
        {
            var now = ended.GetValueOrDefault(row.Id, row);
            results[index] = Answer(plans[index].Key, now, plans[index].Before, numbers.GetValueOrDefault(now.Number));
        }

        return [.. results.Select(result => result ?? throw new InvalidOperationException("Every plan has a result."))];
    }

    /// <summary>True when a carrier wants to set up the numbers that are on their way in to it.</summary>
    internal bool ProvisionsPortIn(CarrierName carrier) => carriers.Modules.Find(carrier) is { } module && module.Info.Can(CarrierCapabilities.ProvisionsPortIn);

    private NumberError? Refusal(NumberPlan.Buy plan)
    {
        // No module, nobody to buy from: nothing was bought, so nothing may be given out (numbers.md 11.3).
        if (carriers.Modules.Find(plan.Known.Carrier) is not { } carrier)
            return plan.Known.HeldAtCarrier ? NumberErrors.ByCarrier(plan.Key, plan.Known.Carrier, OrderErrors.NoModule) : NumberErrors.NotAvailable(plan.Key);
        return carrier.Info.Can(plan.Wish.State == NumberState.PortIn ? CarrierCapabilities.ProvisionsPortIn : CarrierCapabilities.Acquires)
            ? null
            : NumberErrors.ByCarrier(plan.Key, carrier.Name, CarrierErrorNames.Of(CarrierErrorKind.NotSupported));
    }

    private OrderIntent ToIntent(NumberPlan.Buy plan, Actor actor, AccountId target, string lease)
    {
        var now = desk.Now;
        return new OrderIntent(
            new OrderRow
            {
                Id = OrderKey.New(clock),
                Kind = OrderKind.Acquire,
                Phase = OrderPhase.Prepared,
                Number = plan.Known.Number,
                Carrier = plan.Known.Carrier,
                Account = target,
                Actor = actor,
                NextAttempt = now,
                LeaseOwner = lease,
                LeaseUntil = now + OrderTurns.Lease,
                Data = new OrderData
                {
                    CarrierData = plan.Known.CarrierData,
                    Price = plan.Known.CarrierCost,
                    Request = plan.Wish.ToDocument(),
                    Offer = plan.Offer,
                    Features = plan.After.Features,
                    Like = plan.Known.Number.IsEmpty && !plan.After.Number.IsEmpty ? plan.After.Number : null,
                },
                Created = now,
                Modified = now,
            },
            plan.Before?.Revision ?? 0)
        { After = plan.After };
    }

    // What happened meanwhile may be exactly what was asked for: the same account's earlier order was settled.
    private async Task<NumberRecord?> IsHisAsync(NumberPlan.Buy plan, AccountId target, CancellationToken ct)
    {
        var record = (await desk.Numbers.LoadAsync([plan.Known.Number], ct)).GetValueOrDefault(plan.Known.Number);
        return record is not null && record.Account == target && record.State == plan.Wish.State ? record : null;
    }

    /// <summary>Waits as long as each order's carrier is configured to be waited for.</summary>
    private async Task<IReadOnlyDictionary<OrderKey, OrderRow>> WaitAsync(IReadOnlyCollection<OrderRow> rows, CancellationToken ct)
    {
        var waits = new Dictionary<CarrierName, TimeSpan>();
        foreach (var name in rows.Select(row => row.Carrier).Distinct())
            waits[name] = carriers.Modules.Find(name) is { } carrier ? (await carriers.ContextForAsync(carrier, null, null, ct)).Settings.AcquireWait : CarrierSettings.Empty.AcquireWait;
        var parts = await Task.WhenAll(rows.GroupBy(row => waits[row.Carrier], row => row.Id).Select(part => watch.WaitAsync([.. part.Distinct()], part.Key, ct)));
        return parts.SelectMany(part => part).ToDictionary();
    }

    /// <summary>What an order says to its buyer.</summary>
    /// <param name="key">The number's key in the reply.</param>
    /// <param name="row">The order.</param>
    /// <param name="before">The stored number as long as nothing was delivered; none when it is only offered.</param>
    /// <param name="record">The number as it is stored now.</param>
    internal static NumberResult Answer(string key, OrderRow row, NumberRecord? before, NumberRecord? record)
    {
        if (row.IsOpen) return new NumberResult.Pending(key, before ?? row.ToDiscovery(), row.Id, row.Phase);
        if (!row.IsBought) return new NumberResult.Failed(key, OrderErrors.Of(row, key));
        // Released or erased again within a moment: somebody else's deed, and no fault of the purchase.
        return record is not null && record.Account == row.Account
            ? new NumberResult.Done(row.Number.ToString(), record)
            : new NumberResult.Failed(key, NumberErrors.NotAvailable(key));
    }
}
