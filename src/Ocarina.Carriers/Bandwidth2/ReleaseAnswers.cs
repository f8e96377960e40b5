using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Judges the carrier's words about a release (carriers.md 4.8), purely.</summary>
internal static class ReleaseAnswers
{
    /// <summary>What the reply to the release itself means; it may have failed at once, with errors in a reply of 201.</summary>
    internal static CarrierOutcome OfCreation(CarrierReply reply, OrderKey key, PhoneNumber number, Func<string?, DocumentText> data)
    {
        var located = PathPart.LastOf(reply.Header("Location"));
        if (reply.Status == 303 && located is not null) return new CarrierOutcome.Pending(located);
        if (!reply.IsSuccess)
        {
            var errors = Faults.Read(reply);
            return errors.Any(error => error.Code == ErrorCodes.NotInService)
                ? AlreadyReleased(located, data)
                : PurchaseAnswers.OfFailure(reply, errors, WireContext.Disconnect);
        }

        DisconnectReply answer;
        try
        {
            var root = CarrierXml.Parse(reply);
            answer = DisconnectReply.Of(root);
            if (answer.Errors.Count == 0) Faults.Expect(root, "DisconnectTelephoneNumberOrderResponse");
            if (answer.Reference is { } reference && !reference.StartsWith(key.ToString(), StringComparison.Ordinal)) throw AnotherOrder();
        }
        catch (CarrierException unreadable)
        {
            return new CarrierOutcome.Unknown(unreadable.Error) { CarrierOrderId = located };
        }

        var id = PathPart.IsSafe(answer.Id) ? answer.Id : located;
        if (id is null && answer.Errors.Count == 0) return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The reply names no order"));
        if (id is null && answer.Status is null) return OfErrors(reply, answer, null, number, data);
        return OfOrder(reply, answer, id, number, data);
    }

    /// <summary>What the state of a release means for a number. Touches nothing; a number that the order does not name stays unknown.</summary>
    internal static CarrierOutcome OfOrder(CarrierReply reply, DisconnectReply answer, string? id, PhoneNumber number, Func<string?, DocumentText> data)
    {
        switch (answer.Status)
        {
            case null or "RECEIVED" or "PROCESSING":
                return new CarrierOutcome.Pending(id, answer.Status ?? "RECEIVED");
            case "COMPLETE" or "COMPLETED" or "PARTIAL" when IsReleased(answer, number):
                return Done(id, data, $"release {id} {answer.Status}");
            case "PARTIAL" or "FAILED":
                return OfErrors(reply, answer, id, number, data);
            case "COMPLETE" or "COMPLETED":
                return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, $"Release {id} is {answer.Status} without our number")) { CarrierOrderId = id };
            default:
                return new CarrierOutcome.Pending(id, answer.Status) { Evidence = [$"release {id} has the unknown state {answer.Status}"] };
        }
    }

    /// <summary>Carried out.</summary>
    internal static CarrierOutcome Done(string? id, Func<string?, DocumentText> data, string evidence) =>
        new CarrierOutcome.Done(data(id)) { CarrierOrderId = id, Evidence = [evidence] };

    // What was asked is taken for what was done only where the carrier lists nothing.
    private static bool IsReleased(DisconnectReply answer, PhoneNumber number) =>
        answer.Released.Contains(number.ToString())
        || (answer.Status != "PARTIAL" && answer.Released.Count == 0 && answer.Errors.Count == 0 && (answer.Asked.Count == 0 || answer.Asked.Contains(number.ToString())));

    private static CarrierOutcome OfErrors(CarrierReply reply, DisconnectReply answer, string? id, PhoneNumber number, Func<string?, DocumentText> data)
    {
        var ours = answer.Errors.Where(error => error.Number is null || WireNumbers.IsSame(error.Number, number)).ToList();
        if (ours.Any(error => error.Code == ErrorCodes.NotInService)) return AlreadyReleased(id, data);
        return ours.Count > 0
            ? new CarrierOutcome.Refused(Faults.Of(reply, WireContext.Disconnect, ours)) { Evidence = [$"release {id} {answer.Status}"] }
            : new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, $"Release {id} is {answer.Status} and says nothing of our number")) { CarrierOrderId = id };
    }

    private static CarrierOutcome AlreadyReleased(string? id, Func<string?, DocumentText> data) =>
        new CarrierOutcome.Done(data(id)) { CarrierOrderId = id, Warnings = ["already_released"], Evidence = ["the carrier says that the number was not in service"] };

    private static CarrierException AnotherOrder() => new(new CarrierError(CarrierErrorKind.BadReply, "The reply is about another order"));
}
