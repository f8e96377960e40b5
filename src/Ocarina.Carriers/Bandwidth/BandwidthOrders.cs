using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>Purchases of Bandwidth v1 and what becomes of them (carriers.md 2.6, 2.7).</summary>
internal sealed class BandwidthOrders(BandwidthClient client, BandwidthSettings settings, CarrierContext context)
{
    /// <summary>Member of the carrier data: tells the developer key that the number was bought with, without being it.</summary>
    public const string KeyMember = "key_mark";

    private static readonly TimeSpan FollowedFor = TimeSpan.FromDays(7);

    /// <summary>Sends the order and says what the reply proves.</summary>
    public async Task<CarrierOutcome> BuyAsync(CarrierOrder order, BandwidthPurchase purchase, DocumentText pretended, CancellationToken ct)
    {
        var reply = await client.BuyAsync(purchase, ct);
        if (!reply.IsSuccess) return HttpErrors.OfWrite(reply);
        var envelope = BandwidthEnvelope.Read(reply, "numberOrderResponse"); // after a write, whatever it throws counts as not known
        if (envelope.Error is { } error) return await RefusedAsync(order, client.Note(error), ct);
        if (settings.ProcessingType == "validate") return new CarrierOutcome.Pretended(pretended); // the carrier looked at it and sold nothing

        var bought = envelope.Root.Child("numberOrder") is { } element ? BandwidthOrder.Read(element) : null;
        if (bought?.Id is null) return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The carrier says success, and names no order"));
        return Judge(order, bought);
    }

    /// <summary>Says what became of an order.</summary>
    public async Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CancellationToken ct)
    {
        if (order.CarrierOrderId is { } id)
        {
            var known = await client.OrderAsync(CarrierAddress.Segment(id), ct);
            // The order may keep the status of its first day: the number itself knows better.
            return known.Of(order.Number, context) is { IsPending: true } && await client.NumberAsync(order.Number, ct) is { IsAvailable: false } now
                ? Judge(order, known with { Numbers = [now] })
                : Judge(order, known);
        }

        if (await FindAsync(order, ct) is { } found) return Judge(order, found);
        var number = await client.NumberAsync(order.Number, ct);
        if (number is { IsAvailable: true, Status: not null }) return new CarrierOutcome.Absent();
        var error = new CarrierError(CarrierErrorKind.NumberUnavailable, $"No order carries our reference, and the number is {number?.Status ?? "unknown"}: it is ours by an order that is not listed, or somebody else's");
        return context.Clock.GetUtcNow() - (order.SentAt ?? DateTimeOffset.MaxValue) > context.Settings.RecoverLag * 1.25
            ? new CarrierOutcome.NeedsOperator(error)
            : new CarrierOutcome.Unknown(error);
    }

    /// <summary>A number that is taken may be taken by ourselves: an earlier try of the same order.</summary>
    private async Task<CarrierOutcome> RefusedAsync(CarrierOrder order, CarrierError error, CancellationToken ct)
    {
        if (error.Kind is not (CarrierErrorKind.NumberUnavailable or CarrierErrorKind.NotFound)) return new CarrierOutcome.Refused(error);
        var mine = await FindAsync(order, ct); // when it fails, the outcome is not known, which is right
        return mine is not null ? Judge(order, mine) : new CarrierOutcome.Refused(error with { Kind = CarrierErrorKind.NumberUnavailable });
    }

    private Task<BandwidthOrder?> FindAsync(CarrierOrder order, CancellationToken ct)
    {
        var now = context.Clock.GetUtcNow();
        var since = order.SentAt is { } sent && sent < now ? sent : now;
        return client.FindAsync(order.Key, DateOnly.FromDateTime(since.UtcDateTime).AddDays(-1), ct);
    }

    /// <summary>The carrier commits when the order exists; what happens to the number afterwards is watched.</summary>
    private CarrierOutcome Judge(CarrierOrder order, BandwidthOrder bought)
    {
        if (bought.Reference is not null && bought.Reference != order.Key.ToString())
            return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The carrier answered about another order"));
        var number = bought.Of(order.Number, context);
        if (number is null && bought.Numbers.Count > 0)
        {
            return new CarrierOutcome.NeedsOperator(new CarrierError(CarrierErrorKind.BadReply, $"Order {bought.Id} carries our reference and holds other numbers"))
            {
                Evidence = [$"order {bought.Id} holds {string.Join(", ", bought.Numbers.Select(other => other.E164 ?? other.TenDigit))}"],
            };
        }

        if (number is { IsLost: true }) return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, $"The carrier gave the order up: {number.Status}"));
        var isYoung = context.Clock.GetUtcNow() - (order.SentAt ?? context.Clock.GetUtcNow()) < FollowedFor;
        return new CarrierOutcome.Done(DataOf(order, bought, number))
        {
            CarrierOrderId = bought.Id,
            NeedsFollowUp = number is not { IsInService: true } && isYoung,
            Evidence = [$"order {bought.Id} number {number?.Status ?? "without status"}"],
        };
    }

    private DocumentText DataOf(CarrierOrder order, BandwidthOrder bought, BandwidthNumber? number)
    {
        var data = bought.ToJson(number);
        // A reply that leaves something out does not take it away.
        if (number is null && order.CarrierData.ToObject() is { Count: > 0 } searched) data["number"] = searched["number"] is JsonObject kept ? kept.DeepClone() : searched;
        data["intent_id"] = order.Key.ToString();
        if (settings.KeyMark is { } mark) data[KeyMember] = mark;
        return DocumentText.From(data);
    }
}
