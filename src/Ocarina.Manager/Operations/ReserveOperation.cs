using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Orders;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Puts numbers in reserve for an account (numbers.md 7.9; `http-api.md` 2.6).</summary>
public sealed class ReserveOperation(NumberDesk desk, PurchaseDesk purchases)
{
    /// <summary>Reserves the numbers for the account of the path.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="target">The account that will hold them.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="fields">Public fields to set, sanitised; none keeps those that are there.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    public Task<IReadOnlyList<NumberResult>> RunAsync(
        Actor actor, AccountId target, IReadOnlyList<string> texts, JsonObject? fields, CancellationToken ct, ChargeConsent? consent = null)
    {
        var request = desk.Request(actor, target);
        return desk.RunAsync(target, texts, Decide, WriteLane.Foreground, redoLost: false, ct,
            more: new DeskExtras { Buy = (plans, version) => purchases.PlaceAsync(actor, target, plans, version, ct, consent), Consent = consent });

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            if (record is null) return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));
            if (desk.Tree.Find(target) is null) return new NumberPlan.Fail(wanted.Key, NumberErrors.AssignFailure());
            var decision = NumberLifecycle.Decide(record, NumberState.Reserved, request);
            return MovePlanner.ToPlan(desk, wanted.Key, record, decision, fields, NumberActions.Reserved, request, record);
        }
    }
}
