using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Orders;
using Ocarina.Storage;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>Frees the numbers of an account that goes (numbers.md 14.9): each is released with the system's rights, so that earlier holders get theirs back.</summary>
public sealed class AccountNumbersRelease(NumberDesk desk, GivingBack givingBack) : IAccountDeletion
{
    private const int PieceRows = 200;

    /// <inheritdoc/>
    public async Task ReleaseNumbersAsync(AccountId account, Actor actor, CancellationToken ct)
    {
        // The list is read from its start each time: what was released is no longer on it.
        var query = new NumberListQuery { Account = account, PageSize = PieceRows };
        for (var page = await desk.Numbers.ListAsync(query, ct); page.Rows.Count > 0; page = await desk.Numbers.ListAsync(query, ct))
        {
            var request = desk.Request(Actor.System, null);
            List<NumberChange> changes = [.. page.Rows.Select(number => Change(number, account, actor, request))];
            var effects = new OrderEffects
            {
                Disconnects = [.. changes.Select(givingBack.For).OfType<OrderRow>()],
                Features = [.. changes.SelectMany(desk.RemovalsOf)],
                Billing = desk.TermsOf(new ChargeConsent(isAccepted: true) { IsOpening = true }),
            };
            var outcomes = await desk.Numbers.ApplyAsync(changes, effects, null, WriteLane.Foreground, ct);
            // Nothing moved: somebody changes these numbers faster than they are released. The caller counts what is left.
            if (!outcomes.Any(outcome => outcome is ChangeOutcome.Written)) return;
        }
    }

    private NumberChange Change(NumberRecord number, AccountId account, Actor actor, MoveRequest request)
    {
        // The account that goes is no holder to return to, even where it stands deeper in the history.
        var known = number with { ReserveHistory = [.. number.ReserveHistory.Where(holder => holder != account)] };
        var after = ReleaseRules.Decide(known, request) is ReleaseDecision.Kept kept ? ReleaseOperation.Marked(kept.After) : null;
        return new NumberChange(number, after, after is null ? NumberActions.Deleted : NumberActions.Released, actor, "account deleted", request.Now)
        {
            Messages = desk.EndingsOf(number, after, actor),
        };
    }
}
