using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Holds a number before it is ordered (carriers.md 4.6). Costs nothing, and ends by itself after some hours.</summary>
internal sealed class Reservations(Bandwidth2Client client)
{
    /// <summary>Holds a number, or goes on with an earlier hold that still stands.</summary>
    /// <returns>The id; neither id nor refusal when the carrier's answer was lost, and the order has to do without.</returns>
    internal async Task<(string? Id, CarrierError? Refusal)> HoldAsync(string number, string? earlier, CancellationToken ct)
    {
        if (earlier is not null && await StandsAsync(earlier, number, ct)) return (earlier, null);
        CarrierReply reply;
        try
        {
            reply = await client.WriteAsync(HttpMethod.Post, "reserve", "tnreservation", Requests.Reservation(number), LimitGroups.Order, ct);
        }
        catch (CarrierException lost) when (lost.Error.Kind == CarrierErrorKind.OutcomeUnknown)
        {
            return (await FindAsync(number, ct), null);
        }

        var answer = OfCreation(reply);
        return answer is { Id: null, Refusal: null } ? (await FindAsync(number, ct), null) : answer;
    }

    /// <summary>Frees a hold, so that the number can be sold; what fails here ends by itself.</summary>
    internal async Task TryFreeAsync(string id, CancellationToken ct)
    {
        try
        {
            await client.WriteAsync(HttpMethod.Delete, "reservation_delete", $"tnreservation/{CarrierAddress.Segment(id)}", null, LimitGroups.Order, ct);
        }
        catch (CarrierException)
        {
            // The carrier frees it when its time is over.
        }
    }

    /// <summary>Reads the reply to a reservation.</summary>
    internal static (string? Id, CarrierError? Refusal) OfCreation(CarrierReply reply)
    {
        var errors = Faults.Read(reply);
        if (errors.Count > 0 || (!reply.IsSuccess && reply.Status != 303))
        {
            var error = Faults.Of(reply, WireContext.Reservation, errors);
            return error.Kind is CarrierErrorKind.CarrierFault or CarrierErrorKind.Timeout ? (null, null) : (null, error);
        }

        if (PathPart.LastOf(reply.Header("Location")) is { } located) return (located, null);
        if (!Faults.IsXml(reply)) return (null, null);
        var id = ReservationReply.Of(CarrierXml.Parse(reply)).Id;
        return (PathPart.IsSafe(id) ? id : null, null);
    }

    private async Task<bool> StandsAsync(string id, string number, CancellationToken ct)
    {
        var reply = await client.ReadAsync("reservation_get", $"tnreservation/{CarrierAddress.Segment(id)}", LimitGroups.Order, ct);
        if (!reply.IsSuccess || !Faults.IsXml(reply)) return false;
        var held = ReservationReply.Of(CarrierXml.Parse(reply));
        return held.Errors.Count == 0 && held.SecondsLeft > 0 && held.Number == WireNumbers.ToE164(number);
    }

    // The answer was lost: the number itself names the reservation that holds it, if it is ours to see.
    private async Task<string?> FindAsync(string number, CancellationToken ct)
    {
        try
        {
            var reply = await client.ReadNumberAsync(number, ct, "/tnreservation");
            if (!reply.IsSuccess || !Faults.IsXml(reply)) return null;
            var held = ReservationReply.Of(CarrierXml.Parse(reply));
            return held.Errors.Count == 0 && held.SecondsLeft > 0 && PathPart.IsSafe(held.Id) ? held.Id : null;
        }
        catch (CarrierException)
        {
            return null;
        }
    }
}
