using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Configuration;
using Ocarina.Manager.Jobs;
using Ocarina.Manager.Operations;
using Ocarina.Server.Hosting;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Proof;

/// <summary>Numbers whose time has come, by a clock that the test moves (design.md 11, timers).</summary>
public sealed class TimerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quarantine = TimeSpan.FromDays(90);

    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task A_quarantined_number_is_for_sale_again_no_later_than_two_passes_after_its_time(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var released = await stage.ReleaseAsync("+12015550001");
        Assert.Equal(Start + Quarantine, released.DueAt);
        using var timers = stage.NewTimers();
        await timers.StartAsync(Ct);
        await stage.UntilAsync(() => stage.Clock.Waiting == 1); // the first pass is over, the next one waits for the clock

        stage.Clock.Advance(Quarantine - TimeSpan.FromMilliseconds(1));
        await stage.UntilAsync(() => stage.Clock.Waiting == 1);
        for (var pass = 0; pass < 2; pass++)
        {
            stage.Clock.Advance(NumberTimers.Interval);
            if (await stage.SettlesAsync(async () => (await stage.LoadAsync(released.Number)).State != NumberState.Aging)) break;
        }

        var moved = await stage.LoadAsync(released.Number);
        await timers.StopAsync(Ct);
        Assert.Equal((NumberState.Available, null, null), (moved.State, moved.Account, moved.DueAt));
        Assert.InRange(moved.Modified - released.DueAt!.Value, TimeSpan.Zero, 2 * NumberTimers.Interval);
        await stage.MustBeSoundAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_pass_moves_what_is_due_at_that_moment_and_nothing_else(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var early = await stage.ReleaseAsync("+12015550001");
        stage.Clock.Advance(TimeSpan.FromDays(1));
        var late = await stage.ReleaseAsync("+12015550002");
        using var timers = stage.NewTimers();

        stage.Clock.Advance(Quarantine - TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await timers.RunPassAsync(Ct));
        stage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await timers.RunPassAsync(Ct));
        Assert.Equal(0, await timers.RunPassAsync(Ct));

        Assert.Equal(NumberState.Available, (await stage.LoadAsync(early.Number)).State);
        Assert.Equal(late, await stage.LoadAsync(late.Number));
        var history = await stage.Numbers.EventsAsync(early.Number, new EventQuery(), Ct);
        Assert.Equal((NumberActions.Aged, "system", Start + Quarantine), (history.Rows[0].Body.Action, history.Rows[0].Body.Actor, history.Rows[0].Body.Time));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task More_numbers_than_one_piece_holds_move_in_one_pass(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var numbers = await stage.ReleaseAllAsync("+1202555", (2 * NumberTimers.PieceRowsMax) + 17);
        using var timers = stage.NewTimers();

        stage.Clock.Advance(Quarantine);
        Assert.Equal(numbers.Count, await timers.RunPassAsync(Ct));
        Assert.All((await stage.Numbers.LoadAsync(numbers, Ct)).Values, number => Assert.Equal(NumberState.Available, number.State));
        await stage.MustBeSoundAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Numbers_taken_back_while_the_timer_runs_stay_with_whoever_took_them(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var numbers = await stage.ReleaseAllAsync("+1203555", 300);
        using var timers = stage.NewTimers();
        stage.Clock.Advance(Quarantine);

        var passing = Task.Run(() => timers.RunPassAsync(Ct), Ct);
        var taken = new List<PhoneNumber>();
        var activate = stage.Get<ActivateOperation>();
        foreach (var number in numbers.Reverse()) // from the other end: the two meet in the middle
        {
            var result = Assert.Single(await activate.RunAsync(Actor.Of(stage.Master), stage.Master, [number.ToString()], null, Ct));
            if (result is NumberResult.Done) taken.Add(number);
        }

        var moved = await passing;
        var records = await stage.Numbers.LoadAsync(numbers, Ct);
        Assert.All(taken, number => Assert.Equal((NumberState.InService, stage.Master), (records[number].State, records[number].Account)));
        Assert.All(numbers.Except(taken), number => Assert.Equal(NumberState.Available, records[number].State));
        Assert.InRange(moved, numbers.Count - taken.Count, numbers.Count);
        await stage.MustBeSoundAsync();
        Assert.Equal(0, await timers.RunPassAsync(Ct));
    }

    [Fact]
    public async Task On_sqlite_a_number_that_changes_between_the_look_and_the_move_does_not_move()
    {
        await using var stage = await Stage.OpenAsync(DatabaseKind.Sqlite);
        var released = await stage.ReleaseAsync("+12015550001");
        stage.Clock.Advance(Quarantine);

        // The decision is made outside the writer; here the owner takes his number back right then.
        var moved = await stage.Numbers.MoveDueAsync(stage.Clock.GetUtcNow(), 10, number =>
        {
            Assert.IsType<NumberResult.Done>(stage.TakeBackAsync(number.Number).GetAwaiter().GetResult());
            return new NumberChange(number, number with { State = NumberState.Available, DueAt = null }, NumberActions.Aged, Actor.System, null, stage.Clock.GetUtcNow());
        }, Ct);

        Assert.Equal(0, moved);
        Assert.Equal(NumberState.InService, (await stage.LoadAsync(released.Number)).State);
        await stage.MustBeSoundAsync();
    }

    [Fact]
    public async Task On_postgresql_a_number_that_somebody_is_changing_is_passed_over_and_not_moved_afterwards()
    {
        await using var stage = await Stage.OpenAsync(DatabaseKind.PostgreSql);
        var released = await stage.ReleaseAsync("+12015550001");
        var other = await stage.ReleaseAsync("+12015550002");
        stage.Clock.Advance(Quarantine);
        using var timers = stage.NewTimers();
        var (held, free) = (new TaskCompletionSource(), new TaskCompletionSource());

        var changing = stage.Numbers.Database.WriteAsync(async (session, ct) =>
        {
            var change = new NumberChange(released, released with { UsedBy = "callflow", State = NumberState.InService, DueAt = null, Account = stage.Master },
                NumberActions.Activated, Actor.System, null, stage.Clock.GetUtcNow());
            await NumbersDatabase.ApplyAsync(session, [change], null, ct);
            held.SetResult();
            await free.Task;
            return true;
        }, WriteLane.Foreground, Ct);
        await held.Task;
        Assert.Equal(1, await timers.RunPassAsync(Ct).WaitAsync(Patience.Max, Ct)); // the other one; nobody waits for the lock
        free.SetResult();
        await changing;

        Assert.Equal(0, await timers.RunPassAsync(Ct));
        Assert.Equal(NumberState.InService, (await stage.LoadAsync(released.Number)).State);
        Assert.Equal(NumberState.Available, (await stage.LoadAsync(other.Number)).State);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 10)]
    [InlineData(DatabaseKind.Sqlite, 200)]
    [InlineData(DatabaseKind.PostgreSql, 10)]
    [InlineData(DatabaseKind.PostgreSql, 200)]
    public async Task A_changed_period_moves_the_dates_of_those_that_wait(DatabaseKind kind, int days)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var released = await stage.ReleaseAsync("+12015550001");
        using var timers = stage.NewTimers();
        Assert.Equal(0, await timers.RunPassAsync(Ct));

        await stage.SetAgingAsync(days);
        Assert.Equal(0, await timers.RunPassAsync(Ct));
        var waiting = await stage.LoadAsync(released.Number);
        Assert.Equal((NumberState.Aging, Start, Start.AddDays(days)), (waiting.State, waiting.StateSince, waiting.DueAt!.Value));
        Assert.Equal(NumberActions.Rescheduled, (await stage.Numbers.EventsAsync(released.Number, new EventQuery(), Ct)).Rows[0].Body.Action);

        stage.Clock.Advance(TimeSpan.FromDays(days) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await timers.RunPassAsync(Ct));
        stage.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await timers.RunPassAsync(Ct));
        await stage.MustBeSoundAsync();
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_date_that_another_process_wrote_by_the_old_period_just_after_the_change_follows_in_the_next_pass(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var released = await stage.ReleaseAsync("+12015550001");
        using var timers = stage.NewTimers();
        await timers.RunPassAsync(Ct);
        await stage.SetAgingAsync(10);
        await timers.RunPassAsync(Ct);

        var rescheduled = await stage.LoadAsync(released.Number);
        var late = new NumberChange(rescheduled, rescheduled with { DueAt = released.DueAt }, NumberActions.Updated, Actor.System, null, stage.Clock.GetUtcNow());
        Assert.IsType<ChangeOutcome.Written>(Assert.Single(await stage.Numbers.ApplyAsync([late], null, WriteLane.Foreground, Ct)));
        await timers.RunPassAsync(Ct);

        Assert.Equal(Start.AddDays(10), (await stage.LoadAsync(released.Number)).DueAt);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_period_that_was_changed_while_nobody_ran_counts_from_the_first_pass_on(DatabaseKind kind)
    {
        await using var stage = await Stage.OpenAsync(kind);
        var released = await stage.ReleaseAsync("+12015550001");
        await stage.SetAgingAsync(1);
        stage.Clock.Advance(TimeSpan.FromDays(2));

        using var timers = stage.NewTimers();
        Assert.Equal(1, await timers.RunPassAsync(Ct));
        Assert.Equal(NumberState.Available, (await stage.LoadAsync(released.Number)).State);
    }

    /// <summary>The whole server joined over one database, its clock in our hand, nothing of it running by itself.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly string _folder;
        private readonly ServerHost _host;

        private Stage(string folder, ServerHost host, ManualClock clock) => (_folder, _host, Clock) = (folder, host, clock);

        public ManualClock Clock { get; }

        public AccountId Master => _host.First.Account;

        public NumbersDatabase Numbers => Get<NumbersDatabase>();

        public static async Task<Stage> OpenAsync(DatabaseKind kind)
        {
            var database = kind == DatabaseKind.PostgreSql ? await PostgresFixture.FreshDatabaseAsync() : null;
            var folder = Directory.CreateTempSubdirectory("ocarina-timers-").FullName;
            var clock = new ManualClock(Start);
            var options = new ServerOptions { DataFolder = folder, Database = database, HasDemo = false, ApiKey = ServerProcess.ApiKey };
            return new Stage(folder, await ServerHost.BuildAsync(options, new ServerSurroundings(clock, logging => logging.ClearProviders()), Ct), clock);
        }

        public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

        public NumberTimers NewTimers() => new(Get<NumberDesk>(), Clock, NullLogger<NumberTimers>.Instance);

        public async Task<NumberRecord> LoadAsync(PhoneNumber number) => (await Numbers.LoadAsync([number], Ct))[number];

        /// <summary>A number in service for the master account, given back now.</summary>
        public async Task<NumberRecord> ReleaseAsync(string number) => (await ReleaseListAsync([number]))[0];

        public async Task<IReadOnlyList<PhoneNumber>> ReleaseAllAsync(string prefix, int count) =>
            [.. (await ReleaseListAsync(Market.NumbersOf(prefix, count))).Select(record => record.Number)];

        public async Task<NumberResult> TakeBackAsync(PhoneNumber number) =>
            Assert.Single(await Get<ActivateOperation>().RunAsync(Actor.Of(Master), Master, [number.ToString()], null, Ct));

        public async Task SetAgingAsync(int days) => Assert.IsType<ConfigOutcome.Shown>(await Get<ConfigOperation>().MergeAsync(
            "tasks", new JsonObject { ["default"] = new JsonObject { ["aging_expiry_d"] = days } }, force: false, Ct));

        public async Task MustBeSoundAsync()
        {
            var report = await Numbers.VerifyAsync(null, Ct);
            Assert.True(report.IsSound, string.Join('\n', report.Broken.Concat(report.Different)));
        }

        public async Task UntilAsync(Func<bool> holds) => Assert.True(await SettlesAsync(() => Task.FromResult(holds())));

        /// <summary>Waits for what another thread is about to do; not for time to pass.</summary>
        public async Task<bool> SettlesAsync(Func<Task<bool>> holds)
        {
            for (var waited = TimeSpan.Zero; waited < Patience.Max; waited += TimeSpan.FromMilliseconds(5))
            {
                if (await holds()) return true;
                await Task.Delay(5, Ct);
            }

            return false;
        }

        public async ValueTask DisposeAsync()
        {
            await _host.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        private async Task<IReadOnlyList<NumberRecord>> ReleaseListAsync(IReadOnlyList<string> numbers)
        {
            var actor = Actor.Of(Master);
            var fields = new JsonObject { ["carrier_name"] = "inventory" };
            var created = Assert.IsType<BatchOutcome.Finished>(await Get<CreateOperation>().RunAsync(actor, Master, numbers, fields, NumberState.InService, Ct));
            Assert.All(created.Results, result => Assert.IsType<NumberResult.Done>(result));
            var released = await Get<ReleaseOperation>().RunAsync(actor, Master, numbers, hard: false, reason: null, null, Ct);
            return [.. released.Select(result => Assert.IsType<NumberResult.Done>(result).Record)];
        }
    }
}
