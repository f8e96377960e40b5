using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Manager.Features;
using Ocarina.Manager.Orders;
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
            switch (effect)
            {
                case CallEffect.Number number when await ReadAsync(number, ct) is { } result: results[number.Key] = result; break;
                case CallEffect.Order { Key.IsEmpty: false } order when await ReadAsync(order, ct) is { } result: results[order.Key] = result; break;
            }
        }

        return results;
    }

    /// <summary>The pieces of groups, keyed as their purchase keyed them.</summary>
    internal async Task<IReadOnlyList<NumberResult>> PiecesAsync(CancellationToken ct)
    {
        if (CommitMarks.Current is not { Earlier: { Count: > 0 } effects }) return [];

        List<NumberResult> results = [];
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var effect in effects.OfType<CallEffect.Order>().Where(order => order.Key.IsEmpty))
        {
            if (await orders.FindAsync(effect.Id, ct) is not { Data.Offer: { } offer } order) continue;
            var piece = pieces[offer] = pieces.GetValueOrDefault(offer) + 1;
            results.Add(await AnswerAsync(order, piece == 1 ? offer : $"{offer}#{piece}", ct));
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

    private async Task<NumberResult?> ReadAsync(CallEffect.Order effect, CancellationToken ct) =>
        await orders.FindAsync(effect.Id, ct) is { } order ? await AnswerAsync(order, effect.Key.ToString(), ct) : null;

    // Whoever works on it since does so on his own account: what the order says now is the answer.
    private async Task<NumberResult> AnswerAsync(OrderRow order, string key, CancellationToken ct)
    {
        var record = order.Number.IsEmpty ? null : (await numbers.LoadAsync([order.Number], ct)).GetValueOrDefault(order.Number);
        // What a request needs of several providers is one order after the other.
        while (order is { Kind: OrderKind.Feature, Phase: OrderPhase.Done, Data.Next: { } next } && await orders.FindAsync(next, ct) is { } following) order = following;
        if (order.Kind == OrderKind.Feature && record is not null) return FeatureDesk.Answer(key, order, record);
        return PurchaseDesk.Answer(key, order, before: record is { Account: null } ? record : null, record);
    }
}
