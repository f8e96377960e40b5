using Microsoft.Extensions.DependencyInjection;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Idempotency;
using Ocarina.Tests.Identity;
using Ocarina.Tests.Storage;
using Ocarina.Tests.Support;
using Xunit;
using Some = Ocarina.Tests.Storage.Some;

namespace Ocarina.Tests.Idempotency;

/// <summary>Runs of one call that meet.</summary>
public sealed class RunningCallTests
{
    public static TheoryData<DatabaseKind> Both => TestDatabases.Both;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Both))]
    public async Task A_repeat_that_comes_too_early_is_told_so(DatabaseKind kind)
    {
        var (begun, mayEnd) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var slow = new DeletionProbe { OnRelease = _ => { begun.TrySetResult(); return mayEnd.Task; } };
        await using var server = await TestServer.StartAsync(kind, replace: services => services.AddSingleton<IAccountDeletion>(slow));
        var path = $"/v2/accounts/{await server.CreateAccountAsync("Going")}";
        var key = Keys.Sent("delete-1");

        var first = server.SendAsync("DELETE", path, more: key);
        await begun.Task.WaitAsync(Ct);
        var early = await server.SendAsync("DELETE", path, more: key);
        var other = await server.SendAsync("DELETE", path, """{"data":{"x":1}}""", more: key);
        mayEnd.SetResult();

        Assert.Equal(200, (await first).Status);
        Assert.Equal((409, "request_in_progress"), (early.Status, (string?)early.Json["message"]));
        Assert.Equal(422, other.Status);
        Assert.Single(slow.Asked);
    }

    [Fact]
    public async Task Two_processes_carry_it_out_once()
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.PostgreSql);
        await using var sibling = await server.StartSiblingAsync();
        TestServer[] both = [server, sibling];

        for (var round = 0; round < 5; round++)
        {
            var body = $$$"""{"data":{"name":"Round {{{round}}}"}}""";
            var key = Keys.Sent($"round-{round}");
            var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                async () => await both[i % 2].SendAsync("PUT", $"/v2/accounts/{server.Master}", body, await both[i % 2].TokenAsync(server.Master), more: key), Ct)));

            var made = replies.Where(reply => reply.Status == 201).ToList();
            Assert.Single(made.Select(reply => (string?)reply.Data!["id"]).Distinct());
            Assert.All(replies.Except(made), reply => Assert.Equal(409, reply.Status));
        }
    }

    [Theory, MemberData(nameof(Both))]
    public async Task A_run_whose_call_was_taken_over_writes_nothing_more(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind, clock);
        var call = new CallIdentity("id", "account", "print");
        // Two processes, as far as PostgreSQL is concerned; on SQLite the second is the one after a restart.
        var (slow, quick) = (new IdempotencyDatabase(db.Database, clock), new IdempotencyDatabase(db.Database, clock));

        var first = Assert.IsType<CallClaim.Mine>(await slow.ClaimAsync(call, Ct)).Mark;
        using (CommitMarks.Enter(first)) await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1))));
        clock.Advance(IdempotencyDatabase.Lease + TimeSpan.FromSeconds(1));
        var second = Assert.IsType<CallClaim.Mine>(await quick.ClaimAsync(call, Ct)).Mark;

        Assert.Equal([new CallEffect.Number(Some.Number(1), 1)], second.Earlier);
        using (CommitMarks.Enter(first))
            await Assert.ThrowsAsync<CallTakenOverException>(() => db.ApplyAsync(Some.Creation(Some.Record(Some.Number(2)))));
        Assert.Null(await db.LoadAsync(Some.Number(2)));

        using (CommitMarks.Enter(second)) await db.WriteAsync(Some.Creation(Some.Record(Some.Number(3))));
        await slow.KeepAsync(first, "late", isSuccess: true, Ct); // no longer his to end
        await quick.KeepAsync(second, "reply", isSuccess: true, Ct);
        Assert.Equal("reply", Assert.IsType<CallClaim.Answered>(await slow.ClaimAsync(call, Ct)).Reply);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Work_that_outlives_its_call_is_no_part_of_it(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var calls = new IdempotencyDatabase(db.Database, TimeProvider.System);
        var mark = Assert.IsType<CallClaim.Mine>(await calls.ClaimAsync(new CallIdentity("id", "account", "print"), Ct)).Mark;
        using (CommitMarks.Enter(mark))
        {
            using (CommitMarks.Enter(null)) await db.WriteAsync(Some.Creation(Some.Record(Some.Number(1))));
            Assert.Equal("", await db.ScalarAsync<string>("SELECT effects FROM idempotency_keys"));

            await calls.KeepAsync(mark, "reply", isSuccess: true, Ct);
            await db.WriteAsync(Some.Creation(Some.Record(Some.Number(2))));
        }

        Assert.Equal("", await db.ScalarAsync<string>("SELECT effects FROM idempotency_keys"));
        Assert.NotNull(await db.LoadAsync(Some.Number(2)));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task Keys_whose_time_is_over_go_in_pieces(DatabaseKind kind)
    {
        var clock = new HandClock();
        await using var db = await TestDatabases.OpenAsync(kind, clock);
        var calls = new IdempotencyDatabase(db.Database, clock);
        for (var i = 0; i < 5; i++) await calls.ClaimAsync(new CallIdentity($"old-{i}", "account", "print"), Ct);
        clock.Advance(TimeSpan.FromHours(1));
        await calls.ClaimAsync(new CallIdentity("young", "account", "print"), Ct);

        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(3, await IdempotencyDatabase.ExpireAsync(db.Database, clock.GetUtcNow(), 3, Ct));
        Assert.Equal(2, await IdempotencyDatabase.ExpireAsync(db.Database, clock.GetUtcNow(), 3, Ct));
        Assert.Equal("young", await db.ScalarAsync<string>("SELECT id FROM idempotency_keys"));
    }
}
