using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>What an order that was asked about has come to, before anything else is looked up.</summary>
internal enum Verdict
{
    /// <summary>The carrier works on it.</summary>
    Wait,

    /// <summary>A word nobody knows: keep asking, slowly.</summary>
    WaitSlowly,

    /// <summary>Our number was bought.</summary>
    Bought,

    /// <summary>It was not.</summary>
    Refused,

    /// <summary>Parked until stock appears, which nobody asked for: close it.</summary>
    Close,

    /// <summary>Over, but the reply does not say what was bought: its numbers must be read.</summary>
    ReadNumbers,
}

/// <summary>Judges the carrier's words about a purchase (carriers.md 4.7), purely.</summary>
internal static class PurchaseAnswers
{
    /// <summary>Member of the carrier data: the account that the number was bought under.</summary>
    internal const string AccountMember = "account_id";

    /// <summary>What the reply to the order itself means. Only proof of refusal is one; everything unclear is looked up.</summary>
    /// <param name="reply">Any HTTP reply.</param>
    /// <param name="order">What was sent.</param>
    /// <param name="data">Makes the carrier data of a number that was bought at once.</param>
    internal static CarrierOutcome OfCreation(CarrierReply reply, CarrierOrder order, Func<OrderReply, string, DocumentText> data)
    {
        var located = PathPart.LastOf(reply.Header("Location"));
        if (reply.Status == 303 && located is not null) return new CarrierOutcome.Pending(located);
        if (!reply.IsSuccess) return OfFailure(reply, Faults.Read(reply), WireContext.Order);

        OrderReply answer;
        try
        {
            var root = CarrierXml.Parse(reply);
            answer = OrderReply.Of(root);
            if (answer.Errors.Count == 0) Faults.Expect(root, "OrderResponse");
            MustBe(answer, order.Key);
        }
        catch (CarrierException unreadable)
        {
            return new CarrierOutcome.Unknown(unreadable.Error) { CarrierOrderId = located };
        }

        var id = PathPart.IsSafe(answer.Id) ? answer.Id : located;
        if (answer.Status == "FAILED") return new CarrierOutcome.Refused(WhyNot(reply, answer, order.Number)) { Evidence = [$"order {id} FAILED at once"] };
        if (id is null)
        {
            return answer.Errors.Count > 0
                ? OfFailure(reply, answer.Errors, WireContext.Order)
                : new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The reply names no order"));
        }

        if (answer.Errors.Count == 0 && Judge(answer, order.Number) == Verdict.Bought) return Bought(answer, id, data);
        // With errors and an id the order itself is the better witness.
        return new CarrierOutcome.Pending(id, answer.Status ?? "RECEIVED");
    }

    /// <summary>What a reply that is no success means for a write.</summary>
    internal static CarrierOutcome OfFailure(CarrierReply reply, IReadOnlyList<WireError> errors, WireContext context)
    {
        var error = Faults.Of(reply, context, errors);
        var isProof = error.Kind == CarrierErrorKind.RateLimited
            || (reply.Status is < 500 and not 408 and not (>= 300 and <= 399)
                && error.Kind is not (CarrierErrorKind.CarrierFault or CarrierErrorKind.Timeout or CarrierErrorKind.DuplicateOrder)
                && !errors.Any(one => one.Code == ErrorCodes.StillWaiting || ErrorCodes.IsBackorder(one.Code)));
        return isProof ? new CarrierOutcome.Refused(error) : new CarrierOutcome.Unknown(error);
    }

    /// <summary>What the state of an order means for our number.</summary>
    internal static Verdict Judge(OrderReply answer, PhoneNumber number)
    {
        var isBought = answer.Completed.Contains(number.ToString());
        return answer.Status switch
        {
            null or "RECEIVED" or "PROCESSING" => Verdict.Wait,
            "COMPLETE" or "COMPLETED" or "PARTIAL" => isBought ? Verdict.Bought : Verdict.ReadNumbers,
            "FAILED" => isBought ? Verdict.ReadNumbers : Verdict.Refused, // both cannot be true
            "BACKORDERED" => Verdict.Close,
            _ => Verdict.WaitSlowly,
        };
    }

    /// <summary>Refuses an answer about something else: carriers, and what stands before them, mix up replies.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="key">Our key.</param>
    /// <param name="id">The order that was asked about, if any.</param>
    /// <exception cref="CarrierException">It is about another order.</exception>
    internal static void MustBe(OrderReply answer, OrderKey key, string? id = null)
    {
        if ((answer.Reference is null || answer.Reference == key.ToString()) && (id is null || answer.Id is null || answer.Id == id)) return;
        throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The reply is about another order"));
    }

    /// <summary>Why an order failed: what is said about our number before what is said about the order.</summary>
    internal static CarrierError WhyNot(CarrierReply reply, OrderReply answer, PhoneNumber number)
    {
        var ours = answer.Errors.Where(error => error.Number is not null && WireNumbers.IsSame(error.Number, number)).ToList();
        var errors = ours.Count > 0 ? ours : answer.Errors;
        return errors.Count > 0
            ? Faults.Of(reply, WireContext.Order, errors)
            : new CarrierError(CarrierErrorKind.NumberUnavailable, $"The order is {answer.Status}, no reason given");
    }

    /// <summary>The outcome for a number that is ours now.</summary>
    internal static CarrierOutcome Bought(OrderReply answer, string id, Func<OrderReply, string, DocumentText> data) =>
        new CarrierOutcome.Done(data(answer, id)) { CarrierOrderId = id, Evidence = [$"order {id} {answer.Status}"] };

    /// <summary>Carrier data of a number that was bought: what the search left, and the facts of the order.</summary>
    /// <remarks><c>order_id</c> is the carrier's id; in numbers written by Kazoo it is the customer's, and <c>bandwidth_order_id</c> is missing.</remarks>
    internal static DocumentText Data(CarrierOrder order, OrderReply answer, string id, Bandwidth2Settings settings, DateTimeOffset now)
    {
        var data = order.CarrierData.ToObject();
        data.Remove("sandbox"); // bought for real now
        data["order_id"] = id;
        data["bandwidth_order_id"] = id;
        data["customer_order_id"] = order.Key.ToString();
        data["order_name"] = answer.Name ?? settings.OrderName(order.Key);
        data["number"] = order.Number.ToString();
        data[AccountMember] = settings.AccountId;
        Set(data, "site_id", answer.SiteId ?? settings.SiteId);
        Set(data, "peer_id", answer.PeerId ?? settings.PeerId);
        data["completed_at"] = (answer.CompletedAt ?? now).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return DocumentText.From(data);
    }

    /// <summary>The carrier's id of the order that a number came by; numbers written by Kazoo have only ours.</summary>
    internal static string? OrderIdOf(DocumentText data)
    {
        var members = data.ToObject();
        return (members["bandwidth_order_id"] ?? members["order_id"]) is JsonValue value && value.TryGetValue<string>(out var id) ? id : null;
    }

    private static void Set(JsonObject data, string name, string? value)
    {
        if (value is not null) data[name] = value;
    }
}
