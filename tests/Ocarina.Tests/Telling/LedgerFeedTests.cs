using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Storage.Ledger;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>Whoever follows the ledger misses nothing and sees each number's events in their order.</summary>
public sealed class LedgerFeedTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Reading_on_page_by_page_gives_every_event_once(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var rows = await db.CreateAsync(Enumerable.Range(1, 7).Select(i => Some.Record(Some.Number(i))));
        foreach (var row in rows) await db.WriteAsync(Some.Update(row, number => number with { UsedBy = "callflow" }));

        await EndAsync(db);
        List<FeedEvent> read = [];
        for (var place = 0L; await ReadAsync(db, place, limit: 3) is { Count: > 0 } page; place = page[^1].Resume ?? throw new InvalidOperationException("The last of a page is a place."))
            read.AddRange(page);

        Assert.Equal(14, read.Select(one => one.Row.Seq).Distinct().Count());
        Assert.Equal(14, read.Count);
        Assert.All(read.Where(one => one.Row.Body.Action == NumberActions.Updated), one => Assert.Null(one.Row.Before?.UsedBy));
        Assert.Empty(await ReadAsync(db, await EndAsync(db), limit: 3));
    }

    [Fact]
    public async Task What_commits_late_is_read_after_it_has_committed_and_not_passed_by()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var (written, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        var late = db.Database.WriteAsync(async (session, ct) =>
        {
            await NumbersDatabase.ApplyAsync(session, [Some.Creation(Some.Record(Some.Number(1)))], null, ct);
            written.TrySetResult();
            await finish.Task.WaitAsync(ct);
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        await written.Task.WaitAsync(Some.Ct);
        await db.CreateAsync([Some.Record(Some.Number(2))]); // a later sequence, committed earlier

        Assert.Empty(await ReadAsync(db, 0, limit: 10));
        finish.SetResult();
        await late;
        await EndAsync(db);
        Assert.Equal([Some.Number(1), Some.Number(2)], (await ReadAsync(db, 0, limit: 10)).Select(one => one.Row.Body.Number));
    }

    [Fact]
    public async Task A_number_that_two_transactions_changed_in_the_other_order_than_they_began_is_told_in_its_order()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var rows = await db.CreateAsync([Some.Record(Some.Number(1)), Some.Record(Some.Number(2))]);
        var start = await EndAsync(db);
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        // Has its place in the order of transactions by its first write, and touches the number last.
        var first = db.Database.WriteAsync(async (session, ct) =>
        {
            await NumbersDatabase.ApplyAsync(session, [Some.Update(rows[0], number => number with { UsedBy = "a" })], null, ct);
            begun.TrySetResult();
            await go.Task.WaitAsync(ct);
            var current = (await db.LoadAsync(Some.Number(2)))!;
            return await NumbersDatabase.ApplyAsync(session, [Some.Update(current, number => number with { UsedBy = "third" })], null, ct);
        }, WriteLane.Foreground, Some.Ct);
        await begun.Task.WaitAsync(Some.Ct);
        await db.WriteAsync(Some.Update(rows[1], number => number with { UsedBy = "second" }));
        go.SetResult();
        Assert.IsType<ChangeOutcome.Written>(Assert.Single(await first));
        await EndAsync(db);

        foreach (var limit in (int[])[1, 2, 10])
        {
            List<FeedEvent> read = [];
            for (var place = start; await ReadAsync(db, place, limit) is { Count: > 0 } page; place = page[^1].Resume!.Value) read.AddRange(page); // the last of a page is a place
            Assert.Equal([2L, 3L], read.Where(one => one.Row.Body.Number == Some.Number(2)).Select(one => one.Row.Body.Revision));
            Assert.Equal(3, read.Count);
        }
    }

    [Fact]
    public async Task Resuming_from_any_place_that_was_told_loses_nothing()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var rows = await db.CreateAsync(Enumerable.Range(1, 4).Select(i => Some.Record(Some.Number(i))));
        var start = await EndAsync(db);
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Some.Ct, async (i, ct) =>
        {
            for (var turn = 0; turn < 10; turn++)
            {
                var loaded = await db.Numbers.LoadAsync([.. rows.Select(row => row.Number)], ct);
                await db.Numbers.ApplyAsync([.. loaded.Values.Skip((i + turn) % 2).Select(row => Some.Update(row, number => number with { UsedBy = $"{i}" }))], null, WriteLane.Foreground, ct);
            }
        });

        await EndAsync(db);
        var all = await ReadAsync(db, start, limit: 1000);
        Assert.All(all.GroupBy(one => one.Row.Body.Number), number => Assert.Equal(number.Select(one => one.Row.Body.Revision).Order(), number.Select(one => one.Row.Body.Revision)));
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i].Resume is not { } place) continue;
            var told = all.Take(i + 1).Select(one => one.Row.Seq);
            var rest = (await ReadAsync(db, place, limit: 1000)).Select(one => one.Row.Seq);
            Assert.Equal(all.Count, told.Union(rest).Count());
        }
    }

    [Fact]
    public async Task After_a_restore_into_another_server_old_and_new_events_are_read_in_their_order()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var rows = await db.CreateAsync([Some.Record(Some.Number(1)), Some.Record(Some.Number(2))]);
        // As a dump brings them: transactions of a server that had come further than this one ever will.
        await db.ExecuteAsync("UPDATE number_events SET xid = (seq + 4000000000000)::text::xid8");

        await db.ReopenAsync();
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT count(*) FROM number_events WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())"));
        await db.WriteAsync(Some.Update(rows[0], number => number with { UsedBy = "callflow" }));

        await EndAsync(db);
        var read = await ReadAsync(db, 0, limit: 10);
        Assert.Equal([1, 2, 3], read.Select(one => one.Row.Seq));
        Assert.Equal([3L], (await ReadAsync(db, 2, limit: 10)).Select(one => one.Row.Seq)); // whoever had come to the end before goes on there
    }

    // Transactions of other tests on the same server hold followers back for a moment.
    private static async Task<long> EndAsync(TestDatabase db)
    {
        if (db.Database.Kind == DatabaseKind.PostgreSql)
        {
            const string unread = "SELECT count(*) FROM number_events WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())";
            while (await db.ScalarAsync<long>(unread) > 0) await Task.Delay(TimeSpan.FromMilliseconds(20), Some.Ct);
        }

        return await db.Database.ReadAsync(LedgerFeed.EndAsync, Some.Ct);
    }

    private static async Task<IReadOnlyList<FeedEvent>> ReadAsync(TestDatabase db, long after, int limit) =>
        (await db.Database.ReadAsync((session, ct) => LedgerFeed.ReadAsync(session, after, null, limit, ct), Some.Ct)).Events;
}
