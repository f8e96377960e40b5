using Ocarina.Core.Carriers;
using Ocarina.Manager.Orders;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Features;

/// <summary>What a provider's answer means for an order of a feature (docs/decisions/0014-features.md). Pure.</summary>
/// <remarks>Providers are repeated rather than asked about: each of their calls looks first at what is done already. So whatever may pass is tried again.</remarks>
internal static class FeatureJudge
{
    internal static OrderVerdict Decide(OrderRow order, CarrierOutcome outcome, bool isOwed, OrderTerms terms, DateTimeOffset now)
    {
        var verdict = Judge(order.Seen(outcome.Evidence), outcome, isOwed, terms, now);
        if (verdict is not OrderVerdict.Wait { Row: { IsOpen: true } row } || row.Phase == OrderPhase.NeedsOperator || now - row.Created < terms.GiveUp) return verdict;
        // From here on a person is told; the provider is still tried, at the slow pace.
        return new OrderVerdict.Wait(row.Error is null ? OrderErrors.With(row with { Phase = OrderPhase.NeedsOperator }, OrderErrors.GivenUp) : row with { Phase = OrderPhase.NeedsOperator });
    }

    private static OrderVerdict Judge(OrderRow order, CarrierOutcome outcome, bool isOwed, OrderTerms terms, DateTimeOffset now)
    {
        switch (outcome)
        {
            case CarrierOutcome.Done done:
                return new OrderVerdict.Settle(OrderErrors.Without(order) with
                {
                    CarrierOrderId = done.CarrierOrderId ?? order.CarrierOrderId,
                    Data = order.Data with { Delivered = done.CarrierData, Warnings = done.Warnings, LimitedSince = null },
                });
            case CarrierOutcome.Pending pending:
                return new OrderVerdict.Wait(OrderJudge.Polled(order, pending, terms, now));
            case CarrierOutcome.Refused { Error: var error } when Passes(error.Kind) || (isOwed && OrderJudge.SaysNothing(error.Kind)):
                return new OrderVerdict.Wait(Again(order, error, terms, now));
            case CarrierOutcome.Refused { Error: var error } when isOwed:
                return new OrderVerdict.Wait(ForPerson(order, error, terms, now));
            case CarrierOutcome.Refused { Error: var error }:
                return OrderJudge.Failed(OrderErrors.With(order, error));
            case CarrierOutcome.Unknown unknown:
                return new OrderVerdict.Wait(OrderJudge.Unclear(order, unknown.Error, unknown.CarrierOrderId, terms, now));
            case CarrierOutcome.NeedsOperator person:
                return new OrderVerdict.Wait(ForPerson(order, person.Error, terms, now));
            default:
                // What the question does not allow is no answer.
                return new OrderVerdict.Wait(OrderJudge.Unclear(order, new CarrierError(CarrierErrorKind.BadReply, $"the module answered {outcome.GetType().Name}"), null, terms, now));
        }
    }

    // By itself it may be otherwise soon. Wrong credentials are not: whoever waits is told at once.
    private static bool Passes(CarrierErrorKind kind) => kind is
        CarrierErrorKind.RateLimited or CarrierErrorKind.Timeout or CarrierErrorKind.Unreachable or CarrierErrorKind.CarrierFault or CarrierErrorKind.BadReply
        or CarrierErrorKind.OutcomeUnknown;

    private static OrderRow Again(OrderRow order, CarrierError error, OrderTerms terms, DateTimeOffset now)
    {
        var again = OrderJudge.Again(order, error, terms, now);
        return order.Phase == OrderPhase.NeedsOperator ? again with { Phase = OrderPhase.NeedsOperator, NextAttempt = OrderSchedule.Poll(order, terms.SettleMax, now) } : again;
    }

    private static OrderRow ForPerson(OrderRow order, CarrierError error, OrderTerms terms, DateTimeOffset now)
    {
        var row = OrderErrors.With(order, error) with { Phase = OrderPhase.NeedsOperator };
        return row with { NextAttempt = OrderSchedule.Poll(row, terms.SettleMax, now), Data = row.Data with { Asked = row.Data.Asked + 1 } };
    }
}
