using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Makes the store agree with use (numbers.md 7.7): what an account uses is in service for it. For admins only.</summary>
public sealed class ReconcileOperation(NumberDesk desk)
{
    /// <summary>Brings the numbers into service for the account: unknown ones are created, known ones move with the system's rights.</summary>
    /// <param name="actor">An admin, or the system.</param>
    /// <param name="target">The account that uses the numbers.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    public async Task<BatchOutcome> RunAsync(Actor actor, AccountId target, IReadOnlyList<string> texts, CancellationToken ct)
    {
        if (!desk.Tree.IsAdmin(actor)) return new BatchOutcome.Refused(NumberErrors.Forbidden());

        var request = desk.Request(Actor.System, target);
        var options = new CreationOptions(NumberState.InService, desk.Config.SettingsFor(null).AvailableModule);
        return new BatchOutcome.Finished(await desk.RunAsync(target, texts, Decide, WriteLane.Foreground, redoLost: false, ct));

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            var decision = record is null
                ? CreationRules.Decide(wanted.Number, null, options, request)
                : NumberLifecycle.Decide(record, NumberState.InService, request);
            var plan = MovePlanner.ToPlan(desk, wanted.Key, record, decision, null, NumberActions.Reconciled, request);
            // The rights are the system's, the deed is the admin's.
            return plan is NumberPlan.Write write ? write with { Change = write.Change with { Actor = actor } } : plan;
        }
    }
}
