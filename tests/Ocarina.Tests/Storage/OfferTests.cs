using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class OfferTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_offer_is_for_the_account_that_searched_and_for_those_who_name_it_as_above_them(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind, new Clock());
        var offer = Offer(1) with { Data = DocumentText.From(new JsonObject { ["rate"] = 1.25m }) };
        await db.Numbers.RememberOffersAsync(Some.Alice, [offer, Offer(2)], Some.Ct);
        await db.Numbers.RememberOffersAsync(Some.Bob, [Offer(1, "telnyx")], Some.Ct);

        var own = await db.Numbers.FindOffersAsync([Some.Bob, Some.Alice], [Some.Number(1), Some.Number(2), Some.Number(3)], Some.Time, Some.Ct);
        var above = await db.Numbers.FindOffersAsync([Some.Carol, Some.Alice], [Some.Number(1)], Some.Time, Some.Ct);
        var stranger = await db.Numbers.FindOffersAsync([Some.Carol], [Some.Number(1)], Some.Time, Some.Ct);

        Assert.Equal(2, own.Count);
        Assert.Equal(("telnyx", Some.Bob), (own[Some.Number(1)].Carrier.ToString(), own[Some.Number(1)].Account)); // the buyer's own before his parent's
        Assert.Equal(offer with { Account = Some.Alice, FoundAt = Some.Time }, above[Some.Number(1)]);
        Assert.Empty(stranger);
        Assert.Empty(await db.Numbers.FindOffersAsync([Some.Alice], [], Some.Time, Some.Ct));
        Assert.Empty(await db.Numbers.FindOffersAsync([], [Some.Number(1)], Some.Time, Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_offered_again_replaces_its_offer_and_an_expired_one_is_not_found(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind, new Clock());
        await db.Numbers.RememberOffersAsync(Some.Alice, [Offer(1), Offer(1)], Some.Ct);
        await db.Numbers.RememberOffersAsync(Some.Alice, [Offer(1) with { ExpiresAt = Some.Time.AddHours(9) }], Some.Ct);

        Assert.Single(await db.Numbers.FindOffersAsync([Some.Alice], [Some.Number(1)], Some.Time.AddHours(9).AddMilliseconds(-1), Some.Ct));
        Assert.Empty(await db.Numbers.FindOffersAsync([Some.Alice], [Some.Number(1)], Some.Time.AddHours(9), Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_oldest_offers_of_an_account_make_room_and_no_other_accounts(DatabaseKind kind)
    {
        var clock = new Clock();
        await using var db = await TestDatabases.OpenAsync(kind, clock);
        var numbers = new NumbersDatabase(db.Database, clock) { OffersPerAccountMax = 5 };
        await numbers.RememberOffersAsync(Some.Bob, [Offer(0)], Some.Ct);
        for (var i = 0; i < 4; i++)
        {
            clock.Now += TimeSpan.FromMinutes(1);
            await numbers.RememberOffersAsync(Some.Alice, [Offer(2 * i), Offer(2 * i + 1)], Some.Ct);
        }

        var left = await numbers.FindOffersAsync([Some.Alice], [.. Enumerable.Range(0, 8).Select(Some.Number)], Some.Time, Some.Ct);

        Assert.Equal(Enumerable.Range(2, 6).Select(Some.Number), left.Keys.Order()); // one search is kept whole
        Assert.Single(await numbers.FindOffersAsync([Some.Bob], [Some.Number(0)], Some.Time, Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_searches_most_pushes_out_his_own_offers_and_strangers_never_an_account_s(DatabaseKind kind)
    {
        var clock = new Clock();
        await using var db = await TestDatabases.OpenAsync(kind, clock);
        var numbers = new NumbersDatabase(db.Database, clock) { OffersPerAccountMax = 5, OffersPerCrowdMax = 3 };
        await numbers.RememberOffersAsync(Some.Alice, [Offer(0), Offer(1, "telnyx")], Some.Ct);
        await numbers.RememberOffersAsync(new OfferHolder(Some.Alice, 7), [Offer(10), Offer(1)], Some.Ct);
        for (var i = 0; i < 10; i++)
        {
            clock.Now += TimeSpan.FromMinutes(1);
            await numbers.RememberOffersAsync(new OfferHolder(Some.Alice, 8), [Offer(20 + 2 * i), Offer(21 + 2 * i)], Some.Ct);
        }

        var left = await numbers.FindOffersAsync([Some.Bob, Some.Alice], [.. Enumerable.Range(0, 50).Select(Some.Number)], Some.Time, Some.Ct);
        var elsewhere = await numbers.FindOffersAsync([Some.Bob], [.. Enumerable.Range(0, 50).Select(Some.Number)], Some.Time, Some.Ct);

        int[] expected = [0, 1, 10, 36, 37, 38, 39]; // the newest two searches of the crowd that searched most, and all of the others
        Assert.Equal(expected.Select(Some.Number), left.Keys.Order());
        Assert.Equal("telnyx", left[Some.Number(1)].Carrier.ToString()); // the account's own before its strangers'
        Assert.All(left.Values, offer => Assert.Equal(Some.Alice, offer.Account));
        Assert.Empty(elsewhere);

        await numbers.DropOffersAsync([Some.Bob, Some.Alice], Some.Number(10), CarrierName.Parse("bandwidth2"), Some.Ct);
        Assert.Empty(await numbers.FindOffersAsync([Some.Bob, Some.Alice], [Some.Number(10)], Some.Time, Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_group_that_strangers_found_is_for_sale_below_the_account_and_the_account_s_own_comes_first(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind, new Clock());
        await db.Numbers.RememberGroupOffersAsync(new OfferHolder(Some.Alice, 0), [Group("voxbone:1"), Group("voxbone:2")], Some.Ct);
        await db.Numbers.RememberGroupOffersAsync(Some.Alice, [Group("voxbone:2", "other")], Some.Ct);

        Assert.Equal(Some.Alice, (await FindAsync("voxbone:1", Some.Bob, Some.Alice))!.Account);
        Assert.Equal("other", (await FindAsync("voxbone:2", Some.Bob, Some.Alice))!.Carrier.ToString());
        Assert.Null(await FindAsync("voxbone:1", Some.Bob));

        Task<StoredGroupOffer?> FindAsync(string id, params AccountId[] accounts) => db.Numbers.FindGroupOfferAsync(accounts, id, Some.Time, Some.Ct);

        static StoredGroupOffer Group(string id, string carrier = "voxbone") => new(id, CarrierName.Parse(carrier), DocumentText.Empty, Some.Time.AddDays(1));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Expired_offers_are_forgotten_in_pieces(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind, new Clock());
        await db.Numbers.RememberOffersAsync(Some.Alice, [.. Enumerable.Range(0, 10).Select(i => Offer(i))], Some.Ct);
        await db.Numbers.RememberOffersAsync(Some.Alice, [Offer(11) with { ExpiresAt = Some.Time.AddDays(2) }], Some.Ct);

        Assert.Equal(7, await db.Numbers.ExpireOffersAsync(Some.Time.AddDays(1), 7, Some.Ct));
        Assert.Equal(3, await db.Numbers.ExpireOffersAsync(Some.Time.AddDays(1), 7, Some.Ct));
        Assert.Equal(1, await db.ScalarAsync<long>("SELECT count(*) FROM offers"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Many_searches_of_one_account_at_once_do_not_block_each_other(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var numbers = new NumbersDatabase(db.Database, TimeProvider.System) { OffersPerAccountMax = 20 };

        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() =>
            numbers.RememberOffersAsync(Some.Alice, [.. Enumerable.Range(0, 30).Select(n => Offer((n * (i + 1)) % 101))], Some.Ct))));

        Assert.Equal(0, db.Log.CountOf(2011)); // nothing had to be repeated: no deadlock
    }

    private static Offer Offer(int index, string carrier = "bandwidth2") =>
        new(Some.Number(index), CarrierName.Parse(carrier), NumberState.Discovery, DocumentText.Empty, Some.Time.AddDays(1));

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = Some.Time;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
