using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Operations;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>Lets providers outside set features up (docs/decisions/0014-features.md): asks them first, writes orders, has them sent at once, and waits a while.</summary>
/// <param name="orders">Orders at rest.</param>
/// <param name="checks">Asks the providers first.</param>
/// <param name="watch">Tells when orders end.</param>
/// <param name="turns">Works on orders. Found when needed: whoever works on them needs the desk in turn.</param>
/// <param name="clock">The clock.</param>
public sealed class FeatureDesk(OrdersDatabase orders, FeatureChecks checks, OrderWatch watch, Func<OrderTurns> turns, TimeProvider clock)
{
    /// <summary>What the providers say beforehand.</summary>
    internal FeatureChecks Checks => checks;

    /// <summary>The orders that go with a change of a number: what it takes away, then what it adds.</summary>
    internal IReadOnlyList<OrderRow> OrdersOf(NumberChange change, ImmutableArray<FeatureWork> works, CarrierName? emergencyProvider)
    {
        List<OrderRow> rows = [];
        foreach (var removal in FeatureRemovals.Of(change.Before, change.After, emergencyProvider))
            rows.Add(FeatureOrders.Removing(change.Before!, removal, null, change.Actor, clock)); // only who had something loses it
        if (change.After is { } after) rows.AddRange(works.Select(work => FeatureOrders.Setting(after, work, change.Actor, clock)));
        // They go by their keys, and keys of one moment are in no order.
        var keys = rows.Select(row => row.Id).OrderBy(key => key.ToString(), StringComparer.Ordinal).ToList();
        return [.. rows.Select((row, i) => row with { Id = keys[i] })];
    }

    /// <summary>Orders for features of numbers that are under way.</summary>
    internal Task<IReadOnlyList<OrderRow>> UnderWayAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct) => orders.FindOpenFeaturesAsync(numbers, ct);

    /// <summary>Carries out a change of fields that needs a provider: he first, then the number. Refused, nothing is stored.</summary>
    /// <returns>What became of it; none when the number was changed meanwhile, and is to be decided anew.</returns>
    internal async Task<NumberResult?> ArrangeAsync(NumberPlan.Arrange plan, long rulesVersion, BillingTerms? billing, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var row = plan.Works is [var work, ..]
            ? FeatureOrders.Setting(plan.Before, work, plan.Request, plan.Actor, clock)
            : FeatureOrders.Removing(plan.Before, plan.Removals[0], plan.Request, plan.Actor, clock);
        // From here on the caller's hanging up ends his waiting only.
        var intent = new OrderIntent(row, plan.Before.Revision) { Before = plan.Before, After = plan.Priced };
        switch ((await orders.InsertAsync([intent], rulesVersion, CancellationToken.None, billing))[0])
        {
            case IntentOutcome.Unpaid unpaid: return new NumberResult.Failed(plan.Key, unpaid.Error);
            case not IntentOutcome.Claimed: return null;
        }

        while (true)
        {
            row = await RunAsync(row, began, ct);
            // What follows a failed order puts its provider right again: nothing of it was asked for.
            if (row.IsOpen || row.Phase == OrderPhase.Failed || row.Data.Next is not { } next || await orders.FindAsync(next, ct) is not { } following) return Answer(plan.Key, row, plan.Before);
            row = following;
        }
    }

    /// <summary>What an order that a change of fields waits for says to its caller.</summary>
    /// <param name="key">The number's key in the reply.</param>
    /// <param name="row">The order.</param>
    /// <param name="record">The number as it is stored.</param>
    internal static NumberResult Answer(string key, OrderRow row, NumberRecord record) =>
        record.Account != row.Account ? new NumberResult.Failed(key, NumberErrors.NotAvailable(key)) // what its new owner has is nobody else's business
        : row.IsOpen ? new NumberResult.Pending(key, record, row.Id, row.Phase)
        : row.Phase == OrderPhase.Failed ? new NumberResult.Failed(key, FeatureErrors.Of(row))
        : new NumberResult.Done(key, record);

    /// <summary>Has the open orders for features of numbers sent, and waits a while for those of some.</summary>
    /// <param name="numbers">All of them.</param>
    /// <param name="awaited">Whose orders are waited for.</param>
    /// <param name="ct">Ends the waiting; the orders go on.</param>
    /// <returns>The orders that are still open.</returns>
    internal async Task<IReadOnlyList<OrderRow>> FinishAsync(IReadOnlyCollection<PhoneNumber> numbers, IReadOnlySet<PhoneNumber> awaited, CancellationToken ct)
    {
        var began = clock.GetTimestamp();
        var open = await orders.FindOpenFeaturesAsync(numbers, ct);
        foreach (var row in open.Where(row => !awaited.Contains(row.Number))) await StartAsync(row);
        while (true)
        {
            var mine = open.Where(row => awaited.Contains(row.Number)).ToList();
            var before = mine.Select(row => row.Id).ToHashSet();
            if (before.Count == 0) return [];
            await Task.WhenAll(mine.GroupBy(row => row.Number).Select(one => RunAllAsync(one, began, ct)));
            open = await orders.FindOpenFeaturesAsync(awaited, ct);
            // Those that follow others are new; when there are none, waiting longer makes no sense.
            if (open.All(row => before.Contains(row.Id))) return open;
        }
    }

    // One after the other, as they stand in their row.
    private async Task RunAllAsync(IEnumerable<OrderRow> rows, long began, CancellationToken ct)
    {
        foreach (var row in rows) await RunAsync(row, began, ct);
    }

    // Works on an order, and waits for it as long as its provider is configured to be waited for.
    private async Task<OrderRow> RunAsync(OrderRow row, long began, CancellationToken ct)
    {
        await StartAsync(row);
        var left = await checks.PatienceAsync(row.Carrier, ct) - clock.GetElapsedTime(began);
        var ended = await watch.WaitAsync([row.Id], left > TimeSpan.Zero ? left : TimeSpan.Zero, ct);
        return ended.GetValueOrDefault(row.Id, row);
    }

    private async Task StartAsync(OrderRow row)
    {
        var lease = turns().NewLease();
        if (await orders.ClaimAsync(row.Id, lease, OrderTurns.Lease, CancellationToken.None) is { } claimed) _ = turns().RunAsync(claimed, lease);
    }
}
