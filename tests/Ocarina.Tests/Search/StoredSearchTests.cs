using System.Text.Json.Nodes;
using Ocarina.Storage;
using Ocarina.Storage.Search;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;
using HandClock = Ocarina.Tests.Identity.HandClock;

namespace Ocarina.Tests.Search;

/// <summary>Runs of searches at rest.</summary>
public sealed class StoredSearchTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Pages_are_cut_across_pieces_and_what_comes_late_stands_behind(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var searches = new SearchDatabase(db.Database, TimeProvider.System);
        await searches.StoreAsync(Search("q", "r1"), new SearchEntries(Rows(0, 250), Rows(1000, 3)), Some.Ct);

        Assert.Equal([95, 96, 97, 98, 99, 100, 101, 102, 103, 104], await PageAsync(95, 10));
        Assert.True(await searches.AppendAsync("q", "r1", new SearchEntries(Rows(300, 120), Rows(2000, 1)), """[{"name":"late"}]""", Some.Ct));
        Assert.Equal([248, 249, 300, 301], await PageAsync(248, 4));
        Assert.Equal([418, 419], await PageAsync(368, 50));
        Assert.Empty(await PageAsync(370, 50));
        var page = (await searches.ReadAsync("q", 2, 5, Some.Ct))!;
        Assert.Equal([1002, 2000], page.Entries.Offers.Select(row => (int)row["n"]!));
        Assert.Equal("""[{"name":"late"}]""", page.Carriers);

        async Task<List<int>> PageAsync(int offset, int count) => [.. (await searches.ReadAsync("q", offset, count, Some.Ct))!.Entries.Numbers.Select(row => (int)row["n"]!)];
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_new_run_takes_the_place_of_the_old_one_and_late_rows_of_that_are_refused(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var searches = new SearchDatabase(db.Database, TimeProvider.System);
        await searches.StoreAsync(Search("q", "r1"), new SearchEntries(Rows(0, 150), []), Some.Ct);
        await searches.StoreAsync(Search("q", "r2"), SearchEntries.None, Some.Ct);

        Assert.False(await searches.AppendAsync("q", "r1", new SearchEntries(Rows(0, 1), []), "[]", Some.Ct));
        Assert.Empty((await searches.ReadAsync("q", 0, 10, Some.Ct))!.Entries.Numbers);
        Assert.Null(await searches.ReadAsync("other", 0, 10, Some.Ct));
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT count(*) FROM search_pages"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Each_owner_keeps_his_newest_questions_and_what_expires_is_forgotten(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind, clock);
        var searches = new SearchDatabase(db.Database, clock) { SearchesPerOwnerMax = 2 };
        foreach (var id in (string[])["a", "b", "a", "c"])
        {
            await searches.StoreAsync(Search(id, $"r{clock.GetUtcNow():O}", clock.GetUtcNow().AddHours(1)), new SearchEntries(Rows(0, 1), []), Some.Ct);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        await searches.StoreAsync(Search("d", "r", clock.GetUtcNow().AddHours(1)) with { Owner = "another" }, SearchEntries.None, Some.Ct);

        Assert.Null(await searches.ReadAsync("b", 0, 1, Some.Ct)); // asked longest ago
        foreach (var id in (string[])["a", "c", "d"]) Assert.NotNull(await searches.ReadAsync(id, 0, 1, Some.Ct));
        clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(2));
        Assert.Null(await searches.ReadAsync("a", 0, 1, Some.Ct));
        Assert.NotNull(await searches.ReadAsync("d", 0, 1, Some.Ct));
        Assert.Equal(1, await searches.ExpireAsync(clock.GetUtcNow(), 1, Some.Ct));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await searches.ExpireAsync(clock.GetUtcNow(), 10, Some.Ct));
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT (SELECT count(*) FROM searches) + (SELECT count(*) FROM search_pages)"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Many_searches_of_one_account_at_once_neither_mix_nor_wait_crosswise(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var searches = new SearchDatabase(db.Database, TimeProvider.System) { SearchesPerOwnerMax = 3 };

        await Task.WhenAll(Enumerable.Range(0, 48).Select(i => Task.Run(() =>
            searches.StoreAsync(Search($"q{i % 6}", $"r{i}"), new SearchEntries(Rows(i * 1000, 150), []), Some.Ct))));

        Assert.Equal(0, db.Log.CountOf(2011)); // nothing had to be repeated: no deadlock
        for (var i = 0; i < 6; i++)
        {
            if (await searches.ReadAsync($"q{i}", 0, 500, Some.Ct) is not { } page) continue;
            var first = int.Parse(page.Run[1..], System.Globalization.CultureInfo.InvariantCulture) * 1000;
            Assert.Equal(Enumerable.Range(first, 150), page.Entries.Numbers.Select(row => (int)row["n"]!));
        }
    }

    private static StoredSearch Search(string id, string run, DateTimeOffset? expires = null) => new(id, "owner", run, "[]", expires ?? DateTimeOffset.UtcNow.AddHours(1));

    private static List<JsonObject> Rows(int first, int count) => [.. Enumerable.Range(first, count).Select(i => new JsonObject { ["n"] = i })];
}
