using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Says what an order delivered, gives back what was not wanted, and sets the number up (carriers.md 5.8, steps 8 to 11).</summary>
internal sealed class VoxboneDelivery(VoxboneCall call)
{
    // An order that delivers nothing for so long found the group empty.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const string Late = "late";
    private const string Wrong = "wrong";

    private readonly VoxboneCancellation _cancellation = new(call.Client);

    /// <summary>Looks at an order whose reference is known.</summary>
    /// <returns>What became of it; none when the reference is of somebody else's order.</returns>
    /// <exception cref="CarrierException">The carrier could not be asked.</exception>
    public async Task<CarrierOutcome?> RunAsync(VoxboneStep step, CancellationToken ct)
    {
        var dids = await call.Client.DeliveredAsync(step.References, ct);
        var chosen = step.Wish.E164 is { } number ? dids.FirstOrDefault(did => did.E164 == number) : null;
        // The number that was chosen, alone: nobody else can have been meant. Everything else is believed only of an order that carries our key.
        if (chosen is not null && dids.Count == 1 && step.GivesBack != Late) return await FinishAsync(step, chosen, null, ct);

        var (references, status, isListed) = await OwnAsync(step.References, ct);
        if (references.Count == 0) return null;
        step = step with { References = references };
        dids = [.. dids.Where(did => references.Contains(did.OrderReference!))]; // not null: they were found by it
        if (!isListed && !IsOld(step)) return Wait(step, status); // lists lag

        chosen = step.Wish.E164 is { } wanted ? dids.FirstOrDefault(did => did.E164 == wanted) : dids.FirstOrDefault(did => IsOffered(step, did));
        if (dids.Count == 0) return NothingYet(step, status);
        if (chosen is null || step.GivesBack == Late) return await GiveAllBackAsync(step, dids, status, ct);
        return await GiveRestBackAsync(step, chosen, [.. dids.Where(did => did != chosen)], status, ct);
    }

    /// <summary>Looks again at a number that was settled: what was not set up is tried again.</summary>
    public async Task<CarrierOutcome> FollowUpAsync(VoxboneStep step, CancellationToken ct)
    {
        var data = VoxboneData.Read(call.Order.CarrierData);
        var did = data.DidId is { } id ? await call.Client.DidByIdAsync(id, ct)
            : (await call.Client.DeliveredAsync(step.References, ct)).FirstOrDefault(did => CarrierNumbers.FromE164(did.E164, call.Context) == call.Order.Number);
        // Given back since, perhaps: that is another order's business.
        if (did is null) return new CarrierOutcome.Done(call.Order.CarrierData) { CarrierOrderId = call.Order.CarrierOrderId, Evidence = ["The carrier does not list the number any more."] };
        return await FinishAsync(step, did, null, ct);
    }

    private async Task<CarrierOutcome> FinishAsync(VoxboneStep step, VoxboneDid did, DocumentText? surplus, CancellationToken ct)
    {
        var (mapped, warnings) = await new VoxboneRouting(call).ApplyAsync(did, VoxboneCheck.AddressOf(call.Settings, step.Wish), step.Wish.Requirement is not null, ct);
        var data = VoxboneMapping.Owned(mapped, step.Cart, call.Order.Key.ToString(), step.Wish);
        VoxboneOwner.Of(call.Settings).AddTo(data);
        if (warnings.Contains(VoxboneRouting.PendingRegulation)) data[VoxboneRouting.PendingRegulation] = true;
        return new CarrierOutcome.Done(DocumentText.From(data))
        {
            CarrierOrderId = did.OrderReference ?? (step.References is [var first, ..] ? first : null),
            Delivered = step.Wish.E164 is null ? CarrierNumbers.FromE164(did.E164, call.Context) : null,
            Price = VoxboneMapping.PriceOf(step.Wish.Currency, step.Wish.Setup100, step.Wish.Monthly100),
            Warnings = warnings,
            NeedsFollowUp = warnings.Count > 0,
            Surplus = surplus,
        };
    }

    private CarrierOutcome NothingYet(VoxboneStep step, string? status) => status switch
    {
        "CANCELED" => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, "The carrier cancelled the order.", status)),
        "CANCELED_PAYMENT" => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.InsufficientFunds, "The carrier cancelled the order: it was not paid.", status)),
        _ when step.GivesBack == Wrong => Refused(step),
        "FULFILLED" when IsOld(step) => new CarrierOutcome.NeedsOperator(new CarrierError(CarrierErrorKind.Partial, "The carrier calls the order fulfilled and lists no number for it.", status)),
        // The group was empty. Where nobody wants to wait for its next numbers, what comes now is not wanted any more.
        _ when IsOld(step) && !call.Settings.AllowsBackorder => Wait(step with { GivesBack = Late }, status),
        _ => Wait(step, status),
    };

    private static CarrierOutcome.Pending Wait(VoxboneStep step, string? status) =>
        new(step.References[0], status) { Facts = step.ToText(), IsCompensating = step.GivesBack is not null };

    // Noted in one round, done in the next: after a crash it is still known why the number is given back.
    private async Task<CarrierOutcome> GiveAllBackAsync(VoxboneStep step, IReadOnlyList<VoxboneDid> dids, string? status, CancellationToken ct)
    {
        if (step.GivesBack is null) return Wait(step with { GivesBack = Wrong }, status);
        var (left, isForPerson, error) = await CancelAsync(dids, ct);
        if (left.Count == 0) return Refused(step);
        return isForPerson
            ? new CarrierOutcome.NeedsOperator(error ?? new CarrierError(CarrierErrorKind.Partial)) { Evidence = [$"Delivered and not wanted: {Masked(left)}."] }
            : Wait(step, status);
    }

    private async Task<CarrierOutcome> GiveRestBackAsync(VoxboneStep step, VoxboneDid chosen, IReadOnlyList<VoxboneDid> rest, string? status, CancellationToken ct)
    {
        if (rest.Count == 0) return await FinishAsync(step, chosen, null, ct);
        var (left, isForPerson, _) = await CancelAsync(rest, ct);
        if (left.Count == 0) return await FinishAsync(step, chosen, null, ct);
        if (!isForPerson && !IsOld(step)) return Wait(step, status) with { IsCompensating = true };
        var surplus = new JsonObject
        {
            ["dids"] = new JsonArray([.. left.Select(did => (JsonNode)new JsonObject { ["did_id"] = VoxboneMapping.AsId(did.Id), ["e164"] = did.E164, ["order_reference"] = did.OrderReference })]),
        };
        return await FinishAsync(step, chosen, DocumentText.From(surplus), ct);
    }

    private async Task<(IReadOnlyList<VoxboneDid> Left, bool IsForPerson, CarrierError? Error)> CancelAsync(IReadOnlyList<VoxboneDid> dids, CancellationToken ct)
    {
        var left = new List<VoxboneDid>();
        var isForPerson = false;
        CarrierError? why = null;
        foreach (var did in dids)
        {
            var (reply, error) = await _cancellation.RunAsync(did.Id, ct);
            if (reply == CancelReply.Done) continue;
            left.Add(did);
            why ??= error;
            isForPerson |= reply is CancelReply.Never or CancelReply.TooEarly;
        }

        return (left, isForPerson, why);
    }

    // TRAP: a reply to the checkout that belongs to somebody else would make us take, or give back, his number.
    private async Task<(IReadOnlyList<string> References, string? Status, bool IsListed)> OwnAsync(IReadOnlyList<string> references, CancellationToken ct)
    {
        var own = new List<string>();
        string? status = null;
        var isListed = true;
        foreach (var reference in references)
        {
            var order = await call.Client.OrderAsync(reference, ct);
            if (order?.CustomerReference is { } owner && owner != call.Order.Key.ToString()) continue;
            own.Add(reference);
            isListed &= order is not null;
            // Several orders are over only when all of them are.
            status = status is null || order?.Status is not ("CANCELED" or "CANCELED_PAYMENT" or "FULFILLED") ? order?.Status ?? status : status;
        }

        return (own, status, isListed);
    }

    // Of the group that was paid for, and a number here.
    private bool IsOffered(VoxboneStep step, VoxboneDid did) =>
        (did.GroupId is null || step.Wish.GroupId is null || did.GroupId == step.Wish.GroupId) && CarrierNumbers.FromE164(did.E164, call.Context) is not null;

    private bool IsOld(VoxboneStep step) => call.Age(step.SentAt) is not { } age || age > Patience;

    private static CarrierOutcome.Refused Refused(VoxboneStep step) => new(new CarrierError(
        CarrierErrorKind.NumberUnavailable, step.GivesBack == Late ? "The group was empty; what it delivered later was given back." : "The carrier delivered another number; it was given back."));

    private static string Masked(IEnumerable<VoxboneDid> dids) => string.Join(", ", dids.Select(did => "***" + did.E164[^Math.Min(4, did.E164.Length)..]));
}
