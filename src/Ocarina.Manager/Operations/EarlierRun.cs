using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Manager.Operations;

/// <summary>What an earlier run of the same call has committed, as results: a repeat answers it and does none of it again (numbers.md 7.12).</summary>
internal static class EarlierRun
{
    private static readonly FrozenDictionary<PhoneNumber, NumberResult> Nothing = FrozenDictionary<PhoneNumber, NumberResult>.Empty;

    /// <summary>By number, in the order in which they were committed; empty as a rule.</summary>
    internal static async Task<IReadOnlyDictionary<PhoneNumber, NumberResult>> ResultsAsync(NumbersDatabase numbers, CancellationToken ct)
    {
        if (CommitMarks.Current is not { Earlier: { Count: > 0 } effects }) return Nothing;

        var results = new Dictionary<PhoneNumber, NumberResult>();
        foreach (var effect in effects.OfType<CallEffect.Number>())
            if (await ReadAsync(numbers, effect, ct) is { } result) results[effect.Key] = result;
        return results;
    }

    // Read from the ledger, not from the row: the reply shows the number as this call left it, whatever has become of it since.
    private static async Task<NumberResult?> ReadAsync(NumbersDatabase numbers, CallEffect.Number effect, CancellationToken ct)
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
}
