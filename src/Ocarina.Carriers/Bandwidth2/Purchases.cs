using System.Globalization;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Buys one number (carriers.md 4.6, 4.7): reserve it when that is wanted, note that it is being sent, send it once, say what is known.</summary>
internal sealed class Purchases(Bandwidth2Client client)
{
    private readonly Bandwidth2Settings _settings = client.Settings;

    /// <summary>Sends the order.</summary>
    internal async Task<CarrierOutcome> PlaceAsync(CarrierOrder order, CancellationToken ct)
    {
        var number = WireNumbers.ToWire(order.Number, _settings.IsV2)!; // refused before, if it had no form
        var facts = OrderFacts.Of(order.Facts) with { AccountId = _settings.AccountId };
        if (_settings.ReservesFirst)
        {
            await client.Context.Notes.NoteAsync(OrderPhase.Prepared, facts.ToDocument(), ct);
            var reserved = await new Reservations(client).HoldAsync(number, facts.ReservationId, ct);
            if (reserved.Refusal is { } refusal) return new CarrierOutcome.Refused(refusal);
            facts = facts with { ReservationId = reserved.Id };
        }

        var request = new OrderRequest(order.Key.ToString(), _settings.OrderName(order.Key), number, _settings.SiteId!, _settings.PeerId, facts.ReservationId); // the site is required
        await client.Context.Notes.NoteAsync(OrderPhase.Sending, facts.ToDocument(), ct);
        var reply = await client.WriteAsync(HttpMethod.Post, "order_create", "orders", Requests.Order(request), LimitGroups.Order, ct);

        var outcome = PurchaseAnswers.OfCreation(reply, order, (answer, id) => Data(order, answer, id));
        // It may have been sent before, and what is refused now be its echo: "already being processed" can mean by us.
        if (outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NumberUnavailable or CarrierErrorKind.DuplicateOrder or CarrierErrorKind.AlreadyOurs })
            outcome = await SecondLookAsync(order, outcome, ct);
        if (outcome is CarrierOutcome.Refused { Error.Kind: not CarrierErrorKind.RateLimited } && facts.ReservationId is { } reservation)
            await new Reservations(client).TryFreeAsync(reservation, ct);
        return outcome;
    }

    /// <summary>Says what became of it.</summary>
    internal async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CancellationToken ct)
    {
        var facts = OrderFacts.Of(order.Facts);
        if (facts.AccountId is { } account && account != _settings.AccountId)
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.InvalidConfig, $"The order was sent under account {account}, and the settings name another")) { CarrierOrderId = order.CarrierOrderId };

        var known = PathPart.IsSafe(order.CarrierOrderId) ? order.CarrierOrderId : null;
        var best = known is null ? null : await ByIdAsync(order, known, ct);
        if (best is not (null or CarrierOutcome.Refused)) return best;
        // An order that failed may be the echo of an earlier one under the same reference, whose reply was lost: that one has the number.
        foreach (var id in (await new OrderSearch(client).FindAsync(order.Key, ct)).Where(id => id != known))
            if (await ByIdAsync(order, id, ct) is { } one && (best is null || Rank(one) > Rank(best))) best = one;
        return best ?? await ByNumberAsync(order, ct);
    }

    private async Task<CarrierOutcome> SecondLookAsync(CarrierOrder order, CarrierOutcome refused, CancellationToken ct)
    {
        try
        {
            var seen = await LookUpAsync(order, ct);
            return seen is CarrierOutcome.Absent or CarrierOutcome.NeedsOperator ? refused : seen;
        }
        catch (CarrierException lost)
        {
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, $"Refused, and then not to be looked up: {lost.Error.Name}"));
        }
    }

    /// <summary>Reads one order and judges it; none when the carrier does not know the id.</summary>
    private async Task<CarrierOutcome?> ByIdAsync(CarrierOrder order, string id, CancellationToken ct)
    {
        var reply = await client.ReadAsync("order_get", $"orders/{CarrierAddress.Segment(id)}", LimitGroups.OrderRead, ct);
        if (reply.Status == 404 && Faults.Of(reply, WireContext.Order).Kind == CarrierErrorKind.NotFound) return null;
        // An order's own errors are part of what it has come to; only a reply that is no order is a failure to read.
        if (!reply.IsSuccess) throw new CarrierException(Faults.Of(reply, WireContext.Order));
        var root = CarrierXml.Parse(reply);
        Faults.Expect(root, "OrderResponse");
        var answer = OrderReply.Of(root);
        PurchaseAnswers.MustBe(answer, order.Key, id);
        if (answer.Reference is null && answer.Id is null) throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The reply names no order"));
        return await DecideAsync(order, id, reply, answer, ct);
    }

    private async Task<CarrierOutcome> DecideAsync(CarrierOrder order, string id, CarrierReply reply, OrderReply answer, CancellationToken ct)
    {
        switch (PurchaseAnswers.Judge(answer, order.Number))
        {
            case Verdict.Bought:
                return await DeliveredAsync(order, id, answer, answer.Completed, ct);
            case Verdict.Refused:
                return await RefusedAsync(order, id, PurchaseAnswers.WhyNot(reply, answer, order.Number), ct);
            case Verdict.Close:
                return await CloseAsync(order, id, ct);
            case Verdict.ReadNumbers:
                return await ByDeliveryAsync(order, id, reply, answer, ct);
            case Verdict.WaitSlowly:
                return new CarrierOutcome.Pending(id, answer.Status) { RetryAfter = client.Context.Settings.SettleIntervalMax, Evidence = [$"order {id} has the unknown state {answer.Status}"] };
            default:
                return new CarrierOutcome.Pending(id, answer.Status ?? "RECEIVED");
        }
    }

    /// <summary>The order is over and does not say what it bought: its list of numbers does, and in the end the number itself.</summary>
    private async Task<CarrierOutcome> ByDeliveryAsync(CarrierOrder order, string id, CarrierReply reply, OrderReply answer, CancellationToken ct)
    {
        var delivered = await DeliveredNumbersAsync(id, ct);
        if (delivered.Contains(order.Number.ToString())) return await DeliveredAsync(order, id, answer, delivered, ct);
        if (answer.Status == "FAILED") return await RefusedAsync(order, id, PurchaseAnswers.WhyNot(reply, answer, order.Number), ct);

        var isOurs = await client.IsInServiceAsync(order.Number, ct);
        var others = delivered.Concat(answer.Completed).Distinct(StringComparer.Ordinal).ToList();
        if (others.Count == 0 && answer.Status is "COMPLETE" or "COMPLETED" && answer.FailedQuantity == 0)
        {
            // COMPLETE without any list was recorded; the number is the witness then, and may be slow to show.
            return isOurs ? PurchaseAnswers.Bought(answer, id, (seen, key) => Data(order, seen, key)) : new CarrierOutcome.Pending(id, answer.Status) { Evidence = [$"order {id} {answer.Status}, number not in service yet"] };
        }

        // The lists say no and the number says yes: one of them lags.
        if (isOurs) return new CarrierOutcome.Pending(id, answer.Status) { Evidence = [$"order {id} {answer.Status} without our number, which is in service"] };
        if (others.Count > 0 && await new Surplus(client).GiveBackAsync(order, id, answer, others, ct) is { } open) return open;
        return await RefusedAsync(order, id, answer.Errors.Count > 0
            ? PurchaseAnswers.WhyNot(reply, answer, order.Number)
            : new CarrierError(CarrierErrorKind.NumberUnavailable, $"The order is {answer.Status} without the number"), ct);
    }

    private async Task<IReadOnlyList<string>> DeliveredNumbersAsync(string id, CancellationToken ct)
    {
        var list = await client.ReadAsync("order_tns", $"orders/{CarrierAddress.Segment(id)}/tns", LimitGroups.OrderRead, ct);
        return list.Status is 204 or 404 ? [] : Lists.Numbers(Faults.Xml(list, WireContext.Order, "TelephoneNumbers"));
    }

    private async Task<CarrierOutcome> DeliveredAsync(CarrierOrder order, string id, OrderReply answer, IReadOnlyList<string> delivered, CancellationToken ct)
    {
        var bought = (CarrierOutcome.Done)PurchaseAnswers.Bought(answer, id, (seen, key) => Data(order, seen, key));
        var others = delivered.Where(number => number != order.Number.ToString()).ToList();
        if (others.Count == 0) return bought;
        return await new Surplus(client).GiveBackAsync(order, id, answer, others, ct) switch
        {
            null => bought,
            // A person has to see to the rest; that is no reason to keep the number from who bought it.
            CarrierOutcome.NeedsOperator stuck => bought with { Surplus = Surplus.Document(others), Evidence = [.. bought.Evidence, .. stuck.Evidence] },
            var open => open,
        };
    }

    private async Task<CarrierOutcome> RefusedAsync(CarrierOrder order, string id, CarrierError error, CancellationToken ct)
    {
        if (OrderFacts.Of(order.Facts).ReservationId is { } reservation) await new Reservations(client).TryFreeAsync(reservation, ct);
        return new CarrierOutcome.Refused(error) { Evidence = [$"order {id} refused: {error.Name} {error.Code}".TrimEnd()] };
    }

    /// <summary>Nobody asked for a backorder, so it is ended; what it becomes then is read as of any order.</summary>
    private async Task<CarrierOutcome> CloseAsync(CarrierOrder order, string id, CancellationToken ct)
    {
        var facts = OrderFacts.Of(order.Facts);
        var waiting = new CarrierOutcome.Pending(id, "BACKORDERED");
        if (facts.IsClosed) return waiting;
        var reply = await client.WriteAsync(HttpMethod.Put, "order_close", $"orders/{CarrierAddress.Segment(id)}", Requests.CloseOrder(), LimitGroups.Order, ct);
        return reply.IsSuccess
            ? waiting with { Facts = (facts with { IsClosed = true }).ToDocument() }
            : waiting with { Evidence = [string.Create(CultureInfo.InvariantCulture, $"closing order {id} answered {reply.Status}")] };
    }

    /// <summary>No order carries our reference. The number says whether that is the whole truth.</summary>
    private async Task<CarrierOutcome> ByNumberAsync(CarrierOrder order, CancellationToken ct)
    {
        var isOurs = await client.IsInServiceAsync(order.Number, ct);
        if (!isOurs)
        {
            // What the carrier once gave an id cannot vanish: ask on, never order again.
            return order.CarrierOrderId is { } lost
                ? new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.NotFound, $"The carrier does not show order {lost}")) { CarrierOrderId = lost }
                : new CarrierOutcome.Absent { Evidence = ["no order with our reference", "number not in service"] };
        }

        var wire = WireNumbers.ToWire(order.Number, _settings.IsV2)!; // it was just asked about
        var number = NumberReply.Of(Faults.Xml(await client.ReadNumberAsync(wire, ct), WireContext.Number, "TelephoneNumberResponse"));
        if (!PathPart.IsSafe(number.OrderId))
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, "The number is in our account, and the carrier does not say by which order"));

        var reply = await client.ReadAsync("order_get", $"orders/{CarrierAddress.Segment(number.OrderId)}", LimitGroups.OrderRead, ct);
        if (reply.Status != 404)
        {
            var answer = OrderReply.Of(Faults.Xml(reply, WireContext.Order, "OrderResponse"));
            if (answer.Reference == order.Key.ToString()) return await DecideAsync(order, number.OrderId!, reply, answer, ct); // IsSafe refuses null
        }

        return new CarrierOutcome.NeedsOperator(new CarrierError(CarrierErrorKind.AlreadyOurs, $"The number is in our account by order {number.OrderId}, which is not this one"))
        {
            Evidence = [$"number in service by order {number.OrderId}"],
        };
    }

    private DocumentText Data(CarrierOrder order, OrderReply answer, string id) =>
        PurchaseAnswers.Data(order, answer, id, _settings, client.Context.Clock.GetUtcNow());

    // Two orders may carry one reference when the first seemed lost: what was bought counts, then what may still be.
    private static int Rank(CarrierOutcome outcome) => outcome switch
    {
        CarrierOutcome.Done => 3,
        CarrierOutcome.Refused => 1,
        _ => 2,
    };
}
