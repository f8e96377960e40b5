using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Gives back what an order delivered beside our number (carriers.md 1.9 rule 7). Only what the carrier itself says came by this order is ever released.</summary>
internal sealed class Surplus(Bandwidth2Client client)
{
    /// <summary>One step: looks what is still ours, and releases it once.</summary>
    /// <returns>None when nothing is left; pending while it is being released; a case for a person when it cannot be.</returns>
    internal async Task<CarrierOutcome?> GiveBackAsync(CarrierOrder order, string id, OrderReply answer, IReadOnlyList<string> others, CancellationToken ct)
    {
        List<PhoneNumber> left = [];
        foreach (var text in others)
            if (PhoneNumber.TryParse(text, out var number) && await client.IsInServiceAsync(number, ct)) left.Add(number);
        if (left.Count == 0) return null;

        var facts = OrderFacts.Of(order.Facts);
        var waiting = new CarrierOutcome.Pending(id, answer.Status) { IsCompensating = true, Evidence = [$"order {id} delivered {left.Count} more"] };
        if (facts.SurplusOrderId is { } release) return await IsStuckAsync(release, ct) ? Stuck(id, left) : waiting;
        if (answer.Reference != order.Key.ToString() || !await CameByAsync(id, left, ct)) return Stuck(id, left);

        var wires = left.Select(number => WireNumbers.ToWire(number, client.Settings.IsV2)).OfType<string>();
        CarrierReply reply;
        try
        {
            reply = await client.WriteAsync(HttpMethod.Post, "surplus_disconnect", "disconnects",
                Requests.Disconnect($"{order.Key}-R", wires, client.Settings.DisconnectMode), LimitGroups.Disconnect, ct);
        }
        catch (CarrierException lost) when (lost.Error.Kind == CarrierErrorKind.OutcomeUnknown)
        {
            return waiting; // looked at again; a second release of a released number does no harm
        }

        return ReleaseAnswers.OfCreation(reply, order.Key, left[0], _ => DocumentText.Empty) switch
        {
            CarrierOutcome.Pending { CarrierOrderId: { } sent } => waiting with { Facts = (facts with { SurplusOrderId = sent }).ToDocument() },
            CarrierOutcome.Refused { Error.Kind: not CarrierErrorKind.RateLimited } => Stuck(id, left),
            _ => waiting,
        };
    }

    /// <summary>The numbers, for the person who clears them.</summary>
    internal static DocumentText Document(IReadOnlyList<string> numbers) =>
        DocumentText.From(new JsonObject { ["numbers"] = new JsonArray([.. numbers.Select(number => (JsonNode)number)]) });

    private async Task<bool> IsStuckAsync(string release, CancellationToken ct)
    {
        var reply = await client.ReadAsync("disconnect_get", $"disconnects/{CarrierAddress.Segment(release)}", LimitGroups.OrderRead, ct);
        return reply.IsSuccess && DisconnectReply.Of(CarrierXml.Parse(reply)).Status == "FAILED";
    }

    private async Task<bool> CameByAsync(string id, IReadOnlyList<PhoneNumber> numbers, CancellationToken ct)
    {
        foreach (var number in numbers)
        {
            if (WireNumbers.ToWire(number, client.Settings.IsV2) is not { } wire) return false;
            var seen = NumberReply.Of(Faults.Xml(await client.ReadNumberAsync(wire, ct), WireContext.Number, "TelephoneNumberResponse"));
            if (seen.OrderId != id) return false;
        }

        return true;
    }

    private static CarrierOutcome.NeedsOperator Stuck(string id, IReadOnlyList<PhoneNumber> left) =>
        new(new CarrierError(CarrierErrorKind.Partial, $"Order {id} delivered numbers that were not ordered and could not be given back"))
        {
            Evidence = [$"surplus of order {id}: {string.Join(' ', left)}"],
        };
}
