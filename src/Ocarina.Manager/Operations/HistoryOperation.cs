using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Errors;
using Ocarina.Core.Normalization;
using Ocarina.Storage;

namespace Ocarina.Manager.Operations;

/// <summary>One event as a path may see it. What belongs to other tenants is left out (design.md 11).</summary>
/// <param name="Seq">Place in the ledger.</param>
/// <param name="Revision">Revision after the change.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">Who; none when the actor is of another tenant.</param>
/// <param name="Action">What.</param>
/// <param name="Reason">Why, when somebody said so; none when the actor is of another tenant.</param>
/// <param name="Before">The number before it, where that is visible.</param>
/// <param name="After">The number after it, where that is visible.</param>
/// <param name="Hash">Hash of the event, lower-case hexadecimal.</param>
/// <param name="IsFullView">True when the viewer may see private members too.</param>
public sealed record VisibleEvent(
    long Seq, long Revision, DateTimeOffset Time, string? Actor, string Action, string? Reason, NumberRecord? Before, NumberRecord? After, string Hash, bool IsFullView);

/// <summary>A page of events, newest first.</summary>
/// <param name="Events">The events.</param>
/// <param name="Next">Revision the next page begins with; none when there are no more.</param>
public sealed record VisibleEvents(IReadOnlyList<VisibleEvent> Events, long? Next);

/// <summary>Answers for a number's past (`http-api.md` 2.14; design.md 2, promise 9).</summary>
public sealed class HistoryOperation(NumberDesk desk)
{
    private const int StorePage = 200;

    /// <summary>The events of a number that the path may see, newest first.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="text">The number as given.</param>
    /// <param name="startAt">Revision the page begins with, inclusive; none begins with the newest.</param>
    /// <param name="limit">Most events.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The page; or the error when the text is no number, or nothing of it is visible here.</returns>
    public async Task<(VisibleEvents? Page, NumberError? Error)> EventsAsync(
        Actor actor, AccountId path, string text, long? startAt, int limit, CancellationToken ct)
    {
        if (!NumberInput.TryRead(desk.RulesFor(path), text, out var number, out var error)) return (null, error);

        var isAdmin = desk.Tree.IsAdmin(actor);
        var visible = new List<VisibleEvent>();
        for (var next = startAt; visible.Count <= limit;)
        {
            var page = await desk.Numbers.EventsAsync(number, new EventQuery(next, StorePage), ct);
            visible.AddRange(page.Rows.Select(row => View(row, path, isAdmin)).OfType<VisibleEvent>());
            if (page.Next is null) break;
            next = page.Next;
        }

        if (visible.Count == 0 && startAt is null) return (null, NumberErrors.NotFound(number.ToString()));
        return (new VisibleEvents([.. visible.Take(limit)], visible.Count > limit ? visible[limit].Revision : null), null);
    }

    /// <summary>The number as it stood at a moment.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path.</param>
    /// <param name="text">The number as given.</param>
    /// <param name="time">The moment; not in the future.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<NumberResult> AsOfAsync(Actor actor, AccountId path, string text, DateTimeOffset time, CancellationToken ct)
    {
        if (!NumberInput.TryRead(desk.RulesFor(path), text, out var number, out var error))
            return new NumberResult.Failed(text, error ?? NumberErrors.NotReconcilable(text));

        var key = number.ToString();
        var row = await desk.Numbers.AsOfAsync(number, time, ct);
        return row?.After is { } record && (desk.Tree.IsAdmin(actor) || Owns(path, record))
            ? new NumberResult.Done(key, record with { LastHash = row.Hash }, IsUnchanged: true)
            : new NumberResult.Failed(key, NumberErrors.NotFound(key));
    }

    private bool Owns(AccountId path, NumberRecord? record) => record?.Account is { } owner && desk.Tree.IsAbove(path, owner);

    /// <summary>An event as a path may see it; none when it may not.</summary>
    internal VisibleEvent? View(NumberEventRow row, AccountId path, bool isAdmin)
    {
        var seesBefore = isAdmin || Owns(path, row.Before);
        var seesAfter = isAdmin || Owns(path, row.After);
        if (!seesBefore && !seesAfter) return null;

        // The reason is in the words of who acted: it is told to those who may know him.
        var actor = VisibleActor(row.Body.Actor, path, isAdmin);
        return new VisibleEvent(
            row.Seq, row.Body.Revision, row.Body.Time, actor, row.Body.Action, actor is null ? null : row.Body.Reason,
            seesBefore ? row.Before : null, seesAfter ? row.After : null, Convert.ToHexStringLower(row.Hash.AsSpan()), isAdmin);
    }

    private string? VisibleActor(string actor, AccountId path, bool isAdmin)
    {
        if (isAdmin || actor == "system") return actor;
        return AccountId.TryParse(actor.Split('/')[0], out var account) && desk.Tree.IsAbove(path, account) ? actor : null;
    }
}
