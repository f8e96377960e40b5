using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Voxbone;

/// <summary>Gives a number back: exactly this one (carriers.md 5.11).</summary>
internal sealed class VoxboneRelease(VoxboneCall call)
{
    // When the carrier says "too early" and no date.
    private static readonly TimeSpan AskAgain = TimeSpan.FromDays(1);

    private readonly VoxboneOwner _bought = VoxboneOwner.Of(call.Order.CarrierData);
    private readonly VoxboneOwner _now = VoxboneOwner.Of(call.Settings);

    /// <summary>Finds the number and cancels it.</summary>
    public async Task<CarrierOutcome> RunAsync(CancellationToken ct)
    {
        if (IsElsewhere) return Elsewhere();
        VoxboneDid? did;
        try
        {
            did = await FindAsync(ct);
        }
        catch (CarrierException fault)
        {
            return NotSent(fault.Error);
        }

        if (did is null && _bought.MayNotBe(_now)) return Elsewhere();
        if (did is null) return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NotOwned, "The number is not in our account at the carrier."));
        var now = call.Context.Clock.GetUtcNow();
        if (did.CancellationAvailable > now)
            return new CarrierOutcome.Scheduled(did.CancellationAvailable.Value, new CarrierError(CarrierErrorKind.InvalidRequest, "The minimum term is not over."));

        var facts = Facts(did).ToObject();
        _now.AddTo(facts);
        await call.Context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.From(facts), ct);
        var (reply, error) = await new VoxboneCancellation(call.Client).RunAsync(did.Id, CancellationToken.None);
        return reply switch
        {
            CancelReply.Done => new CarrierOutcome.Done(Facts(did)) { CarrierOrderId = did.Id },
            CancelReply.TooEarly => new CarrierOutcome.Scheduled(await DateAsync(did.Id, now, ct), error ?? new CarrierError(CarrierErrorKind.InvalidRequest)),
            CancelReply.Never => new CarrierOutcome.Stranded("The carrier does not cancel numbers for tests."),
            CancelReply.NotTaken => NotSent(error ?? new CarrierError(CarrierErrorKind.CarrierFault)),
            _ => new CarrierOutcome.Unknown(error ?? new CarrierError(CarrierErrorKind.OutcomeUnknown)),
        };
    }

    /// <summary>Looks whether the number is gone.</summary>
    public async Task<CarrierOutcome> LookUpAsync(CancellationToken ct)
    {
        if (VoxboneStep.Of(call.Order).Elsewhere(call.Settings) is { } elsewhere) return elsewhere;
        try
        {
            // The id that was cancelled, when one was: the same number may have been bought again since.
            var cancelled = VoxboneData.Read(call.Order.Facts).DidId;
            if (cancelled is null && IsElsewhere) return Elsewhere();
            var did = cancelled is null ? await FindAsync(ct) : await call.Client.DidByIdAsync(cancelled, ct);
            if (did is not null) return new CarrierOutcome.Absent { Evidence = ["The carrier still lists the number."] };
            if (cancelled is null && _bought.MayNotBe(_now)) return Elsewhere();
            return cancelled is not null && VoxboneOwner.Of(call.Order.Facts).MayNotBe(_now)
                ? new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.InvalidConfig, "The release was sent with other credentials than the configuration has, and with these the number is not listed"))
                : new CarrierOutcome.Done(call.Order.Facts) { CarrierOrderId = cancelled, Evidence = ["The carrier does not list the number any more."] };
        }
        catch (CarrierException fault)
        {
            return new CarrierOutcome.Unknown(fault.Error);
        }
    }

    private bool IsElsewhere => _bought.IsNot(_now);

    private CarrierOutcome.Refused Elsewhere() => PurchaseAccount.Refused($"bought under {_bought}, configuration has {_now}");

    // By the id that the purchase left, if that is still this number; else by the number itself, compared letter by letter.
    private async Task<VoxboneDid?> FindAsync(CancellationToken ct)
    {
        var data = VoxboneData.Read(call.Order.CarrierData);
        if (data.DidId is { } id && await call.Client.DidByIdAsync(id, ct) is { } did && IsThis(did)) return did;
        var number = data.E164 ?? call.Order.Number.ToString();
        return await call.Client.DidByNumberAsync(number, ct) is { } found && IsThis(found) ? found : null;
    }

    private async Task<DateTimeOffset> DateAsync(string did, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            return await call.Client.DidByIdAsync(did, ct) is { CancellationAvailable: { } date } && date > now ? date : now + AskAgain;
        }
        catch (CarrierException)
        {
            return now + AskAgain;
        }
    }

    private bool IsThis(VoxboneDid did) =>
        did.E164 == call.Order.Number.ToString() || CarrierNumbers.FromE164(did.E164, call.Context) == call.Order.Number;

    // Transient troubles: nothing was sent, and the engine's next look says so.
    private static CarrierOutcome NotSent(CarrierError error) => error.Kind switch
    {
        CarrierErrorKind.Unreachable or CarrierErrorKind.Timeout or CarrierErrorKind.CarrierFault or CarrierErrorKind.BadReply => new CarrierOutcome.Unknown(error),
        _ => new CarrierOutcome.Refused(error),
    };

    private static DocumentText Facts(VoxboneDid did) => DocumentText.From(new JsonObject { ["did_id"] = VoxboneMapping.AsId(did.Id), ["e164"] = did.E164 });
}
