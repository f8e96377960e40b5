using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Ocarina.Storage.Sqlite;

/// <summary>The one thread that writes to a SQLite file. Many changes share a transaction; each keeps its own savepoint and its own answer.</summary>
/// <remarks>
/// An answer, good or bad, leaves after the group's commit: a change may have seen what another one of the group had written.
/// When the group as a whole is lost - SQLite rolled it back (full disk, I/O error), or the commit failed - each of its changes
/// is redone in a transaction of its own, so that only the one at fault fails (docs/decisions/0007-one-writer-queue-on-sqlite.md).
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private const string Savepoint = "SAVEPOINT change";
    private const string Release = "RELEASE change";
    private const string Undo = "ROLLBACK TO change; RELEASE change";

    private readonly Func<SqliteConnection> _open;
    private readonly TimeSpan _groupMax;
    private readonly ILogger _logger;
    private readonly SqliteQueue _queue = new();
    private readonly Thread _thread;
    private SqliteConnection _connection;
    private StatementCache _statements;
    private DbSession _session;

    internal SqliteWriter(Func<SqliteConnection> open, TimeSpan groupMax, ILogger logger)
    {
        _open = open;
        _groupMax = groupMax;
        _logger = logger;
        _connection = open();
        (_statements, _session) = Dress(_connection);
        _thread = new Thread(Loop) { IsBackground = true, Name = "ocarina sqlite writer" };
        _thread.Start();
    }

    /// <summary>Puts a change in the queue. The task ends after the commit.</summary>
    internal Task<T> WriteAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, WriteLane lane, CancellationToken ct)
    {
        if (Thread.CurrentThread == _thread) throw new InvalidOperationException("A write cannot wait for another write: both need the one writer.");
        if (ct.IsCancellationRequested) return Task.FromCanceled<T>(ct);

        var work = new SqliteWork<T>(write, ct);
        _queue.Add(work, lane);
        return work.Answer;
    }

    /// <summary>Finishes what is in the queue, then closes the connection.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
        _statements.Dispose();
        _connection.Dispose();
    }

    private static (StatementCache, DbSession) Dress(SqliteConnection connection)
    {
        var statements = new StatementCache(connection);
        return (statements, new DbSession(DatabaseKind.Sqlite, connection, transaction: null) { Statements = statements });
    }

    private void Loop()
    {
        while (_queue.WaitForFirst() is { } first)
        {
            List<(SqliteWork Work, Exception? Error)> group = [];
            try
            {
                if (TryRunGroup(first, group)) Answer(group);
                else foreach (var (work, _) in group) RunAlone(work);
            }
            catch (Exception e)
            {
                // Nobody may wait for ever, whatever happened here. Answers already given stay as they are.
                _logger.WriterFailed(e);
                ComeToRest();
                foreach (var (work, _) in group) work.Fail(e);
                first.Fail(e);
            }
        }
    }

    private static void Answer(List<(SqliteWork Work, Exception? Error)> group)
    {
        foreach (var (work, error) in group)
        {
            if (error is null) work.Succeed();
            else work.Fail(error);
        }
    }

    /// <summary>Runs changes until nobody waits or the time is up, and commits.</summary>
    /// <returns><see langword="false"/> when the group was lost: none of it is written, and each change is to be redone alone.</returns>
    private bool TryRunGroup(SqliteWork first, List<(SqliteWork Work, Exception? Error)> group)
    {
        group.Add((first, null));
        try
        {
            Execute("BEGIN IMMEDIATE");
            var opened = Stopwatch.GetTimestamp();
            for (var work = first; work is not null; work = Stopwatch.GetElapsedTime(opened) < _groupMax ? _queue.TakeMore() : null)
            {
                if (work != first) group.Add((work, null));
                var error = RunInSavepoint(work);
                if (IsAtRest) return IsLost(group, error);
                group[^1] = (work, error);
            }

            Execute("COMMIT");
            return true;
        }
        catch (SqliteException e) // of our own statements; a change's errors are its own
        {
            ComeToRest();
            return IsLost(group, e);
        }
    }

    private bool IsLost(List<(SqliteWork Work, Exception? Error)> group, Exception? cause)
    {
        _logger.GroupRedone(group.Count, cause);
        return false;
    }

    private Exception? RunInSavepoint(SqliteWork work)
    {
        Execute(Savepoint);
        try
        {
            work.Run(_session);
            Execute(Release);
            return null;
        }
        catch (Exception e)
        {
            if (!IsAtRest) Execute(Undo);
            return e;
        }
    }

    private void RunAlone(SqliteWork work)
    {
        try
        {
            Execute("BEGIN IMMEDIATE");
            work.Run(_session);
            Execute("COMMIT");
        }
        catch (Exception e)
        {
            ComeToRest();
            work.Fail(e);
            return;
        }

        work.Succeed();
    }

    private bool IsAtRest => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    private void Execute(string sql) => _statements.Get(sql, []).ExecuteNonQuery();

    private void ComeToRest()
    {
        if (IsAtRest) return;
        Exception? cause = null;
        try
        {
            Execute("ROLLBACK");
            if (IsAtRest) return;
        }
        catch (SqliteException e)
        {
            cause = e;
        }

        _logger.WriterRenewed(cause);
        _statements.Dispose();
        _connection.Dispose(); // closing rolls back
        _connection = _open();
        (_statements, _session) = Dress(_connection);
    }
}
