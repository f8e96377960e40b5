using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Telling;
using Ocarina.Storage;
using Ocarina.Storage.Outbox;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;
using HandClock = Ocarina.Tests.Identity.HandClock;

namespace Ocarina.Tests.Telling;

/// <summary>In which order deliveries go, and how they end.</summary>
public sealed class DeliveryTests
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromHours(72);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);
    private static readonly DeliveryLimits Everything = new(32, 32, 32);

    private readonly Dictionary<string, string> _leases = [];
    private int _claims;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_message_waits_for_the_older_ones_of_its_number_to_that_receiver_and_no_other_waits(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, new HandClock());
        await TellAsync(db, 1, "a1", "a2");
        await TellAsync(db, 2, "b1");
        Assert.Equal(3, await AddressAsync(outbox, "mailto:x@example.com", "mailto:y@example.com"));

        var first = await ClaimAsync(outbox);
        Assert.Equal(["a1 x", "a1 y", "b1 x", "b1 y"], first.Select(Name).Order());
        await FinishAsync(outbox, first.Single(row => Name(row) == "a1 x"), isSuccess: false);
        await FinishAsync(outbox, first.Single(row => Name(row) == "a1 y"), isSuccess: true);

        // x has to wait for the one that failed; y goes on.
        Assert.Equal("a2 y", Name(Assert.Single(await ClaimAsync(outbox))));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_dead_one_holds_up_nobody_and_sending_it_again_changes_no_order(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, new HandClock());
        await TellAsync(db, 1, "one", "two", "three");
        await AddressAsync(outbox, "mailto:x@example.com");
        var one = Assert.Single(await ClaimAsync(outbox));
        await FinishAsync(outbox, one, isSuccess: false, isLast: true);

        Assert.True(await outbox.RepeatAsync(one.Id, GiveUp, Some.Ct));
        var claimed = await ClaimAsync(outbox);

        Assert.Equal(["one x", "two x"], claimed.Select(Name).Order());
        await FinishAsync(outbox, claimed.Single(row => Name(row) == "two x"), isSuccess: true);
        Assert.Equal("three x", Name(Assert.Single(await ClaimAsync(outbox))));
        Assert.False(await outbox.RepeatAsync(one.Id, GiveUp, Some.Ct)); // under way
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Who_stopped_in_the_middle_is_followed_by_another_and_what_he_says_late_changes_nothing(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, clock);
        await TellAsync(db, 1, "one");
        await AddressAsync(outbox, "mailto:x@example.com");
        var stopped = Assert.Single(await ClaimAsync(outbox));
        Assert.Empty(await ClaimAsync(outbox));

        clock.Advance(TimeSpan.FromMinutes(1));
        var next = Assert.Single(await ClaimAsync(outbox));
        await FinishAsync(outbox, stopped, isSuccess: false, isLast: true, lease: "lease 1");
        await FinishAsync(outbox, next, isSuccess: true);

        Assert.Equal((stopped.Id, DeliveryStates.Delivered), (next.Id, (await outbox.FindAsync(next.Id, Some.Ct))!.State));
        Assert.Equal(2, (await outbox.AttemptsOfAsync(next.Id, Some.Ct)).Count);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task One_receiver_fills_only_its_own_places(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, new HandClock());
        for (var i = 1; i <= 9; i++) await TellAsync(db, i, $"n{i}");
        await AddressAsync(outbox, "mailto:slow@example.com", "mailto:y@example.com");
        var limits = new DeliveryLimits(AtOnce: 32, PerReceiver: 4, PerParty: 32);

        var claimed = await outbox.ClaimAsync("lease", Lease, limits, [], Some.Ct);
        Assert.Equal([4, 4], claimed.GroupBy(row => row.Receiver).Select(group => group.Count()));

        var slow = claimed.Where(row => row.Receiver == "mailto:slow@example.com").Select(row => new DeliveryReceiver(row.Receiver, row.Party)).ToList();
        var others = await outbox.ClaimAsync("other", Lease, limits, slow, Some.Ct);
        Assert.Equal([4], others.GroupBy(row => row.Receiver).Select(group => group.Count()));
        Assert.All(others, row => Assert.Equal("mailto:y@example.com", row.Receiver));

        Assert.Equal("mailto:slow@example.com", (await outbox.ClaimNextAsync("next", Lease, "mailto:slow@example.com", others: 4, Some.Ct))?.Receiver);
        Assert.Equal("mailto:y@example.com", (await outbox.ClaimNextAsync("last", Lease, "mailto:y@example.com", others: 4, Some.Ct))?.Receiver);
        Assert.Null(await outbox.ClaimNextAsync("none", Lease, "mailto:y@example.com", others: 4, Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_many_webhooks_of_one_account_and_the_many_receivers_of_mail_leave_places_for_others(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, new HandClock());
        var greedy = Enumerable.Range(0, 30).Select(i => Hook(i, Some.Alice)).ToList();
        var modest = Hook(99, Some.Bob);
        await db.Database.WriteAsync(async (session, ct) =>
        {
            foreach (var hook in greedy.Append(modest)) await WebhooksTable.InsertAsync(session, hook, ct);
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        await TellAsync(db, 1, "x");
        await AddressAsync(outbox, [.. greedy.Select(hook => hook.Receiver), .. Enumerable.Range(0, 30).Select(i => $"mailto:{i}@example.com"), modest.Receiver, "bookkeeper:"]);
        var limits = new DeliveryLimits(AtOnce: 20, PerReceiver: 4, PerParty: 8);

        var claimed = await outbox.ClaimAsync("lease", Lease, limits, [], Some.Ct);

        Assert.Equal([1, 1, 8, 8], claimed.GroupBy(row => row.Party).Select(group => group.Count()).Order());
        Assert.Empty(await outbox.ClaimAsync("again", Lease, limits, [.. claimed.Select(row => new DeliveryReceiver(row.Receiver, row.Party))], Some.Ct));

        static WebhookRow Hook(int index, Core.AccountId account) => new()
        {
            Id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{index:00000000000000000000000000000000}"), Account = account.ToString(), Hook = "notifications", Enabled = true, Document = "{}", Secret = "x", Revision = 1,
        };
    }

    [Fact]
    public async Task Two_processes_take_no_delivery_twice()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var outbox = new OutboxDatabase(db.Database, TimeProvider.System);
        for (var i = 1; i <= 40; i++) await TellAsync(db, i, "x");
        var addressed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AddressAsync(outbox, "mailto:x@example.com")));
        Assert.Equal(40, addressed.Sum());

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => outbox.ClaimAsync($"lease {i}", Lease, Everything, [], Some.Ct)));

        Assert.Equal(claims.Sum(rows => rows.Count), claims.SelectMany(rows => rows).Select(row => row.Id).Distinct().Count());
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_webhook_that_fails_lastingly_is_switched_off_and_what_waits_for_it_dies(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, clock);
        var hook = Hook(revision: 1);
        await db.Database.WriteAsync(async (session, ct) =>
        {
            await WebhooksTable.InsertAsync(session, hook, ct);
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        await TellAsync(db, 1, "one", "two");
        await AddressAsync(outbox, hook.Receiver);

        Assert.Null(await FailAsync());
        Assert.NotNull((await FindAsync()).FailingSince);
        await db.Database.WriteAsync((session, ct) => WebhooksTable.UpdateAsync(session, Hook(revision: 2), isFresh: true, ct), WriteLane.Foreground, Some.Ct);
        Assert.Null((await FindAsync()).FailingSince); // another address has not failed yet
        Assert.Null(await FailAsync());
        clock.Advance(TimeSpan.FromHours(25));
        Assert.NotNull(await FailAsync());

        var stored = await FindAsync();
        Assert.Equal((false, "enough"), (stored.Enabled, stored.DisableMessage));
        Assert.All((await outbox.ListAsync(new DeliveryQuery(), Some.Ct)).Rows, row => Assert.Equal(DeliveryStates.Dead, row.State));
        Assert.Equal(1, await db.Database.WriteAsync((session, ct) => WebhooksTable.EnableAsync(session, hook.Account, 1, ct), WriteLane.Foreground, Some.Ct));

        static WebhookRow Hook(long revision) =>
            new() { Id = new string('a', 32), Account = Some.Alice.ToString(), Hook = "notifications", Enabled = true, Document = "{}", Secret = "x", Revision = revision };

        async Task<WebhookRow> FindAsync() =>
            await db.Database.ReadAsync((session, ct) => WebhooksTable.FindAsync(session, hook.Id, ct), Some.Ct) ?? throw new InvalidOperationException("It was made.");

        async Task<string?> FailAsync()
        {
            var row = Assert.Single(await ClaimAsync(outbox));
            return await outbox.FinishAsync(
                row, _leases[row.Id], new DeliveryAttempt(false, 500, "no", 1), clock.GetUtcNow(), since => clock.GetUtcNow() - since > TimeSpan.FromHours(24) ? "enough" : null, Some.Ct);
        }
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_ended_long_ago_is_forgotten_and_nothing_else(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind);
        var outbox = new OutboxDatabase(db.Database, clock);
        await TellAsync(db, 1, "old", "waiting");
        await AddressAsync(outbox, "mailto:x@example.com");
        await FinishAsync(outbox, Assert.Single(await ClaimAsync(outbox)), isSuccess: true);

        Assert.Equal(0, await outbox.ForgetAsync(clock.GetUtcNow(), 10, Some.Ct));
        clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(1, await outbox.ForgetAsync(clock.GetUtcNow(), 10, Some.Ct));

        Assert.Equal("waiting x", Name(Assert.Single((await outbox.ListAsync(new DeliveryQuery(), Some.Ct)).Rows)));
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT count(*) FROM delivery_attempts"));
    }

    [Fact]
    public void Intervals_grow_and_end()
    {
        var (now, end) = (Some.Time, Some.Time + GiveUp);
        List<double> waits = [];
        for (var attempt = 1; DeliverySchedule.Next("01ABC-1", attempt, now, end) is { } next; attempt++)
        {
            waits.Add((next - now).TotalSeconds);
            now = next;
        }

        Assert.InRange(waits[0], 4, 6);
        Assert.InRange(waits.Count, 12, 25);
        Assert.All(waits.Zip(waits.Skip(1)).Take(8), pair => Assert.True(pair.First < pair.Second));
        Assert.NotEqual(DeliverySchedule.Next("01ABC-1", 1, now, end + GiveUp), DeliverySchedule.Next("01ABD-1", 1, now, end + GiveUp));
    }

    private static string Name(DeliveryRow row) => $"{JsonNode.Parse(row.Payload)!["name"]} {row.Receiver["mailto:".Length..].Split('@')[0]}";

    private static async Task TellAsync(TestDatabase db, int index, params string[] names)
    {
        var number = Some.Number(index);
        var change = await db.LoadAsync(number) is { } row ? Some.Update(row, same => same) : Some.Creation(Some.Record(number));
        await db.WriteAsync(change with
        {
            Messages = [.. names.Select(name => new Message(MessageKinds.CnamRequest, Some.Alice, number, DocumentText.From(new JsonObject { ["name"] = name })))],
        });
    }

    private static Task<int> AddressAsync(OutboxDatabase outbox, params string[] receivers) =>
        outbox.AddressAsync((_, _, _, _) => Task.FromResult<IReadOnlyList<string>>(receivers), _ => Task.CompletedTask, GiveUp, 1000, Some.Ct);

    // Each claim is a turn of its own; the newest turn of a delivery is the one that ends it, unless a test says otherwise.
    private async Task<IReadOnlyList<DeliveryRow>> ClaimAsync(OutboxDatabase outbox)
    {
        var lease = $"lease {++_claims}";
        var rows = await outbox.ClaimAsync(lease, Lease, Everything, [], Some.Ct);
        foreach (var row in rows) _leases[row.Id] = lease;
        return rows;
    }

    private Task FinishAsync(OutboxDatabase outbox, DeliveryRow row, bool isSuccess, bool isLast = false, string? lease = null) => outbox.FinishAsync(
        row, lease ?? _leases[row.Id], new DeliveryAttempt(isSuccess, isSuccess ? 250 : 451, isSuccess ? null : "not now", 5), isSuccess || isLast ? null : DateTimeOffset.MaxValue, _ => null, Some.Ct);
}
