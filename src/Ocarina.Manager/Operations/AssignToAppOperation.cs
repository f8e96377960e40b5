using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Says which application routes numbers (numbers.md 7.10). Features and billing are not touched.</summary>
public sealed class AssignToAppOperation(NumberDesk desk)
{
    /// <summary>Sets the application of the numbers, or takes it away.</summary>
    /// <param name="actor">Who acts; the platform itself as a rule.</param>
    /// <param name="path">The account whose rules read the numbers.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="app">Name such as <c>callflow</c>; none takes it away.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    public Task<IReadOnlyList<NumberResult>> RunAsync(Actor actor, AccountId path, IReadOnlyList<string> texts, string? app, CancellationToken ct)
    {
        var now = desk.Now;
        return desk.RunAsync(path, texts, Decide, WriteLane.Foreground, redoLost: true, ct);

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            if (record is null) return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));
            return record.UsedBy == app
                ? new NumberPlan.Keep(wanted.Key, record)
                : new NumberPlan.Write(wanted.Key, new NumberChange(record, record with { UsedBy = app }, NumberActions.AssignedToApp, actor, null, now));
        }
    }
}
