using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>The answers about an order whose number is its buyer's already: the carrier still sets it up, or takes it back.</summary>
internal static class FollowUpJudge
{
    internal static OrderVerdict Decide(OrderRow order, CarrierOutcome outcome, OrderTerms terms, DateTimeOffset now)
    {
        switch (outcome)
        {
            case CarrierOutcome.Done { NeedsFollowUp: false } done:
                return new OrderVerdict.Settle(OrderErrors.Without(order) with
                {
                    NextAttempt = null,
                    Data = order.Data with { Delivered = done.CarrierData, NeedsFollowUp = false, Warnings = done.Warnings, AbsentSince = null },
                });
            case CarrierOutcome.Refused { Error: var error } when !OrderJudge.SaysNothing(error.Kind):
                return new OrderVerdict.Reverse(OrderJudge.Ended(OrderErrors.With(order, error), OrderPhase.Failed, OrderOutcome.Refused) with
                {
                    Data = order.Data with { NeedsFollowUp = false, Detail = error.Detail, Code = error.Code },
                });
            default:
                var wait = order with { Data = order.Data with { Asked = order.Data.Asked + 1 } };
                // The number works or not; after so long a person has to look. `settle` asks once more.
                return new OrderVerdict.Wait(now - order.Created >= terms.GiveUp
                    ? OrderErrors.With(wait, OrderErrors.GivenUp, string.Join(", ", order.Data.Warnings)) with { NextAttempt = null }
                    : wait with { NextAttempt = Next(wait, terms, now) });
        }
    }

    /// <summary>The slow pace.</summary>
    internal static DateTimeOffset Next(OrderRow order, OrderTerms terms, DateTimeOffset now) =>
        OrderSchedule.Poll(order with { Phase = OrderPhase.NeedsOperator }, terms.SettleMax, now);
}
