using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Orders;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>Gives numbers back, or erases them (numbers.md 5.5, 5.6, 7.8; `http-api.md` 2.5).</summary>
public sealed class ReleaseOperation(NumberDesk desk, GivingBack givingBack)
{
    // Who gets a number back that he had reserved is not asked, and pays for it from the next month on.
    private static ChargeConsent Returned => new(isAccepted: true) { IsOpening = true };

    /// <summary>Releases numbers that the path reaches.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="hard">Erase instead; only admins, ignored for others.</param>
    /// <param name="reason">Why; kept in the ledger.</param>
    /// <param name="isSeen">Whether the stored record is the one the caller saw (<c>If-Match</c>); none accepts any.</param>
    /// <param name="ct">Ends the waiting, not a write that began.</param>
    /// <param name="consent">Whether the caller only asks (<c>dry_run</c>).</param>
    public Task<IReadOnlyList<NumberResult>> RunAsync(
        Actor actor, AccountId path, IReadOnlyList<string> texts, bool hard, string? reason, Func<NumberRecord, bool>? isSeen, CancellationToken ct,
        ChargeConsent? consent = null)
    {
        var request = desk.Request(actor, path);
        var erase = hard && desk.Tree.IsAdmin(actor);
        return desk.RunAsync(path, texts, Decide, WriteLane.Foreground, redoLost: false, ct, more: new DeskExtras { GiveBack = givingBack.For, Consent = consent is { IsDryRun: true } ? consent : Returned });

        NumberPlan Decide(WantedNumber wanted, NumberRecord? record)
        {
            if (record is null || !NumberAuthority.IsReachable(desk.Tree, actor, path, record))
                return new NumberPlan.Fail(wanted.Key, NumberErrors.NotFound(wanted.Key));
            if (isSeen?.Invoke(record) == false) return new NumberPlan.Fail(wanted.Key, NumberErrors.RevisionMismatch(record.Number));

            var action = erase ? NumberActions.Deleted : NumberActions.Released;
            return (erase ? ReleaseRules.DecideDelete(request) : ReleaseRules.Decide(record, request)) switch
            {
                ReleaseDecision.Denied denied => new NumberPlan.Fail(wanted.Key, denied.Error),
                ReleaseDecision.Erased => Lost(null),
                ReleaseDecision.Kept kept => Lost(Marked(kept.After)),
                _ => throw new InvalidOperationException("The decisions of a release are a closed set."),
            };

            NumberPlan.Write Lost(NumberRecord? after) =>
                new(wanted.Key, new NumberChange(record, after, action, actor, reason, request.Now) { Messages = desk.EndingsOf(record, after, actor) });
        }
    }

    // A local number that goes back to its parent's reserve keeps its marker.
    internal static NumberRecord Marked(NumberRecord record) =>
        CarrierCatalogue.IsLocalFamilyMarker(record.Carrier)
            ? record with { Features = DocumentText.From(new() { [NumberFeatures.Local] = new System.Text.Json.Nodes.JsonObject() }) }
            : record;
}
