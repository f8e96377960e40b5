using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class LedgerTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_history_of_a_number_is_paged_newest_first_with_what_each_event_changed(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await HistoryAsync(db);

        var first = await db.Numbers.EventsAsync(Some.Number(1), new EventQuery(PageSize: 2), Some.Ct);
        var second = await db.Numbers.EventsAsync(Some.Number(1), new EventQuery(first.Next, 2), Some.Ct);
        var third = await db.Numbers.EventsAsync(Some.Number(1), new EventQuery(second.Next, 2), Some.Ct);

        Assert.Equal([5L, 4], first.Rows.Select(row => row.Body.Revision));
        Assert.Equal([3L, 2], second.Rows.Select(row => row.Body.Revision));
        Assert.Equal([1L], third.Rows.Select(row => row.Body.Revision));
        Assert.Null(third.Next);
        Assert.Equal((null, NumberActions.Created), (first.Rows[0].Before, first.Rows[0].Body.Action)); // created again
        Assert.Null(first.Rows[1].After); // erased
        Assert.Equal(("one", "two"), (second.Rows[0].Before?.UsedBy, second.Rows[0].After?.UsedBy));
        Assert.Equal(("because", $"{Some.Alice}/u1"), (second.Rows[0].Body.Reason, second.Rows[0].Body.Actor));
        Assert.Null(third.Rows[0].Previous);
        Assert.Empty((await db.Numbers.EventsAsync(Some.Number(9), new EventQuery(), Some.Ct)).Rows);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Any_past_moment_has_an_answer(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await HistoryAsync(db);

        Assert.Null(await AtAsync(-1));
        Assert.Null((await AtAsync(0))?.After?.UsedBy);
        Assert.Equal("one", (await AtAsync(1))?.After?.UsedBy);
        Assert.Equal("one", (await db.Numbers.AsOfAsync(Some.Number(1), Some.Time.AddMinutes(2).AddMilliseconds(-1), Some.Ct))?.After?.UsedBy);
        Assert.Equal("two", (await AtAsync(2))?.After?.UsedBy);
        Assert.Equal((4L, null), ((await AtAsync(3))?.Body.Revision, (await AtAsync(3))?.After));
        Assert.Equal(5, (await AtAsync(1000))?.Body.Revision);

        Task<NumberEventRow?> AtAsync(int minute) => db.Numbers.AsOfAsync(Some.Number(1), Some.Time.AddMinutes(minute), Some.Ct);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_sound_ledger_is_found_sound_over_many_stretches_and_says_how_far_it_is(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await HistoryAsync(db);
        var rows = await db.CreateAsync(Enumerable.Range(100, 1200).Select(i => Some.Record(Some.Number(i))));
        await db.Numbers.ApplyAsync([.. rows.Where((_, i) => i % 3 == 0).Select(row => Some.Erasure(row))], null, WriteLane.Foreground, Some.Ct);
        var progress = new Steps();

        var report = await db.Numbers.VerifyAsync(progress, Some.Ct);

        Assert.True(report.IsSound);
        Assert.Equal((1202, 1200 + 400 + 7), (report.Numbers, report.Events));
        Assert.Equal([500L, 1000, 1202, 1202], progress.Seen.Select(step => step.Numbers));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_verification_ends_when_it_is_cancelled(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 1200).Select(i => Some.Record(Some.Number(i))));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.Numbers.VerifyAsync(new Steps { Then = stop.Cancel }, stop.Token));
    }

    public static TheoryData<DatabaseKind, string, string> Tampering()
    {
        const string one = "number = '+14155550001'";
        (string Sql, string Found)[] cases =
        [
            ($"UPDATE number_events SET body = replace(body, '\"one\"', '\"ten\"') WHERE {one} AND revision = 2", "broken 2 text does not have the hash"),
            ($"UPDATE number_events SET hash = (SELECT hash FROM number_events WHERE {one} AND revision = 1) WHERE {one} AND revision = 2", "broken 2 text does not have the hash"),
            ($"UPDATE number_events SET time = time - 1 WHERE {one} AND revision = 3", "broken 3 names another number, revision or time"),
            ($"UPDATE number_events SET time = time - 600000 WHERE {one} AND revision = 3", "broken 3 before that of the event before"),
            ($"DELETE FROM number_events WHERE {one} AND revision = 1", "broken 2 revision 1 is missing"),
            ($"DELETE FROM number_events WHERE {one} AND revision = 3", "broken 4 revision 3 is missing"),
            ($"DELETE FROM number_events WHERE {one} AND revision = 5", "broken 4 the chain was cut"),
            ($"DELETE FROM number_events WHERE {one}", "broken 0 it has no events"),
            ("DELETE FROM number_events WHERE number = '+14155550002' AND revision = 2", "broken 1 the chain was cut"),
            ("DELETE FROM number_tombstones", "broken 2 the end of an erased number's chain is not kept"),
            ("UPDATE number_tombstones SET revision = 3", "broken 2 the chain was cut"),
            ($"INSERT INTO number_tombstones (number, revision, hash, time) SELECT number, revision, hash, time FROM number_events WHERE {one} AND revision = 5", "broken 5 there and erased at once"),
            ($"UPDATE numbers SET revision = 6 WHERE {one}", "broken 5 the chain was cut"),
            ($"DELETE FROM numbers WHERE {one}", "different 5 its row is missing"),
            ($"UPDATE numbers SET state = 'nonsense' WHERE {one}", "different 5 its row differs in state"),
            ($"UPDATE numbers SET account = 'x' WHERE {one}", "different 5 its row differs in account"),
            ($"UPDATE numbers SET packed_key = 1, carrier_data = 'not json' WHERE {one}", "different 5 its row differs in packed_key, carrier_data"),
            ($"UPDATE numbers SET due_at = 5, held_at_carrier = 0 WHERE {one}", "different 5 its row differs in due_at, held_at_carrier"),
            ($"UPDATE numbers SET region = '' WHERE {one}", "different 5 its row differs in region"),
            // Whole histories exchanged between two numbers: every hash is right, but the texts name the other one.
            ("UPDATE number_events SET number = CASE number WHEN '+14155550001' THEN '+14155550003' ELSE '+14155550001' END, revision = revision + 100 WHERE number <> '+14155550002'; "
                + "UPDATE number_events SET revision = revision - 100 WHERE revision > 100", "broken 1 names another number"),
        ];
        var data = new TheoryData<DatabaseKind, string, string>();
        foreach (var kind in Enum.GetValues<DatabaseKind>())
            foreach (var (sql, found) in cases) data.Add(kind, sql, found);
        return data;
    }

    [Theory, MemberData(nameof(Tampering))]
    public async Task Tampering_is_found(DatabaseKind kind, string sql, string found)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await HistoryAsync(db);
        if (sql.Contains("50003", StringComparison.Ordinal)) await db.CreateAsync([Some.Record(Some.Number(3))]);
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);

        await db.ExecuteAsync(sql);
        var report = await db.Numbers.VerifyAsync(null, Some.Ct);

        var faults = report.Broken.Select(fault => ("broken", fault)).Concat(report.Different.Select(fault => ("different", fault)));
        var parts = found.Split(' ', 3);
        Assert.False(report.IsSound);
        Assert.Contains(faults, f => f.Item1 == parts[0] && (f.fault.Revision ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture) == parts[1]
            && f.fault.Message.Contains(parts[2], StringComparison.Ordinal));
        if (parts[0] == "different") Assert.Equal((0, 1), (report.BrokenCount, report.DifferentCount));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Many_faults_are_counted_and_the_first_ones_listed(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 250).Select(i => Some.Record(Some.Number(i))));
        await db.ExecuteAsync("UPDATE numbers SET used_by = 'thief'");

        var report = await db.Numbers.VerifyAsync(null, Some.Ct);

        Assert.Equal((0, 250, LedgerReport.ListedMax), (report.BrokenCount, report.DifferentCount, report.Different.Length));
        Assert.Equal(Some.Number(0).ToString(), report.Different[0].Number);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_database_itself_refuses_a_second_row_and_a_second_event_of_one_revision(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync([Some.Record(Some.Number(1))]);

        await Refused("INSERT INTO number_events (number, revision, time, body, hash) SELECT number, revision, time, body, hash FROM number_events");
        await Refused("INSERT INTO numbers SELECT * FROM numbers");
        await db.ExecuteAsync(Order("a", "acquire", "sending"));
        await Refused(Order("b", "acquire", "prepared"));
        await Refused(Order("b", "disconnect", "needs_operator"));
        await db.ExecuteAsync(Order("c", "feature", "prepared"));
        await db.ExecuteAsync(Order("d", "acquire", "failed"));
        await db.ExecuteAsync("UPDATE orders SET state = 'done' WHERE id = 'a'");
        await db.ExecuteAsync(Order("b", "disconnect", "prepared"));

        Task Refused(string sql) => Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.ExecuteAsync(sql));

        static string Order(string id, string type, string state) =>
            "INSERT INTO orders (id, kind, state, number, carrier, actor, created, modified) "
            + $"VALUES ('{id}', '{type}', '{state}', '+14155550001', 'bandwidth2', 'system', 0, 0)";
    }

    /// <summary>Number 1: created, changed twice, erased, created again, a minute between each. Number 2: created and erased.</summary>
    private static async Task HistoryAsync(TestDatabase db)
    {
        var row = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1)), Some.Time));
        row = await db.WriteAsync(Some.Update(row, r => r with { UsedBy = "one" }, Some.Time.AddMinutes(1)));
        row = await db.WriteAsync(Some.Update(row, r => r with { UsedBy = "two" }, Some.Time.AddMinutes(2)));
        await db.WriteAsync(Some.Erasure(row, Some.Time.AddMinutes(3)));
        await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1)), Some.Time.AddMinutes(4)));

        var other = await db.WriteAsync(Some.Creation(Some.Record(Some.Number(2))));
        await db.WriteAsync(Some.Erasure(other));
    }

    private sealed class Steps : IProgress<LedgerProgress>
    {
        internal List<LedgerProgress> Seen { get; } = [];

        internal Action? Then { get; init; }

        public void Report(LedgerProgress value)
        {
            Seen.Add(value);
            Then?.Invoke();
        }
    }
}
