using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>Turns a decision of the life cycle into a plan: public fields and features are set on what the number becomes.</summary>
internal static class MovePlanner
{
    /// <param name="desk">Settings and feature lists.</param>
    /// <param name="key">The number's key in the reply.</param>
    /// <param name="before">The stored record; none when the number is new or only offered.</param>
    /// <param name="decision">What the life cycle says.</param>
    /// <param name="fields">Public fields that replace the number's; none keeps them.</param>
    /// <param name="action">Name in the ledger.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="known">The number as a search knows it, where a carrier may be asked to sell; none where nothing is bought.</param>
    internal static NumberPlan ToPlan(
        NumberDesk desk, string key, NumberRecord? before, TransitionDecision decision, JsonObject? fields, string action, MoveRequest request, NumberRecord? known = null)
    {
        if (fields is not null && decision is TransitionDecision.Allowed { After.Account: var owner }) fields = desk.Writable(request.Actor, owner, fields, before);
        switch (decision)
        {
            case TransitionDecision.Denied denied:
                return new NumberPlan.Fail(key, denied.Error);
            case TransitionDecision.Unchanged unchanged:
                return new NumberPlan.Keep(key, unchanged.Record);
            case TransitionDecision.Allowed { CarrierMustSell: true } allowed when known is not null:
                // What the fields say is looked at before money is spent.
                var bought = fields is null ? allowed.After : allowed.After with { PublicFields = DocumentText.From(fields) };
                return WithFeatures(desk, key, before, bought, action, request) switch
                {
                    NumberPlan.Write { Change.After: { } planned } write =>
                        new NumberPlan.Buy(key, before, known, new OrderWish(allowed.After.State, fields), planned) { Works = write.Works },
                    var refused => refused,
                };
            case TransitionDecision.Allowed { CarrierMustSell: true } allowed:
                // Creation records, and what is not ours cannot be recorded as ours (numbers.md 11.3).
                return new NumberPlan.Fail(key, allowed.After.HeldAtCarrier ? NumberErrors.ByCarrier(key) : NumberErrors.NotAvailable(key));
            case TransitionDecision.Allowed allowed:
                var after = fields is null ? allowed.After : allowed.After with { PublicFields = DocumentText.From(fields) };
                return WithFeatures(desk, key, before, after, action, request);
            default:
                throw new InvalidOperationException("The decisions of the life cycle are a closed set.");
        }
    }

    internal static NumberPlan WithFeatures(NumberDesk desk, string key, NumberRecord? before, NumberRecord after, string action, MoveRequest request)
    {
        if (PublicFieldRules.CallerNameProblem(before, after) is { } problem) return new NumberPlan.Fail(key, NumberErrors.Invalid($"{problem.Path}: {problem.Message}"), [problem]);
        switch (FeaturePlan.Decide(before, after, desk.ListsFor(after.Account), desk.Tree.IsAdmin(request.Actor)))
        {
            case FeatureOutcome.Denied denied:
                return new NumberPlan.Fail(key, denied.Error);
            case FeatureOutcome.Planned planned:
                desk.TellWithdrawn(planned.Withdrawn, after.Number);
                var change = new NumberChange(before, planned.After, action, request.Actor, null, request.Now)
                {
                    Messages = desk.MessagesOf(planned.Notices, planned.After, request.Actor),
                };
                return new NumberPlan.Write(key, change) { Works = planned.Works };
            default:
                throw new InvalidOperationException("The outcomes of a feature plan are a closed set.");
        }
    }
}
