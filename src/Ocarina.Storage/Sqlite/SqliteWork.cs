namespace Ocarina.Storage.Sqlite;

/// <summary>One change waiting in the writer's queue, and the task of whoever waits for it.</summary>
internal abstract class SqliteWork
{
    /// <summary>Runs the change on the open transaction. May run again when a group is redone.</summary>
    internal abstract void Run(DbSession session);

    /// <summary>Answers. Only after the commit.</summary>
    internal abstract void Succeed();

    /// <summary>Answers that nothing was written.</summary>
    internal abstract void Fail(Exception exception);
}

/// <inheritdoc cref="SqliteWork"/>
internal sealed class SqliteWork<T>(Func<DbSession, CancellationToken, Task<T>> write, CancellationToken ct) : SqliteWork
{
    // Continuations run elsewhere: whoever waits must not hold up the writer.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal Task<T> Answer => _answer.Task;

    internal override void Run(DbSession session)
    {
        ct.ThrowIfCancellationRequested();
        _result = write(session, ct).GetAwaiter().GetResult(); // SQLite's calls have all ended when they return
    }

    internal override void Succeed() => _answer.TrySetResult(_result!); // set by the Run that was committed

    internal override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException cancelled) _answer.TrySetCanceled(cancelled.CancellationToken);
        else _answer.TrySetException(exception);
    }
}
