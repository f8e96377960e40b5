using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class TimerTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Due_numbers_move_oldest_first_up_to_the_limit_and_those_left_alone_do_not_stand_in_the_way(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 100).Select(i => Waiting(i, dueMinute: 100 - i)));
        var now = Some.Time.AddMinutes(90);

        var first = await db.Numbers.MoveDueAsync(now, 10, Move, Some.Ct);
        var moved = await db.Numbers.ListAsync(new NumberListQuery { States = [NumberState.Available] }, Some.Ct);
        var rest = await db.Numbers.MoveDueAsync(now, 1000, Move, Some.Ct);
        var none = await db.Numbers.MoveDueAsync(now, 1000, Move, Some.Ct);

        Assert.Equal((10, 35, 0), (first, rest, none));
        Assert.Equal(Enumerable.Range(81, 19).Where(i => i % 2 == 1).Select(Some.Number), moved.Rows.Select(row => row.Number)); // due at 1 to 19, odd ones only
        Assert.True((await db.Numbers.VerifyAsync(null, Some.Ct)).IsSound);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Several_processes_move_each_number_once(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 300).Select(i => Waiting(i, dueMinute: 0)));

        var moved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => db.Numbers.MoveDueAsync(Some.Time, 1000, MoveAny, Some.Ct))));

        Assert.Equal(300, moved.Sum() + await db.Numbers.MoveDueAsync(Some.Time, 1000, MoveAny, Some.Ct));
        Assert.Equal(600, await db.ScalarAsync<long>("SELECT count(*) FROM number_events"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task An_expired_number_can_be_erased(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync([Waiting(1, dueMinute: 0)]);

        Assert.Equal(1, await db.Numbers.MoveDueAsync(Some.Time, 10, row => new(row, null, NumberActions.Expired, Actor.System, null, Some.Time), Some.Ct));

        Assert.Null(await db.LoadAsync(Some.Number(1)));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_changed_period_moves_the_dates_of_those_who_wait_in_that_state_and_have_another_date(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.CreateAsync(Enumerable.Range(0, 130).Select(i => Waiting(i, dueMinute: i < 5 ? 60 : 90)));
        await db.CreateAsync([Waiting(200, dueMinute: 90) with { State = NumberState.Discovery }, Some.Record(Some.Number(201), NumberState.Aging)]);

        List<int> stretches = [];
        for (PhoneNumber? last = null; ;)
        {
            (var rows, last) = await db.Numbers.RescheduleAsync(NumberState.Aging, last, 50, TimeSpan.FromHours(1),
                row => Some.Update(row, r => r with { DueAt = r.StateSince.AddHours(1) }), Some.Ct);
            if (last is null) break;
            stretches.Add(rows);
        }

        Assert.Equal([50, 50, 25], stretches);
        Assert.Equal(130, await db.ScalarAsync<long>("SELECT count(*) FROM numbers WHERE due_at = state_since + 3600000"));
        Assert.Equal((1, Some.Number(200)), await db.Numbers.RescheduleAsync(NumberState.Discovery, null, 50, null, _ => null, Some.Ct));
    }

    private static NumberRecord Waiting(int index, int dueMinute) => Some.Record(Some.Number(index), NumberState.Aging) with { DueAt = Some.Time.AddMinutes(dueMinute) };

    private static NumberChange? Move(NumberRecord row) => row.Number.ToString()[^1] % 2 == 0 ? null : MoveAny(row);

    private static NumberChange MoveAny(NumberRecord row) => Some.Update(row, r => r with { State = NumberState.Available, DueAt = null });
}
