using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class RaceTests
{
    private const int Repeated = 2011; // StorageLog.WriteRepeated

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_64_buyers_of_one_number_one_wins_and_the_rest_are_told_who(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var row = (await db.CreateAsync([Some.Record(Some.Number(1))]))[0];

        var outcomes = await Together(64, i => db.Numbers.ApplyAsync([Some.Buy(row, Buyer(i))], null, WriteLane.Foreground, Some.Ct));

        var winner = Assert.Single(outcomes.SelectMany(o => o).OfType<ChangeOutcome.Written>()).Record;
        Assert.All(outcomes.SelectMany(o => o).OfType<ChangeOutcome.Lost>(), lost => Assert.Equal(winner, lost.Current));
        await AssertSoundAsync(db);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Collections_of_50_numbers_in_any_order_win_each_number_once(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var rows = await db.CreateAsync(Enumerable.Range(0, 50).Select(i => Some.Record(Some.Number(i))));

        var outcomes = await Together(64, i =>
        {
            var order = rows.ToArray();
            new Random(i).Shuffle(order);
            return db.Numbers.ApplyAsync([.. order.Select(row => Some.Buy(row, Buyer(i)))], null, WriteLane.Foreground, Some.Ct);
        });

        var won = outcomes.SelectMany(o => o).OfType<ChangeOutcome.Written>().Select(w => w.Record.Number).ToList();
        Assert.Equal(50, won.Count);
        Assert.Equal(50, won.Distinct().Count());
        await AssertSoundAsync(db);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Batches_that_create_erase_and_change_the_same_numbers_never_wait_crosswise_and_keep_every_chain_whole(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);

        var outcomes = await Together(16, async i =>
        {
            var random = new Random(i);
            var written = 0;
            for (var round = 0; round < 20; round++)
            {
                var numbers = Enumerable.Range(0, 12).Select(_ => Some.Number(random.Next(30))).Distinct().ToArray();
                var known = await db.Numbers.LoadAsync(numbers, Some.Ct);
                random.Shuffle(numbers);
                var changes = numbers.Select(number => !known.TryGetValue(number, out var row) ? Some.Creation(Some.Record(number))
                    : random.Next(3) == 0 ? Some.Erasure(row) : Some.Update(row, r => r with { UsedBy = $"{i}.{round}" }));
                var answers = await db.Numbers.ApplyAsync([.. changes], null, WriteLane.Foreground, Some.Ct);
                written += answers.Count(answer => answer is ChangeOutcome.Written);
            }

            return written;
        });

        Assert.Equal(outcomes.Sum(), await db.ScalarAsync<long>("SELECT count(*) FROM number_events"));
        await AssertSoundAsync(db);
    }

    [Fact]
    public async Task A_creation_that_knew_an_older_end_of_the_chain_loses()
    {
        // The erased number was created and erased again by somebody else between this creation's look and its write.
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var row = (await db.CreateAsync([Some.Record(Some.Number(1))]))[0];
        await db.WriteAsync(Some.Erasure(row));
        var between = new TaskCompletionSource();
        var blocked = new TaskCompletionSource();
        var other = db.Database.WriteAsync(async (session, ct) =>
        {
            var created = await NumbersDatabase.ApplyAsync(session, [Some.Creation(Some.Record(Some.Number(1)))], null, ct);
            await NumbersDatabase.ApplyAsync(session, [Some.Erasure(Assert.IsType<ChangeOutcome.Written>(created[0]).Record)], null, ct);
            blocked.TrySetResult();
            await between.Task;
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        await blocked.Task;

        var late = db.ApplyAsync(Some.Creation(Some.Record(Some.Number(1))));
        await db.WaitForLockWaitAsync();
        between.SetResult();
        await other;

        Assert.Null(Assert.IsType<ChangeOutcome.Lost>(await late).Current);
        Assert.Equal(5, (await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1))))).Revision);
        await AssertSoundAsync(db);
    }

    [Fact]
    public async Task A_deadlock_made_by_others_is_repeated_not_reported()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        await db.ExecuteAsync("SELECT 1");
        using var both = new Barrier(2);
        var runs = 0;

        await Together(2, i => db.Database.WriteAsync(async (session, ct) =>
        {
            Interlocked.Increment(ref runs);
            string[] kinds = i == 0 ? [VersionKinds.Tokens, VersionKinds.Accounts] : [VersionKinds.Accounts, VersionKinds.Tokens];
            await Versions.BumpAsync(session, kinds[0], ct);
            if (Volatile.Read(ref runs) <= 2) both.SignalAndWait(ct);
            return await Versions.BumpAsync(session, kinds[1], ct);
        }, WriteLane.Foreground, Some.Ct));

        var versions = await db.Database.ReadAsync(Versions.ReadAsync, Some.Ct);
        Assert.Equal((3, 3), (versions[VersionKinds.Tokens], versions[VersionKinds.Accounts]));
        Assert.Equal(1, db.Log.CountOf(Repeated));
    }

    private static Task<T[]> Together<T>(int count, Func<int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => act(i))));

    private static AccountId Buyer(int index) => AccountId.Parse(index.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));

    private static async Task AssertSoundAsync(TestDatabase db)
    {
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT count(*) FROM numbers n WHERE revision <> (SELECT count(*) FROM number_events e WHERE e.number = n.number)"));
        Assert.Equal(0, db.Log.CountOf(Repeated)); // no deadlock
    }
}
