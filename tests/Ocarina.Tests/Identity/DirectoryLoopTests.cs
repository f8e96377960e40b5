using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Identity;

public sealed class DirectoryLoopTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_turn_obeys_what_another_process_wrote_and_lists_what_was_read(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        using var loop = new DirectoryLoop(other.Db.Database, other.Directories, other.Clock, NullLogger<DirectoryLoop>.Instance);
        var id = await host.CreateAccountAsync("One");
        other.Configuration.SystemDefaultSection("number_manager.voxbone");
        Assert.Null(other.Directories.Accounts.Find(id));

        await loop.TurnAsync(Ct);

        Assert.NotNull(other.Directories.Accounts.Find(id));
        Assert.Contains("number_manager.voxbone", await host.Config.ListAsync(Ct));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_running_loop_follows_without_being_asked_and_stops_when_told(DatabaseKind kind)
    {
        await using var host = await IdentityHost.StartAsync(kind);
        await using var other = await host.AnotherAsync();
        // On PostgreSQL the notice wakes the loop, for this clock has no timers; on SQLite the clock of the machine does.
        using var loop = new DirectoryLoop(
            other.Db.Database, other.Directories, kind == DatabaseKind.Sqlite ? TimeProvider.System : new TimerlessClock(), NullLogger<DirectoryLoop>.Instance);
        await loop.StartAsync(Ct);

        var id = await host.CreateAccountAsync("One");
        while (other.Directories.Accounts.Find(id) is null) await Task.Delay(10, Ct);
        var stopping = loop.StopAsync(Ct);

        Assert.Same(stopping, await Task.WhenAny(stopping, Task.Delay(Patience.Max, Ct)));
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    private sealed class TimerlessClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
