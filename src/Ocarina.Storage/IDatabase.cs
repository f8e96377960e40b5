using System.Data.Common;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Storage;

/// <summary>Which engine holds the data.</summary>
public enum DatabaseKind
{
    /// <summary>One file, one process.</summary>
    Sqlite,

    /// <summary>A server, 15 or newer; any number of processes.</summary>
    PostgreSql,
}

/// <summary>Who waits for a write. On SQLite all writes share one queue, and people go before machines.</summary>
public enum WriteLane
{
    /// <summary>Somebody waits for the answer.</summary>
    Foreground,

    /// <summary>Timers, imports and other work in small pieces (at most 500 rows, a few milliseconds each).</summary>
    Background,
}

/// <summary>The one door to the data: plain SQL on an open connection, on SQLite or PostgreSQL.</summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>The engine.</summary>
    DatabaseKind Kind { get; }

    /// <summary>Runs statements that only read, on a consistent view as good as the engine's default (SQLite: one snapshot; PostgreSQL: read committed).</summary>
    Task<T> ReadAsync<T>(Func<DbSession, CancellationToken, Task<T>> read, CancellationToken ct);

    /// <summary>Runs one change as a whole or not at all. The task ends after the commit: what it answers is durable.</summary>
    /// <remarks>
    /// <para>The delegate may run more than once (a group that failed is redone piece by piece; PostgreSQL may ask for a repeat), so it touches nothing but the database.
    /// An exception in it undoes this change alone.</para>
    /// <para>Inside a call that carries a key the effects it notes are written in the same transaction (<see cref="Idempotency.CommitMarks"/>).</para>
    /// <para>On SQLite it runs on the writer's thread and must not wait for anything else.</para>
    /// </remarks>
    Task<T> WriteAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, WriteLane lane, CancellationToken ct);
}

/// <summary>An open connection inside a transaction (or a savepoint of the group's), for the time of one delegate.</summary>
public sealed class DbSession(DatabaseKind kind, DbConnection connection, DbTransaction? transaction)
{
    /// <summary>The engine, where a statement must differ.</summary>
    public DatabaseKind Kind { get; } = kind;

    /// <summary>The connection; do not close it, do not begin or end transactions on it.</summary>
    public DbConnection Connection { get; } = connection;

    /// <summary>The transaction to hand to Dapper.</summary>
    public DbTransaction? Transaction { get; } = transaction;

    /// <summary>Statements this connection keeps prepared; SQLite only, for Npgsql keeps its own.</summary>
    internal Sqlite.StatementCache? Statements { get; init; }

    // What the call with a key that runs here has done in this transaction; none outside of such calls.
    private List<CallEffect>? Effects { get; init; }

    /// <summary>Says what is committed with this transaction, for the call whose part it is; heard by nobody when it is part of none.</summary>
    public void Note(CallEffect effect) => Effects?.Add(effect);

    internal DbSession Noting(List<CallEffect> effects) => new(Kind, Connection, Transaction) { Statements = Statements, Effects = effects };
}
