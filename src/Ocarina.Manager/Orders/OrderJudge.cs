using Ocarina.Core.Carriers;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Orders;

/// <summary>What a carrier's answer means for an order (docs/decisions/0010-orders.md). Pure. An answer that is not understood is never a refusal.</summary>
internal static class OrderJudge
{
    /// <summary>Decides how an order goes on.</summary>
    /// <param name="order">The order as it is, the answer's call counted.</param>
    /// <param name="outcome">The answer.</param>
    /// <param name="wasAsked">True when it was asked about, false when it was sent.</param>
    /// <param name="terms">The carrier's settings.</param>
    /// <param name="now">When the answer came.</param>
    internal static OrderVerdict Decide(OrderRow order, CarrierOutcome outcome, bool wasAsked, OrderTerms terms, DateTimeOffset now)
    {
        var seen = order.Seen(outcome.Evidence);
        // Whoever answers a thing that the question does not allow has not answered.
        if (outcome is CarrierOutcome.Unchanged || (outcome is CarrierOutcome.Absent && !wasAsked))
            outcome = new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, $"the module answered {outcome.GetType().Name}"));
        // An order that is not found is an order that is not found yet.
        if (outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotFound } && wasAsked) outcome = new CarrierOutcome.Absent();
        var verdict = order switch
        {
            { IsOpen: false } => FollowUpJudge.Decide(seen, outcome, terms, now),
            { Kind: OrderKind.Disconnect } => DisconnectJudge.Decide(seen, outcome, wasAsked, terms, now),
            _ => DecideAcquire(seen, outcome, wasAsked, terms, now),
        };
        return verdict is OrderVerdict.Wait { Row: { IsOpen: true } row } ? GivenUp(row, terms, now) : verdict;
    }

    /// <summary>What is told of a question that could not be asked, or of one that was answered with a fault: nothing about the order.</summary>
    internal static bool SaysNothing(CarrierErrorKind kind) => kind is
        CarrierErrorKind.RateLimited or CarrierErrorKind.Timeout or CarrierErrorKind.Unreachable or CarrierErrorKind.CarrierFault or CarrierErrorKind.BadReply
        or CarrierErrorKind.NotConfigured or CarrierErrorKind.InvalidConfig or CarrierErrorKind.Unauthenticated or CarrierErrorKind.Unauthorized
        or CarrierErrorKind.ProvisioningDisabled or CarrierErrorKind.OutcomeUnknown or CarrierErrorKind.NotSupported;

    internal static OrderVerdict.End Failed(OrderRow order) => new(Ended(order, OrderPhase.Failed, OrderOutcome.Refused));

    internal static OrderRow Ended(OrderRow order, OrderPhase phase, OrderOutcome outcome) =>
        order with { Phase = phase, Outcome = outcome, NextAttempt = null, Data = order.Data with { AbsentSince = null, LimitedSince = null } };

    /// <summary>Bought, or said to be in our account, and nobody can have it: a person decides. Keeps holding its number.</summary>
    internal static OrderRow Stranded(OrderRow order, string error, string? why) =>
        OrderErrors.With(order, error, why) with { Phase = OrderPhase.NeedsOperator, Outcome = OrderOutcome.Stranded, NextAttempt = null };

    /// <summary>The carrier works on it.</summary>
    internal static OrderRow Polled(OrderRow order, CarrierOutcome.Pending pending, OrderTerms terms, DateTimeOffset now)
    {
        var id = pending.CarrierOrderId ?? order.CarrierOrderId;
        var phase = pending.IsCompensating ? OrderPhase.Compensating
            : order.Phase is OrderPhase.Prepared or OrderPhase.Sending or OrderPhase.Unclear ? (id is null ? OrderPhase.Waiting : OrderPhase.Accepted)
            : order.Phase == OrderPhase.NeedsOperator ? OrderPhase.NeedsOperator
            : OrderPhase.Waiting;
        var isNew = order.Phase is OrderPhase.Prepared or OrderPhase.Sending or OrderPhase.Unclear;
        var row = OrderErrors.Without(order) with
        {
            Phase = phase,
            CarrierOrderId = id,
            CarrierStatus = pending.Status ?? order.CarrierStatus,
            SentAt = order.SentAt ?? now,
            Data = order.Data with
            {
                Facts = pending.Facts ?? order.Data.Facts,
                Asked = isNew ? 0 : order.Data.Asked,
                AbsentSince = null,
                LimitedSince = null,
                Detail = null,
                Code = null,
                Restrictions = default,
            },
        };
        return Counted(row with { NextAttempt = OrderSchedule.NotBefore(OrderSchedule.Poll(row, terms.SettleMax, now), pending.RetryAfter, now) });
    }

    /// <summary>Nothing was learnt, except perhaps an id.</summary>
    internal static OrderRow Unclear(OrderRow order, CarrierError error, string? id, OrderTerms terms, DateTimeOffset now)
    {
        var row = OrderErrors.With(order, error) with { CarrierOrderId = id ?? order.CarrierOrderId };
        // A question that failed changes nothing but the time of the next one.
        if (row.Phase is OrderPhase.Prepared or OrderPhase.Sending) row = row with { Phase = OrderPhase.Unclear, Data = row.Data with { Asked = 0 } };
        row = row with { Data = row.Data with { AbsentSince = null } };
        var next = row.Phase == OrderPhase.Unclear ? OrderSchedule.Unclear(row, terms.SettleMax, now) : OrderSchedule.Poll(row, terms.SettleMax, now);
        return Counted(row with { NextAttempt = OrderSchedule.NotBefore(next, error.RetryAfter, now) });
    }

    /// <summary>Not taken, and it may go out later under the same key.</summary>
    internal static OrderRow Again(OrderRow order, CarrierError error, OrderTerms terms, DateTimeOffset now)
    {
        var first = order.Data.LimitedSince is null;
        var row = OrderErrors.With(order, error);
        row = row with
        {
            Phase = OrderPhase.Prepared,
            SentAt = null,
            Data = row.Data with { LimitedSince = order.Data.LimitedSince ?? now, Asked = first ? 0 : order.Data.Asked, AbsentSince = null },
        };
        return Counted(row with { NextAttempt = OrderSchedule.NotBefore(OrderSchedule.Limited(row, terms.SettleMax, now), error.RetryAfter, now) });
    }

    private static OrderVerdict DecideAcquire(OrderRow order, CarrierOutcome outcome, bool wasAsked, OrderTerms terms, DateTimeOffset now)
    {
        switch (outcome)
        {
            case CarrierOutcome.Done done:
                return Bought(order, done, terms, now);
            case CarrierOutcome.Pretended pretended:
                return new OrderVerdict.Settle(OrderErrors.Without(order) with
                {
                    Data = order.Data with { Delivered = pretended.CarrierData, IsPretended = true },
                });
            case CarrierOutcome.Pending pending:
                return new OrderVerdict.Wait(Polled(order, pending, terms, now));
            case CarrierOutcome.Scheduled scheduled:
                var wait = new CarrierOutcome.Pending(order.CarrierOrderId) { RetryAfter = scheduled.At - now };
                return new OrderVerdict.Wait(Polled(order, wait, terms, now));
            case CarrierOutcome.Refused refused:
                return Refused(order, refused.Error, wasAsked, terms, now);
            case CarrierOutcome.Unknown unknown when order.Phase == OrderPhase.Prepared:
                // The module writes in steps and did not get to the one that spends.
                return GivesUp(order, now) ? Failed(OrderErrors.With(order, unknown.Error)) : new OrderVerdict.Wait(Again(order, unknown.Error, terms, now));
            case CarrierOutcome.Unknown unknown:
                return new OrderVerdict.Wait(Unclear(order, unknown.Error, unknown.CarrierOrderId, terms, now));
            case CarrierOutcome.Absent:
                return Absent(order, terms, now);
            case CarrierOutcome.NeedsOperator person:
                var asked = OrderErrors.With(order, person.Error) with { Phase = OrderPhase.NeedsOperator };
                return new OrderVerdict.Wait(Counted(asked with { NextAttempt = OrderSchedule.Poll(asked, terms.SettleMax, now) }));
            case CarrierOutcome.Stranded stranded:
                return new OrderVerdict.End(Stranded(order, OrderErrors.Surplus, stranded.Why));
            default:
                throw new InvalidOperationException("The outcomes of a carrier are a closed set.");
        }
    }

    private static OrderVerdict Bought(OrderRow order, CarrierOutcome.Done done, OrderTerms terms, DateTimeOffset now)
    {
        var row = OrderErrors.Without(order) with { CarrierOrderId = done.CarrierOrderId ?? order.CarrierOrderId, SentAt = order.SentAt ?? now };
        var isNamed = !order.Number.IsEmpty;
        if (isNamed ? done.Delivered is { } other && other != order.Number : done.Delivered is not { IsEmpty: false })
        {
            // Money was spent, and what for is not clear: this is no success and no failure.
            var error = new CarrierError(CarrierErrorKind.BadReply, isNamed ? "the carrier delivered another number" : "the carrier named no number");
            var odd = OrderErrors.With(row.Seen($"delivered: {done.Delivered?.ToString() ?? "nothing"}"), error) with { Phase = OrderPhase.NeedsOperator };
            return new OrderVerdict.Wait(Counted(odd with { NextAttempt = OrderSchedule.Poll(odd, terms.SettleMax, now) }));
        }

        return new OrderVerdict.Settle(row with
        {
            Phase = OrderPhase.Accepted,
            Data = row.Data with
            {
                Delivered = done.CarrierData,
                Price = done.Price ?? row.Data.Price,
                DeliveredNumber = isNamed ? null : done.Delivered,
                NeedsFollowUp = done.NeedsFollowUp,
                Warnings = done.Warnings,
                Surplus = done.Surplus,
                AbsentSince = null,
                LimitedSince = null,
                Asked = 0,
            },
        });
    }

    private static OrderVerdict Refused(OrderRow order, CarrierError error, bool wasAsked, OrderTerms terms, DateTimeOffset now)
    {
        switch (error.Kind)
        {
            case CarrierErrorKind.RateLimited when !wasAsked:
                return GivesUp(order, now) ? Failed(OrderErrors.With(order, error)) : new OrderVerdict.Wait(Again(order, error, terms, now));
            case CarrierErrorKind.DuplicateOrder or CarrierErrorKind.OutcomeUnknown when !wasAsked:
            case CarrierErrorKind.AlreadyOurs when !wasAsked:
            case CarrierErrorKind.NumberUnavailable when !wasAsked && order.Data.IsResent: // perhaps by the first sending, which lists did not show yet
                // Somebody bought it for us: who and when is told by asking, not by this answer.
                return new OrderVerdict.Wait(Unclear(order with { Phase = OrderPhase.Sending }, error, null, terms, now));
            case CarrierErrorKind.DuplicateOrder or CarrierErrorKind.AlreadyOurs:
                var person = OrderErrors.With(order, error) with { Phase = OrderPhase.NeedsOperator };
                return new OrderVerdict.Wait(Counted(person with { NextAttempt = OrderSchedule.Poll(person, terms.SettleMax, now) }));
            case var kind when wasAsked && SaysNothing(kind):
                return new OrderVerdict.Wait(Unclear(order, error, null, terms, now));
            default:
                return Failed(OrderErrors.With(order, error));
        }
    }

    private static OrderVerdict Absent(OrderRow order, OrderTerms terms, DateTimeOffset now)
    {
        var countsFrom = (order.SentAt ?? order.Created) + terms.RecoverLag;
        var second = terms.RecoverLag / 4;
        if (now < countsFrom)
        {
            // Lists lag behind: too early to believe it.
            var early = order with { Phase = order.Phase == OrderPhase.Sending ? OrderPhase.Unclear : order.Phase, Data = order.Data with { AbsentSince = null } };
            var next = OrderSchedule.Unclear(early, terms.SettleMax, now);
            return new OrderVerdict.Wait(Counted(early with { NextAttempt = next < countsFrom ? next : countsFrom }));
        }

        if (order.Data.AbsentSince is not { } first)
        {
            var once = order with { Phase = order.Phase == OrderPhase.Sending ? OrderPhase.Unclear : order.Phase, Data = order.Data with { AbsentSince = now } };
            return new OrderVerdict.Wait(Counted(once with { NextAttempt = now + second }));
        }

        if (now < first + second) return new OrderVerdict.Wait(Counted(order with { NextAttempt = first + second }));
        if (terms.MayResend && order.CarrierOrderId is not null)
        {
            // He gave it an id: it cannot never have been. Neither sent again nor forgotten.
            var lost = OrderErrors.With(order, OrderErrors.NotBought, "the carrier does not show the order any more") with { Phase = OrderPhase.NeedsOperator };
            return new OrderVerdict.Wait(Counted(lost with { NextAttempt = OrderSchedule.Poll(lost, terms.SettleMax, now) }));
        }

        if (!terms.MayResend || order.Data.IsResent || order.Phase == OrderPhase.NeedsOperator) return Failed(OrderErrors.With(order, OrderErrors.NotBought));
        return new OrderVerdict.Resend(OrderErrors.Without(order) with
        {
            Phase = OrderPhase.Prepared,
            Data = order.Data with { IsResent = true, AbsentSince = null, Asked = 0 },
        });
    }

    private static OrderRow Counted(OrderRow order) => order with { Data = order.Data with { Asked = order.Data.Asked + 1 } };

    private static bool GivesUp(OrderRow order, DateTimeOffset now) => order.Data.LimitedSince is { } since && now - since >= OrderSchedule.LimitedMax;

    // From here on a person is told; the carrier is still asked.
    private static OrderVerdict GivenUp(OrderRow order, OrderTerms terms, DateTimeOffset now)
    {
        if (order.Phase is OrderPhase.NeedsOperator || now - order.Created < terms.GiveUp) return new OrderVerdict.Wait(order);
        if (order.Phase != OrderPhase.Prepared)
        {
            var told = (order.Error is null ? OrderErrors.With(order, OrderErrors.GivenUp) : order) with { Phase = OrderPhase.NeedsOperator };
            return new OrderVerdict.Wait(told);
        }

        return order.Kind == OrderKind.Acquire ? Failed(order) : new OrderVerdict.Wait(order);
    }
}
