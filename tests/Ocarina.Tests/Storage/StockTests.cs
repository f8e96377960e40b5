using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Stock;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class StockTests
{
    private static readonly StockSource Inventory = new StockSource.AvailableOf(CarrierName.Inventory);

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_search_merges_its_sources_and_leaves_out_what_is_not_for_sale(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(
        [
            Some.Record(Some.Number(1)), Some.Record(Some.Number(2), carrier: CarrierName.Local),
            Some.Record(Some.Number(3), carrier: CarrierName.Managed) with { StockAccount = Some.Alice },
            Some.Record(Some.Number(4), NumberState.Reserved, Some.Alice), Some.Record(Some.Number(5)),
            Some.Record(Some.Number(6)) with { HeldAtCarrier = false }, Some.Record(Some.Number(7), NumberState.InService, Some.Alice),
            Some.Record(Some.Number(8), carrier: CarrierName.Managed) with { StockAccount = Some.Bob },
            Some.Record(Some.Number(9), NumberState.Reserved, Some.Bob), Some.Record(Some.Number(10), NumberState.Aging),
            Some.Record(Some.Number(11)) with { StockAccount = Some.Alice }, Some.Record(PhoneNumber.Parse("+14155560001")),
        ]);
        ImmutableArray<StockSource> sources =
            [Inventory, new StockSource.AvailableOf(CarrierName.Local), new StockSource.KeptFor(CarrierName.Managed, Some.Alice), new StockSource.ReservedBy(Some.Alice), Inventory];

        var all = await db.Numbers.SearchStockAsync(new StockQuery("+1415555", sources, 0, 100, 500), Some.Ct);
        var page = await db.Numbers.SearchStockAsync(new StockQuery("+1415555", sources, 1, 2, 500), Some.Ct);
        var bounded = await db.Numbers.SearchStockAsync(new StockQuery("+1415555", sources, 0, 100, 1), Some.Ct);
        var beyond = await db.Numbers.SearchStockAsync(new StockQuery("+1415555", sources, 5, 10, 500), Some.Ct);

        Assert.Equal([1, 2, 3, 4, 5], Indexes(all));
        Assert.Equal([NumberState.Available, NumberState.Available, NumberState.Available, NumberState.Reserved, NumberState.Available], all.Select(hit => hit.State));
        Assert.Equal([CarrierName.Inventory, CarrierName.Local, CarrierName.Managed, CarrierName.Inventory, CarrierName.Inventory], all.Select(hit => hit.Carrier));
        Assert.Equal([2, 3], Indexes(page));
        Assert.Equal([1, 2, 3, 4], Indexes(bounded));
        Assert.Empty(beyond);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task One_source_is_paged_within_its_bound(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 20).Select(i => Some.Record(Some.Number(i))));

        var last = await db.Numbers.SearchStockAsync(new StockQuery("+1", [Inventory], 8, 5, 10), Some.Ct);
        var none = await db.Numbers.SearchStockAsync(new StockQuery("+1", [Inventory], 10, 5, 10), Some.Ct);

        Assert.Equal([8, 9], Indexes(last));
        Assert.Empty(none);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_prefix_bounds_both_ends_and_odd_prefixes_find_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        PhoneNumber[] numbers = [PhoneNumber.Parse("+1414~~~~~"), PhoneNumber.Parse("+1415"), PhoneNumber.Parse("+1415~"), PhoneNumber.Parse("+1416"), PhoneNumber.Parse("~~~~~~")];
        await db.CreateAsync(numbers.Select(number => Some.Record(number)));

        Assert.Equal(["+1415", "+1415~"], await FindAsync("+1415"));
        Assert.Equal(["~~~~~~"], await FindAsync("~~"));
        Assert.Equal(5, (await FindAsync("")).Count);
        Assert.Empty(await FindAsync("+1415 "));
        Assert.Empty(await FindAsync("é"));
        Assert.Empty(await FindAsync(new string('1', 100)));

        async Task<List<string>> FindAsync(string prefix) =>
            [.. (await db.Numbers.SearchStockAsync(new StockQuery(prefix, [Inventory], 0, 50, 50), Some.Ct)).Select(row => row.Number.ToString())];
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_claim_takes_what_there_is_and_passes_over_what_the_decision_refuses(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 12).Select(i => Some.Record(Some.Number(i))));

        var even = await db.Numbers.ClaimStockAsync(
            new StockQuery("+1415", [Inventory], 0, 4, 500), row => Index(row.Number) % 2 == 0 ? Some.Buy(row, Some.Alice) : null, null, Some.Ct);
        var rest = await db.Numbers.ClaimStockAsync(new StockQuery("+1415", [Inventory], 0, 100, 500), row => Some.Buy(row, Some.Bob), null, Some.Ct);
        var none = await db.Numbers.ClaimStockAsync(new StockQuery("+1415", [Inventory], 0, 1, 500), row => Some.Buy(row, Some.Bob), null, Some.Ct);

        Assert.Equal([0, 2, 4, 6], Indexes(even));
        Assert.Equal([1, 3, 5, 7, 8, 9, 10, 11], Indexes(rest));
        Assert.Empty(none);
        Assert.All(even, row => Assert.Equal((Some.Alice, 2L), (row.Account, row.Revision)));
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_claim_under_old_rules_takes_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync([Some.Record(Some.Number(1))]);

        await Assert.ThrowsAsync<RulesChangedException>(() =>
            db.Numbers.ClaimStockAsync(new StockQuery("+1415", [Inventory], 0, 1, 500), row => Some.Buy(row, Some.Alice), 99, Some.Ct));

        Assert.Equal(NumberState.Available, (await db.LoadAsync(Some.Number(1)))?.State);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_64_buyers_of_one_prefix_with_50_in_stock_50_win_different_numbers(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 50).Select(i => Some.Record(Some.Number(i))));

        var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() =>
            db.Numbers.ClaimStockAsync(new StockQuery("+1415", [Inventory], 0, 1, 500), row => Some.Buy(row, Some.Alice), null, Some.Ct))));

        Assert.Equal(14, claims.Count(claim => claim.Count == 0));
        Assert.Equal(50, claims.SelectMany(claim => claim).Select(row => row.Number).Distinct().Count());
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Greedy_buyers_who_want_more_than_there_is_share_it_without_a_deadlock(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 40).Select(i => Some.Record(Some.Number(i), carrier: i % 2 == 0 ? CarrierName.Inventory : CarrierName.Local)));
        var local = new StockSource.AvailableOf(CarrierName.Local);

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => db.Numbers.ClaimStockAsync(
            new StockQuery("+1415", i % 2 == 0 ? [Inventory, local] : [local, Inventory], 0, 7, 500), row => Some.Buy(row, Some.Alice), null, Some.Ct))));

        Assert.Equal(40, claims.Sum(claim => claim.Count));
        Assert.Equal(40, claims.SelectMany(claim => claim).Select(row => row.Number).Distinct().Count());
        Assert.Equal(0, db.Log.CountOf(2011)); // nothing had to be repeated: no deadlock
    }

    [Fact]
    public async Task Nobody_is_turned_away_while_a_number_that_another_held_comes_free_again()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        await db.CreateAsync([Some.Record(Some.Number(1))]);
        var held = new TaskCompletionSource();
        var letGo = new TaskCompletionSource();
        var undone = db.Database.WriteAsync<int>(async (session, ct) =>
        {
            await NumbersDatabase.ApplyAsync(session, [Some.Buy((await db.Numbers.LoadAsync([Some.Number(1)], ct))[Some.Number(1)], Some.Bob)], null, ct);
            held.TrySetResult();
            await letGo.Task;
            throw new OperationCanceledException("this buyer gives up");
        }, WriteLane.Foreground, Some.Ct);
        await held.Task;

        var claim = db.Numbers.ClaimStockAsync(new StockQuery("+1415", [Inventory], 0, 1, 500), row => Some.Buy(row, Some.Alice), null, Some.Ct);
        await db.WaitForLockWaitAsync();
        letGo.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => undone);
        Assert.Equal(Some.Alice, Assert.Single(await claim).Account);
    }

    private static IEnumerable<int> Indexes(IEnumerable<NumberRecord> rows) => rows.Select(row => Index(row.Number));

    private static IEnumerable<int> Indexes(IEnumerable<StockHit> hits) => hits.Select(hit => Index(hit.Number));

    private static int Index(PhoneNumber number) => int.Parse(number.ToString().AsSpan(8), System.Globalization.CultureInfo.InvariantCulture);
}
