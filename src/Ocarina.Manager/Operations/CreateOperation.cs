using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Orders;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>
/// Creates numbers (numbers.md 5.4; `http-api.md` 2.5). Creation records, it buys nothing: no carrier is asked, but one that sets up the numbers on their way in to it. Such a number is there when
/// he has taken it in hand, and never when he refuses.
/// </summary>
public sealed class CreateOperation(NumberDesk desk, PurchaseDesk purchases)
{
    /// <summary>Creates the numbers for the account.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="target">The account of the path.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="fields">Public fields, sanitised; <c>carrier_name</c> among them chooses the carrier.</param>
    /// <param name="state">The wanted state; none asks for the configured default, and <c>reserved</c> without one.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    public async Task<BatchOutcome> RunAsync(
        Actor actor, AccountId target, IReadOnlyList<string> texts, JsonObject fields, NumberState? state, CancellationToken ct, ChargeConsent? consent = null)
    {
        var settings = desk.Config.SettingsFor(null);
        var request = desk.Request(actor, target);
        var wantedState = state ?? settings.DefaultCreationState ?? NumberState.Reserved;

        var carrier = wantedState == NumberState.PortIn ? settings.PortInModule : settings.AvailableModule;
        if (fields["carrier_name"] is { } named)
        {
            if (!desk.Tree.IsAdmin(actor)) return new BatchOutcome.Refused(NumberErrors.Forbidden("carrier_name"));
            carrier = CarrierName.Parse(named.ToString());
            if (CarrierCatalogue.Find(carrier) is not { IsSearchSource: false }) return new BatchOutcome.Refused(NumberErrors.UnknownCarrier(named.ToString()));
        }

        var options = new CreationOptions(wantedState, carrier);
        if (CreationRules.Refusal(options, request) is { } refusal) return new BatchOutcome.Refused(refusal);

        var isSetUp = wantedState == NumberState.PortIn && purchases.ProvisionsPortIn(carrier);
        var results = await desk.RunAsync(target, texts, Decide, WriteLane.Foreground, redoLost: false, ct,
            more: new DeskExtras { Buy = (plans, version) => purchases.PlaceAsync(actor, target, plans, version, ct, consent), Consent = consent });
        return new BatchOutcome.Finished(results);

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            var decision = CreationRules.Decide(wanted.Number, record, options, request);
            if (decision is TransitionDecision.Unchanged { Record: var same } && fields.Count > 0)
                decision = new TransitionDecision.Allowed(same, CarrierMustSell: false);
            var own = (JsonObject)fields.DeepClone();
            if (record is null) own.Remove("carrier_name"); // the number was made with it
            // Only what is new: what is on its way already was set up when it came.
            if (isSetUp && record is null && decision is TransitionDecision.Allowed allowed)
                return MovePlanner.ToPlan(desk, wanted.Key, null, allowed with { CarrierMustSell = true }, own, NumberActions.Created, request, NotYet(allowed.After));
            var plan = MovePlanner.ToPlan(desk, wanted.Key, record, decision, own, NumberActions.Created, request);
            // No carrier sets it up, so people have to (numbers.md 5.4, DECISION).
            return record is null && wantedState == NumberState.PortIn && plan is NumberPlan.Write write ? write with { Change = desk.WithPortRequest(write.Change) } : plan;
        }

        // What it is until the carrier has answered.
        static NumberRecord NotYet(NumberRecord after) => after with { State = NumberState.Discovery, Account = null, DueAt = null };
    }
}
