using System.Text.Json;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.PlugIns;

/// <summary>What a module of somebody else answered, as the engine may rely on it: nothing is missing that the contract says is there, and every document can be read.</summary>
/// <remarks>What belongs to an item costs the item, and an outcome that makes no sense without it becomes <see cref="CarrierOutcome.Unknown"/>: the carrier is asked.</remarks>
internal static class PlugInAnswers
{
    // As deep as what comes from outside may be. Of two members with one name nobody could say which is meant.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    internal static FindReply Of(FindReply reply)
    {
        // Annotations bind nobody who compiles without them.
        var (numbers, offers) = (reply.Numbers ?? [], reply.Offers ?? []);
        var hits = numbers.Where(IsHit).Select(Of).ToList();
        return reply with
        {
            Numbers = hits,
            Offers = [.. offers.Where(offer => offer is { Id: not null, Pattern: not null } && IsHit(offer.Like)).Select(offer => offer with { Like = Of(offer.Like) })],
            Dropped = reply.Dropped + numbers.Count - hits.Count,
            Error = reply.Error is { } error ? Of(error) : null,
        };
    }

    internal static CarrierOutcome Of(CarrierOutcome outcome) => Understood(outcome) with { Evidence = Texts(outcome.Evidence) };

    internal static IReadOnlyDictionary<PhoneNumber, CarrierCheck> Of(IReadOnlyDictionary<PhoneNumber, CarrierCheck> checks) =>
        checks.ToDictionary(pair => pair.Key, pair => Enum.IsDefined(pair.Value) ? pair.Value : CarrierCheck.Error);

    internal static OwnedPage Of(OwnedPage page) => page with
    {
        Numbers =
        [
            .. (page.Numbers ?? []).Where(owned => owned is { Number.IsEmpty: false })
                .Select(owned => IsDocument(owned.CarrierData) ? owned : owned with { CarrierData = DocumentText.Empty }),
        ],
    };

    internal static CarrierCommandReply Of(CarrierCommandReply reply) => reply switch
    {
        CarrierCommandReply.Printed printed => new CarrierCommandReply.Printed(printed.Text ?? ""),
        CarrierCommandReply.Usage usage => new CarrierCommandReply.Usage(usage.Text ?? ""),
        CarrierCommandReply.Failed { Error: { } error } => new CarrierCommandReply.Failed(Of(error)),
        _ => new CarrierCommandReply.Failed(new CarrierError(CarrierErrorKind.BadReply, "The module does not say why")),
    };

    internal static CarrierError Of(CarrierError error) => error with
    {
        Kind = Enum.IsDefined(error.Kind) ? error.Kind : CarrierErrorKind.BadReply,
        Detail = Text(error.Detail) is { Length: > CarrierError.DetailMax } detail ? detail[..CarrierError.DetailMax] : Text(error.Detail),
        Code = Text(error.Code),
        RetryAfter = Wait(error.RetryAfter),
        Restrictions = IsDocument(error.Restrictions) ? error.Restrictions : null,
    };

    private static CarrierOutcome Understood(CarrierOutcome outcome) => outcome switch
    {
        CarrierOutcome.Done done when IsDocument(done.CarrierData) && IsDocument(done.Surplus) => done with
        {
            CarrierOrderId = Text(done.CarrierOrderId),
            Warnings = Texts(done.Warnings),
            Delivered = done.Delivered is { IsEmpty: false } ? done.Delivered : null,
        },
        CarrierOutcome.Done done => Nonsense(outcome, done.CarrierOrderId),
        CarrierOutcome.Pending pending when IsDocument(pending.Facts) =>
            pending with { CarrierOrderId = Text(pending.CarrierOrderId), Status = Text(pending.Status), RetryAfter = Wait(pending.RetryAfter) },
        CarrierOutcome.Pending pending => Nonsense(outcome, pending.CarrierOrderId),
        // Proof with a reason that nobody knows is none.
        CarrierOutcome.Refused { Error: { } error } refused when Enum.IsDefined(error.Kind) => refused with { Error = Of(error) },
        CarrierOutcome.Unknown { Error: { } error } unknown => unknown with { Error = Of(error), CarrierOrderId = Text(unknown.CarrierOrderId) },
        CarrierOutcome.Unknown unknown => Nonsense(outcome, unknown.CarrierOrderId),
        CarrierOutcome.Scheduled { Error: { } error } later => later with { Error = Of(error) },
        CarrierOutcome.NeedsOperator { Error: { } error } stuck => stuck with { Error = Of(error) },
        CarrierOutcome.Pretended { CarrierData: var data } when IsDocument(data) => outcome,
        CarrierOutcome.Unchanged { CarrierData: var data } when IsDocument(data) => outcome,
        CarrierOutcome.Stranded stranded => stranded with { Why = Text(stranded.Why) ?? "The module does not say why" },
        CarrierOutcome.Absent => outcome,
        _ => Nonsense(outcome, null),
    };

    private static CarrierOutcome.Unknown Nonsense(CarrierOutcome outcome, string? id) =>
        new(new CarrierError(CarrierErrorKind.OutcomeUnknown, $"The module answered {outcome.GetType().Name} without what belongs to it")) { CarrierOrderId = Text(id) };

    private static bool IsHit(CarrierHit? hit) => hit is not null && IsDocument(hit.CarrierData) && IsDocument(hit.Restrictions);

    private static CarrierHit Of(CarrierHit hit) => hit with { Features = Texts(hit.Features), Price = hit.Price is { Currency: not null } ? hit.Price : null };

    private static TimeSpan? Wait(TimeSpan? hint) => hint < TimeSpan.Zero ? null : hint; // the engine bounds it above

    private static List<string> Texts(IReadOnlyList<string?>? texts) => [.. (texts ?? []).Select(Text).OfType<string>()];

    // PostgreSQL keeps no such character.
    private static string? Text(string? text) => text?.Replace("\0", "", StringComparison.Ordinal);

    private static bool IsDocument(DocumentText? document)
    {
        if (document is not { IsEmpty: false } text) return true;
        try
        {
            using var read = JsonDocument.Parse(text.ToString(), Reading);
            return read.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
