using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class NumberWriteTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Every_member_of_a_record_comes_back_as_it_was_written(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var full = Some.Record(Some.Number(1), NumberState.Aging) with
        {
            Account = Some.Alice,
            PreviousAccount = Some.Bob,
            UsedBy = "callflow",
            DueAt = Some.Time.AddDays(90),
            StockAccount = Some.Carol,
            HeldAtCarrier = false,
            ReserveHistory = [Some.Bob, Some.Alice, Some.Bob],
            Features = DocumentText.From(new JsonObject { ["prepend"] = new JsonObject { ["name"] = "Zoë \"+\" <b>" }, ["cnam"] = true }),
            FeaturesAllowed = [],
            FeaturesDenied = ["e911", "sms"],
            CarrierData = DocumentText.From(new JsonObject { ["order"] = 12.50m }),
            PublicFields = DocumentText.From(new JsonObject { ["z"] = 1, ["a"] = null }),
            PortedIn = true,
            AuthorizedBy = "system",
            Region = "eu",
            Locality = DocumentText.From(new JsonObject { ["city"] = "München" }),
            Created = Some.Time.AddYears(-1),
        };

        var written = await db.WriteAsync(Some.Creation(full, Some.Time.AddTicks(12_345_678)));
        var loaded = await db.LoadAsync(full.Number);

        Assert.Equal(written, loaded);
        Assert.Equal(full with { Revision = 1, LastHash = written.LastHash, Modified = Some.Time.AddMilliseconds(1234) }, loaded);
        Assert.Equal(32, written.LastHash.Length);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Times_finer_than_storage_are_cut_in_the_answer_too(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var fine = Some.Time.AddTicks(7);

        var written = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1)) with { StateSince = fine, Created = fine, DueAt = fine }, fine));

        Assert.Equal(written, await db.LoadAsync(written.Number));
        Assert.Equal(Some.Time, written.StateSince);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_batch_answers_in_the_order_of_its_changes_and_each_change_wins_or_loses_alone(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var stored = await db.CreateAsync([Some.Record(Some.Number(5)), Some.Record(Some.Number(2)), Some.Record(Some.Number(7))]);
        var stale = stored[0];
        var current = await db.WriteAsync(Some.Update(stale, row => row with { UsedBy = "callflow" }));

        var outcomes = await db.Numbers.ApplyAsync(
        [
            Some.Creation(Some.Record(Some.Number(9))),
            Some.Update(stale, row => row with { UsedBy = "trunkstore" }),
            Some.Creation(Some.Record(Some.Number(2))),
            Some.Erasure(stored[2]),
            Some.Update(stored[1], row => row with { Region = "eu" }),
            Some.Update(Some.Record(Some.Number(8)) with { Revision = 3, LastHash = stale.LastHash }, row => row),
        ], null, WriteLane.Foreground, Some.Ct);

        Assert.Equal(Some.Number(9), Assert.IsType<ChangeOutcome.Written>(outcomes[0]).Record.Number);
        Assert.Equal(current, Assert.IsType<ChangeOutcome.Lost>(outcomes[1]).Current);
        Assert.Equal(Some.Number(2), Assert.IsType<ChangeOutcome.Lost>(outcomes[2]).Current?.Number);
        Assert.Equal(2, Assert.IsType<ChangeOutcome.Written>(outcomes[3]).Record.Revision);
        // Tried after the third, which lost: a batch is what its changes would be one after the other.
        Assert.Equal("eu", Assert.IsType<ChangeOutcome.Written>(outcomes[4]).Record.Region);
        Assert.Null(Assert.IsType<ChangeOutcome.Lost>(outcomes[5]).Current);
        Assert.Equal("callflow", (await db.LoadAsync(Some.Number(5)))?.UsedBy);
        Assert.Null(await db.LoadAsync(Some.Number(7)));
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Of_two_changes_of_one_number_in_a_batch_the_first_wins(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var row = (await db.CreateAsync([Some.Record(Some.Number(1))]))[0];

        var outcomes = await db.Numbers.ApplyAsync(
        [
            Some.Update(row, r => r with { UsedBy = "first" }), Some.Update(row, r => r with { UsedBy = "second" }),
            Some.Creation(Some.Record(Some.Number(2)) with { UsedBy = "first" }), Some.Creation(Some.Record(Some.Number(2)) with { UsedBy = "second" }),
        ], null, WriteLane.Foreground, Some.Ct);

        Assert.IsType<ChangeOutcome.Written>(outcomes[0]);
        Assert.Equal("first", Assert.IsType<ChangeOutcome.Lost>(outcomes[1]).Current?.UsedBy);
        Assert.IsType<ChangeOutcome.Written>(outcomes[2]);
        Assert.Equal("first", Assert.IsType<ChangeOutcome.Lost>(outcomes[3]).Current?.UsedBy);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Times_of_one_number_never_go_back(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var row = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1)), Some.Time.AddHours(1)));

        var updated = await db.WriteAsync(Some.Update(row, r => r with { UsedBy = "x" }, Some.Time));
        var erased = await db.WriteAsync(Some.Erasure(updated, Some.Time));
        var again = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1)), Some.Time));

        Assert.All([updated, erased, again], record => Assert.Equal(Some.Time.AddHours(1), record.Modified));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_created_again_continues_its_revisions_and_its_chain(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var first = (await db.CreateAsync([Some.Record(Some.Number(1))]))[0];
        await db.WriteAsync(Some.Erasure(first));
        Assert.Equal(1, await db.ScalarAsync<long>("SELECT count(*) FROM number_tombstones"));

        var again = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1))));

        Assert.Equal(3, again.Revision);
        Assert.Equal(0, await db.ScalarAsync<long>("SELECT count(*) FROM number_tombstones"));
        var report = await db.Numbers.VerifyAsync(null, Some.Ct);
        Assert.True(report.IsSound);
        Assert.Equal((1, 3), (report.Numbers, report.Events));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task What_no_database_can_hold_is_refused_before_anything_is_written(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        NumberRecord[] bad =
        [
            Some.Record(Some.Number(1), NumberState.Deleted),
            Some.Record(Some.Number(1)) with { Carrier = CarrierName.Parse("a\0b") },
            Some.Record(Some.Number(1)) with { UsedBy = "\ud800" },
            Some.Record(Some.Number(1)) with { Region = "x\udc00" },
        ];

        foreach (var record in bad)
            await Assert.ThrowsAsync<ArgumentException>(() => db.Numbers.ApplyAsync(
                [Some.Creation(Some.Record(Some.Number(2))), Some.Creation(record)], null, WriteLane.Foreground, Some.Ct));

        Assert.Empty(await db.Numbers.LoadAsync([Some.Number(1), Some.Number(2)], Some.Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_number_is_not_written_under_old_rules(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var versions = await db.Database.ReadAsync(Versions.ReadAsync, Some.Ct);
        var old = versions[VersionKinds.Rules];
        await db.Numbers.ApplyAsync([Some.Creation(Some.Record(Some.Number(1)))], old, WriteLane.Foreground, Some.Ct);

        var next = await db.Database.WriteAsync((session, ct) => Versions.BumpAsync(session, VersionKinds.Rules, ct), WriteLane.Foreground, Some.Ct);
        var refused = await Assert.ThrowsAsync<RulesChangedException>(() =>
            db.Numbers.ApplyAsync([Some.Creation(Some.Record(Some.Number(2)))], old, WriteLane.Foreground, Some.Ct));

        Assert.Equal(old + 1, next);
        Assert.Equal(next, refused.Stored);
        Assert.Null(await db.LoadAsync(Some.Number(2)));
        await db.Numbers.ApplyAsync([Some.Creation(Some.Record(Some.Number(2)))], next, WriteLane.Foreground, Some.Ct);
        Assert.NotNull(await db.LoadAsync(Some.Number(2)));
    }

    [Fact]
    public async Task A_rules_change_under_way_holds_number_writes_back_until_its_version_is_seen()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        var old = (await db.Database.ReadAsync(Versions.ReadAsync, Some.Ct))[VersionKinds.Rules];
        var locked = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        var change = db.Database.WriteAsync(async (session, ct) =>
        {
            await Versions.LockRulesAsync(session, ct);
            locked.TrySetResult();
            await finish.Task;
            return await Versions.BumpAsync(session, VersionKinds.Rules, ct);
        }, WriteLane.Foreground, Some.Ct);
        await locked.Task;

        var write = db.Numbers.ApplyAsync([Some.Creation(Some.Record(Some.Number(1)))], old, WriteLane.Foreground, Some.Ct);
        await db.WaitForLockWaitAsync();
        finish.SetResult();

        await change;
        await Assert.ThrowsAsync<RulesChangedException>(() => write);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_same_key_is_packed_once_and_long_numbers_have_none(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var numbers = new[] { "+14155550001", "14155550001", "+1234567890123456", "sip:a@b" }.Select(text => PhoneNumber.Parse(text)).ToImmutableArray();

        await db.CreateAsync(numbers.Select(number => Some.Record(number)));

        Assert.Equal(2, await db.ScalarAsync<long>("SELECT count(packed_key) FROM numbers"));
        Assert.Equal(4, (await db.Numbers.LoadAsync(numbers, Some.Ct)).Count);
    }
}
