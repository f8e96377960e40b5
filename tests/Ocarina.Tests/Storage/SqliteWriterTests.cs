using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Storage;
using Ocarina.Storage.Sqlite;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

/// <summary>The queue under real faults: statements that fail, a full disk, a commit that fails.</summary>
public sealed class SqliteWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocarina-writer-").FullName;
    private readonly SqliteWriter _writer;
    private readonly EventLog _log = new();

    public SqliteWriterTests()
    {
        SqliteLibrary.Load(NullLogger.Instance);
        _writer = new SqliteWriter(() => SqliteConnections.OpenWriter(File, 1000), TimeSpan.FromSeconds(5), _log);
        Run("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB); CREATE TABLE child (parent INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)").GetAwaiter().GetResult();
    }

    private string File => Path.Combine(_folder, "t.db");

    public void Dispose()
    {
        _writer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_statement_that_fails_undoes_its_change_and_no_other_of_the_group()
    {
        var gate = Hold();
        Task<int>[] writes = [Insert(1), Run("INSERT INTO t (id) VALUES (2); INSERT INTO t (id) VALUES (2)"), Insert(3)];
        gate();

        await writes[0];
        await Assert.ThrowsAsync<SqliteException>(() => writes[1]);
        await writes[2];
        Assert.Equal([1, 3], Stored());
    }

    [Fact]
    public async Task An_exception_of_the_change_itself_undoes_it_alone()
    {
        var gate = Hold();
        var first = Insert(1);
        var thrown = _writer.WriteAsync<int>(async (session, _) =>
        {
            await session.Connection.ExecuteAsync("INSERT INTO t (id) VALUES (2)");
            throw new FormatException("no");
        }, WriteLane.Foreground, Some.Ct);
        gate();

        await first;
        await Assert.ThrowsAsync<FormatException>(() => thrown);
        Assert.Equal([1], Stored());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_full_disk_hurts_only_whom_it_must(bool rollsBackAll)
    {
        // A statement with a journal of its own is undone alone; one without makes SQLite roll the whole transaction back.
        await LimitPagesAsync(extra: 8);
        var gate = Hold();
        var small = Insert(1);
        var big = rollsBackAll
            ? Run("INSERT INTO t (id, body) VALUES (2, zeroblob(200000))")
            : Run("WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t (id, body) SELECT i, zeroblob(3000) FROM n");
        var last = Insert(3);
        gate();

        await small;
        var full = await Assert.ThrowsAsync<SqliteException>(() => big);
        await last;
        Assert.Equal(SQLitePCL.raw.SQLITE_FULL, full.SqliteErrorCode);
        Assert.Equal([1, 3], Stored());
        Assert.Equal(rollsBackAll ? 1 : 0, _log.CountOf(2003));
        await Insert(4);
    }

    [Fact]
    public async Task A_commit_that_fails_is_redone_one_by_one_and_only_the_culprit_fails()
    {
        var gate = Hold();
        Task<int>[] writes = [Insert(1), Run("INSERT INTO child (parent) VALUES (99)"), Insert(3), Run("INSERT INTO child (parent) VALUES (3)")];
        gate();

        await writes[0];
        var failed = await Assert.ThrowsAsync<SqliteException>(() => writes[1]);
        await writes[2];
        await writes[3];
        Assert.Equal(SQLitePCL.raw.SQLITE_CONSTRAINT, failed.SqliteErrorCode);
        Assert.Equal(1, _log.CountOf(2003));
        Assert.Equal([1, 3], Stored());
    }

    [Fact]
    public async Task What_a_change_answered_on_the_word_of_one_that_was_not_committed_is_asked_again()
    {
        var gate = Hold();
        var culprit = Run("INSERT INTO t (id) VALUES (7); INSERT INTO child (parent) VALUES (99)");
        var observer = _writer.WriteAsync(
            async (session, _) => await session.Connection.ExecuteScalarAsync<long>("SELECT count(*) FROM t WHERE id = 7"), WriteLane.Foreground, Some.Ct);
        var complainer = _writer.WriteAsync<int>(async (session, _) =>
        {
            if (await session.Connection.ExecuteScalarAsync<long>("SELECT count(*) FROM t WHERE id = 7") == 1) throw new FormatException("seven is there");
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        gate();

        await Assert.ThrowsAsync<SqliteException>(() => culprit);
        Assert.Equal(0, await observer);
        Assert.Equal(0, await complainer);
    }

    [Fact]
    public async Task Nothing_is_answered_before_the_commit()
    {
        var second = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var gate = Hold();
        var first = Insert(1);
        var slow = _writer.WriteAsync(async (_, _) =>
        {
            reached.SetResult();
            await second.Task;
            return 0;
        }, WriteLane.Foreground, Some.Ct);
        gate();

        await reached.Task;
        Assert.False(first.IsCompleted); // its statements ran, its commit did not
        Assert.Empty(Stored());
        second.SetResult();
        await first;
        Assert.Equal([1], Stored());
        await slow;
    }

    [Fact]
    public async Task A_failing_commit_hook_of_the_engine_acknowledges_nothing()
    {
        var refuse = true;
        await _writer.WriteAsync((session, _) =>
        {
            SQLitePCL.raw.sqlite3_commit_hook(((SqliteConnection)session.Connection).Handle, _ => refuse ? 1 : 0, null);
            return Task.FromResult(0);
        }, WriteLane.Foreground, Some.Ct).ContinueWith(_ => { }, TaskScheduler.Default);

        var gate = Hold();
        Task<int>[] writes = [Insert(1), Insert(2)];
        gate();
        foreach (var write in writes) await Assert.ThrowsAsync<SqliteException>(() => write);
        Assert.Empty(Stored());

        refuse = false;
        await Insert(3);
        Assert.Equal([3], Stored());
    }

    [Fact]
    public async Task A_write_inside_a_write_is_refused_instead_of_waiting_for_ever()
    {
        var inner = _writer.WriteAsync(async (_, _) => await Insert(1), WriteLane.Foreground, Some.Ct);

        await Assert.ThrowsAsync<InvalidOperationException>(() => inner);
    }

    [Fact]
    public async Task A_caller_who_left_before_his_turn_writes_nothing()
    {
        using var left = new CancellationTokenSource();
        var gate = Hold();
        var write = _writer.WriteAsync((session, _) => session.Connection.ExecuteAsync("INSERT INTO t (id) VALUES (1)"), WriteLane.Foreground, left.Token);
        await left.CancelAsync();
        gate();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Empty(Stored());
    }

    [Fact]
    public async Task Closing_finishes_what_waits_and_takes_nothing_more()
    {
        var gate = Hold();
        var write = Insert(1);
        gate();
        _writer.Dispose();

        await write;
        Assert.Throws<ObjectDisposedException>(() => { _ = Insert(2); });
    }

    private Task<int> Insert(int id) => Run($"INSERT INTO t (id) VALUES ({id})");

    private Task<int> Run(string sql) =>
        _writer.WriteAsync((session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: ct)), WriteLane.Foreground, Some.Ct);

    /// <summary>Keeps the writer busy until the answer is called, so that what is added meanwhile becomes one group.</summary>
    private Action Hold()
    {
        var release = new TaskCompletionSource();
        var busy = new TaskCompletionSource();
        _ = _writer.WriteAsync(async (_, _) =>
        {
            busy.SetResult();
            await release.Task;
            return 0;
        }, WriteLane.Background, Some.Ct);
        busy.Task.GetAwaiter().GetResult();
        return release.SetResult;
    }

    private async Task LimitPagesAsync(int extra)
    {
        await _writer.WriteAsync(async (session, _) =>
        {
            var pages = await session.Connection.ExecuteScalarAsync<long>("PRAGMA page_count");
            return await session.Connection.ExecuteAsync($"PRAGMA max_page_count = {pages + extra}");
        }, WriteLane.Foreground, Some.Ct);
    }

    private List<long> Stored()
    {
        using var reader = SqliteConnections.OpenReader(File);
        return [.. reader.Query<long>("SELECT id FROM t ORDER BY id")];
    }
}
