using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>What an earlier run of the same call has committed, as results: a repeat answers it and does none of it again (numbers.md 7.12).</summary>
internal sealed class EarlierRun(NumbersDatabase numbers, OrdersDatabase orders)
{
    private static readonly FrozenDictionary<PhoneNumber, NumberResult> Nothing = FrozenDictionary<PhoneNumber, NumberResult>.Empty;

    /// <summary>By number, in the order in which they were committed; empty as a rule.</summary>
    internal async Task<IReadOnlyDictionary<PhoneNumber, NumberResult>> ResultsAsync(CancellationToken ct)
    {
        if (CommitMarks.Current is not { Earlier: { Count: > 0 } effects }) return Nothing;

        var results = new Dictionary<PhoneNumber, NumberResult>();
        foreach (var effect in effects)
        {
            var result = effect switch
            {
                CallEffect.Number number => (number.Key, Result: await ReadAsync(number, ct)),
                CallEffect.Order order => (order.Key, Result: await ReadAsync(order, ct)),
                _ => default,
            };
            if (result.Result is not null) results[result.Key] = result.Result;
        }

        return results;
    }

    // Read from the ledger, not from the row: the reply shows the number as this call left it, whatever has become of it since.
    private async Task<NumberResult?> ReadAsync(CallEffect.Number effect, CancellationToken ct)
    {
        var page = await numbers.EventsAsync(effect.Key, new EventQuery(effect.Revision, 1), ct);
        if (page.Rows is not [{ Body.Revision: var revision } row] || revision != effect.Revision) return null;
        return row switch
        {
            { After: { } after } => new NumberResult.Done(effect.Key.ToString(), after with { LastHash = row.Hash }),
            { Before: { } before } => new NumberResult.Done(effect.Key.ToString(), before with { Revision = revision, LastHash = row.Hash, Modified = row.Body.Time }, IsErased: true),
            _ => null,
        };
    }

    // Whoever settled it since did so on his own account: what the order says now is the answer. A disconnect is the small print of a release, which has its own effect.
    private async Task<NumberResult?> ReadAsync(CallEffect.Order effect, CancellationToken ct)
    {
        if (!OrderKey.TryParse(effect.Id, out var id) || await orders.FindAsync(id, ct) is not { Kind: OrderKind.Acquire } order) return null;
        var key = effect.Key.ToString();
        var record = (await numbers.LoadAsync([effect.Key], ct)).GetValueOrDefault(effect.Key);
        if (order.IsOpen) return new NumberResult.Pending(key, record ?? order.ToDiscovery(), order.Id, order.Phase);
        if (order.IsBought && record is { Account: { } owner } && owner == order.Account) return new NumberResult.Done(key, record);
        return new NumberResult.Failed(key, order.IsBought || order.Error == CarrierErrorNames.Of(CarrierErrorKind.NumberUnavailable) ? NumberErrors.NotAvailable(key) : NumberErrors.ByCarrier(key));
    }
}
