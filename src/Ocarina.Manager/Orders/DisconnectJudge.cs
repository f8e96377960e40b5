using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>The answers to a disconnect order. Nobody waits for them: whatever can pass is tried again, and what cannot is kept for a person.</summary>
internal static class DisconnectJudge
{
    internal static OrderVerdict Decide(OrderRow order, CarrierOutcome outcome, bool wasAsked, OrderTerms terms, DateTimeOffset now)
    {
        switch (outcome)
        {
            case CarrierOutcome.Done done:
                return new OrderVerdict.End(Ended(order, OrderPhase.Done, OrderOutcome.Released) with
                {
                    CarrierOrderId = done.CarrierOrderId ?? order.CarrierOrderId,
                    Data = order.Data with { Facts = done.CarrierData.IsEmpty ? order.Data.Facts : done.CarrierData, Warnings = done.Warnings },
                });
            case CarrierOutcome.Pretended:
                return new OrderVerdict.End(Ended(order, OrderPhase.Pretended, OrderOutcome.Pretended));
            case CarrierOutcome.Pending pending:
                return new OrderVerdict.Wait(OrderJudge.Polled(order, pending, terms, now));
            case CarrierOutcome.Scheduled scheduled:
                // Until then the number is ours, and may be sold again: that withdraws the order.
                var later = OrderErrors.With(order, scheduled.Error) with { Phase = OrderPhase.Prepared, SentAt = null };
                return new OrderVerdict.HeldAgain(later with { NextAttempt = scheduled.At > now ? scheduled.At : OrderSchedule.Limited(later, terms.SettleMax, now) });
            case CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotOwned } refused:
                return new OrderVerdict.End(Ended(order.Seen($"warning: {refused.Error.Name}"), OrderPhase.Done, OrderOutcome.Released));
            case CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.DuplicateOrder or CarrierErrorKind.OutcomeUnknown } refused:
                return new OrderVerdict.Wait(OrderJudge.Unclear(order, refused.Error, null, terms, now));
            case CarrierOutcome.Refused refused when wasAsked && OrderJudge.SaysNothing(refused.Error.Kind):
                return new OrderVerdict.Wait(OrderJudge.Unclear(order, refused.Error, null, terms, now));
            case CarrierOutcome.Refused refused when Passes(refused.Error.Kind) && now - order.Created < terms.GiveUp:
                return new OrderVerdict.Wait(OrderJudge.Again(order, refused.Error, terms, now));
            case CarrierOutcome.Refused refused:
                return Stranded(OrderErrors.With(order, refused.Error));
            case CarrierOutcome.Unknown unknown:
                return new OrderVerdict.Wait(OrderJudge.Unclear(order, unknown.Error, unknown.CarrierOrderId, terms, now));
            case CarrierOutcome.Absent when now - order.Created >= terms.GiveUp:
                return Stranded(OrderErrors.With(order, OrderErrors.NotReleased, "the carrier takes no release"));
            case CarrierOutcome.Absent:
                // Releasing twice costs nothing. But not without end, and not in a hurry.
                return new OrderVerdict.Wait(OrderJudge.Again(order, new CarrierError(CarrierErrorKind.NotFound, "the carrier does not know the release"), terms, now) with { CarrierOrderId = null });
            case CarrierOutcome.NeedsOperator person:
                var asked = OrderErrors.With(order, person.Error) with { Phase = OrderPhase.NeedsOperator };
                return new OrderVerdict.Wait(asked with { NextAttempt = OrderSchedule.Poll(asked, terms.SettleMax, now) });
            case CarrierOutcome.Stranded stranded:
                return Stranded(OrderErrors.With(order, OrderErrors.NotReleased, stranded.Why));
            default:
                throw new InvalidOperationException("The outcomes of a carrier are a closed set.");
        }
    }

    /// <summary>Released here, still billed there. It holds nothing: the number is ours to sell.</summary>
    internal static OrderVerdict Stranded(OrderRow order) => new OrderVerdict.HeldAgain(OrderJudge.Ended(order, OrderPhase.Done, OrderOutcome.Stranded));

    private static OrderRow Ended(OrderRow order, OrderPhase phase, OrderOutcome outcome) => OrderJudge.Ended(OrderErrors.Without(order), phase, outcome);

    // Nothing was taken, and by itself or by a person's hand it may be otherwise soon.
    private static bool Passes(CarrierErrorKind kind) => OrderJudge.SaysNothing(kind) && kind is not (CarrierErrorKind.ProvisioningDisabled or CarrierErrorKind.NotSupported);
}
