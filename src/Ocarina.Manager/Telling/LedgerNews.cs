using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Manager.Operations;
using Ocarina.Storage;
using Ocarina.Storage.Ledger;

namespace Ocarina.Manager.Telling;

/// <summary>An event as a path may see it, on its way to somebody who listens.</summary>
/// <param name="Number">The number that changed.</param>
/// <param name="Event">What happened.</param>
/// <param name="Resume">Where to listen on after it; none when an event before it is still to come.</param>
public sealed record NewsItem(PhoneNumber Number, VisibleEvent Event, long? Resume);

/// <summary>What was read on from a place.</summary>
/// <param name="Items">What the path may see.</param>
/// <param name="Position">Where to read on.</param>
/// <param name="IsEnd">True when there was nothing more.</param>
public sealed record NewsPage(IReadOnlyList<NewsItem> Items, long Position, bool IsEnd);

/// <summary>Tells the events of the ledger to those who listen, as they happen and from any place on (`http-api.md` 2.14; design.md 11).</summary>
public sealed class LedgerNews(IDatabase database, NumberDesk desk, HistoryOperation history, TimeProvider clock)
{
    /// <summary>Pause between two looks for news. One look serves everybody who listens here.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private (long At, Task<long> End)? _last;

    /// <summary>The place after which nothing has happened yet.</summary>
    public async Task<long> EndAsync(CancellationToken ct)
    {
        Task<long> end;
        lock (_gate)
        {
            if (_last is not { } last || clock.GetElapsedTime(last.At) >= Interval || last.End.IsFaulted || last.End.IsCanceled)
                _last = last = (clock.GetTimestamp(), database.ReadAsync(LedgerFeed.EndAsync, CancellationToken.None));
            end = last.End;
        }

        return await end.WaitAsync(ct);
    }

    /// <summary>Reads on.</summary>
    /// <param name="actor">The account of the token.</param>
    /// <param name="path">The account of the path: only what concerns it and those below it is told, as in a number's history.</param>
    /// <param name="number">Only news of this number; none tells all.</param>
    /// <param name="after">Sequence of the last event that was told.</param>
    /// <param name="limit">Most events that are looked at.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<NewsPage> ReadAsync(Actor actor, AccountId path, PhoneNumber? number, long after, int limit, CancellationToken ct)
    {
        var isAdmin = desk.Tree.IsAdmin(actor) && path == desk.Tree.Master;
        var (end, page) = await database.ReadAsync(
            async (session, token) => (await LedgerFeed.EndAsync(session, token), await LedgerFeed.ReadAsync(session, after, number, limit, token)), ct);
        List<NewsItem> items = [];
        foreach (var (row, resume) in page.Events)
            if (history.View(row, path, isAdmin) is { } seen) items.Add(new NewsItem(row.Body.Number, seen, resume));

        if (page.Events is [.., { Resume: { } position }]) return new NewsPage(items, position, IsEnd: false);
        // Nothing of the number up to here: the next look begins here. Also for who came with a later place, from before the database was restored: he would wait in vain.
        return new NewsPage(items, page.IsHeldBack ? after : end, IsEnd: true);
    }
}
