using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Features;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Changes public fields, and with them features (numbers.md 7.6; `http-api.md` 2.5): POST replaces them, PATCH merges.</summary>
public sealed class UpdateOperation(NumberDesk desk)
{
    /// <summary>Replaces or merges the public fields of numbers that the path reaches.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="fields">The fields, sanitised.</param>
    /// <param name="merge">True merges; false replaces everything.</param>
    /// <param name="isSeen">Whether the stored record is the one the caller saw (<c>If-Match</c>); none accepts any.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller agrees to pay.</param>
    public async Task<BatchOutcome> RunAsync(
        Actor actor, AccountId path, IReadOnlyList<string> texts, JsonObject fields, bool merge, Func<NumberRecord, bool>? isSeen, CancellationToken ct,
        ChargeConsent? consent = null)
    {
        var request = desk.Request(actor, path);
        // Who sends a whole document repeats what he has read; a patch says what it says.
        var underWay = await desk.UnderWayAsync(path, texts, merge ? fields : [], ct);
        var results = await desk.RunAsync(path, texts, Decide, WriteLane.Foreground, redoLost: true, ct, more: new DeskExtras { Consent = consent });
        return new BatchOutcome.Finished(results);

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            if (record is null || !NumberAuthority.IsReachable(desk.Tree, actor, path, record))
                return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));
            if (isSeen?.Invoke(record) == false) return new NumberPlan.Fail(wanted.Key, NumberErrors.RevisionMismatch(record.Number));

            var own = merge ? PublicFields.Merge(record.PublicFields.ToObject(), fields) : (JsonObject)fields.DeepClone();
            own = desk.Writable(actor, record.Account, own, record);
            if (!merge) PublicFieldRules.FillDefaults(own);
            if (PublicFieldRules.Validate(own, record.Number) is [var problem, ..] problems)
                return new NumberPlan.Fail(wanted.Key, NumberErrors.Invalid($"{problem.Path}: {problem.Message}"), problems);

            var after = record with { PublicFields = DocumentText.From(own), AuthorizedBy = actor.Account?.ToString() ?? "system" };
            var plan = MovePlanner.WithFeatures(desk, wanted.Key, record, after, NumberActions.Updated, request);
            // As it was checked, and only what it says: what others change until it is carried out stays.
            var said = merge ? PublicFields.Said(own, fields) : PublicFields.Difference(record.PublicFields.ToObject(), own);
            // Nothing changed: no write, no event (numbers.md 4.4). Who authorised the last change is no change by itself.
            return plan switch
            {
                // Providers first: what they refuse is not stored (`http-api.md` 2.5).
                NumberPlan.Write { Priced: { } priced } write when desk.OutsideOf(write, merge ? fields : [], underWay[record.Number]) is { IsEmpty: false } outside =>
                    new NumberPlan.Arrange(wanted.Key, record, priced, outside.Works, outside.Removals, new FieldWrite(DocumentText.From(said), Merges: true), actor),
                NumberPlan.Write { Change.After: { } planned } when planned with { AuthorizedBy = record.AuthorizedBy } == record => new NumberPlan.Keep(wanted.Key, record),
                _ => plan,
            };
        }
    }
}
