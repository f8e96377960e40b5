using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Bandwidth2.Wire;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth2;

/// <summary>Gives one number back (carriers.md 4.8).</summary>
internal sealed class Releases(Bandwidth2Client client)
{
    /// <summary>Sends the release. A second one for the same number does no harm: the carrier says that it is not ours.</summary>
    internal async Task<CarrierOutcome> SendAsync(CarrierOrder order, CancellationToken ct)
    {
        if (!client.Settings.DisconnectsOnRelease) return new CarrierOutcome.Stranded("disconnect_on_release is off: nothing was sent, and the carrier goes on billing the number");
        if (Elsewhere(order) is { } elsewhere) return elsewhere;
        if (WireNumbers.ToWire(order.Number, client.Settings.IsV2) is not { } number)
            return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.InvalidRequest, "The carrier has no form for this number"));

        var facts = OrderFacts.Of(order.Facts) with { AccountId = client.Settings.AccountId };
        await client.Context.Notes.NoteAsync(OrderPhase.Sending, facts.ToDocument(), ct);
        var reply = await client.WriteAsync(HttpMethod.Post, "disconnect_create", "disconnects",
            Requests.Disconnect(order.Key.ToString(), [number], client.Settings.DisconnectMode), LimitGroups.Disconnect, ct);
        return ReleaseAnswers.OfCreation(reply, order.Key, order.Number, id => Data(order, id));
    }

    /// <summary>Says what became of it: by its id, else by the number, for the list of releases cannot be searched by our reference.</summary>
    internal async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CancellationToken ct)
    {
        if (OrderFacts.Of(order.Facts).AccountId is { } account && account != client.Settings.AccountId)
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.InvalidConfig, $"The release was sent under account {account}, and the settings name another")) { CarrierOrderId = order.CarrierOrderId };
        if (Elsewhere(order) is { } elsewhere) return elsewhere;

        CarrierOutcome? known = PathPart.IsSafe(order.CarrierOrderId) ? await ByIdAsync(order, order.CarrierOrderId!, ct) : null; // IsSafe refuses null
        if (known is not (null or CarrierOutcome.Unknown)) return known;
        if (!await client.IsInServiceAsync(order.Number, ct)) return ReleaseAnswers.Done(order.CarrierOrderId, id => Data(order, id), "number not in service");
        return known ?? new CarrierOutcome.Absent { Evidence = ["number still in service"] };
    }

    private CarrierOutcome.Refused? Elsewhere(CarrierOrder order) =>
        PurchaseAccount.Elsewhere("account", PurchaseAccount.Of(order.CarrierData, PurchaseAnswers.AccountMember), client.Settings.AccountId);

    private async Task<CarrierOutcome?> ByIdAsync(CarrierOrder order, string id, CancellationToken ct)
    {
        var reply = await client.ReadAsync("disconnect_get", $"disconnects/{CarrierAddress.Segment(id)}", LimitGroups.OrderRead, ct);
        if (reply.Status == 404) return null;
        if (!reply.IsSuccess) throw new CarrierException(Faults.Of(reply, WireContext.Disconnect));
        var root = CarrierXml.Parse(reply);
        Faults.Expect(root, "DisconnectTelephoneNumberOrderResponse");
        var answer = DisconnectReply.Of(root);
        if ((answer.Id is { } other && other != id) || (answer.Reference is { } reference && reference != order.Key.ToString()))
            throw new CarrierException(new CarrierError(CarrierErrorKind.BadReply, "The reply is about another order"));
        var outcome = ReleaseAnswers.OfOrder(reply, answer, id, order.Number, released => Data(order, released));
        return outcome is CarrierOutcome.Pending { Evidence.Count: > 0 } strange ? strange with { RetryAfter = client.Context.Settings.SettleIntervalMax } : outcome;
    }

    private DocumentText Data(CarrierOrder order, string? id)
    {
        var data = new JsonObject
        {
            ["number"] = order.Number.ToString(),
            ["disconnected_at"] = client.Context.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["disconnect_mode"] = client.Settings.DisconnectMode,
        };
        if (id is not null) data["disconnect_order_id"] = id;
        if (PurchaseAnswers.OrderIdOf(order.CarrierData) is { } bought) data["order_id"] = bought;
        return DocumentText.From(data);
    }
}
