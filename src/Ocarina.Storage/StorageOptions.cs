namespace Ocarina.Storage;

/// <summary>Where the data lies and how storage behaves. Checked by <see cref="DatabaseOpener"/>.</summary>
/// <remarks>A class in spirit, a record in form: its text never holds the connection string, which may hold a password.</remarks>
public sealed record StorageOptions
{
    /// <summary><c>Data Source=file</c> for SQLite; <c>Host=…</c> or a <c>postgres://</c> address for PostgreSQL. No default.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The clock of migrations and pauses. Default: the machine's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>SQLite: most connections that read at once. Default 4; 1 or more.</summary>
    public int SqliteReadersMax { get; init; } = 4;

    /// <summary>SQLite: longest time a group of writes stays open for more to join. Default 5 ms.</summary>
    public TimeSpan GroupMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>SQLite: size of the write-ahead log, in pages of 4 KiB, at which it is copied into the file. Default 4000.</summary>
    /// <remarks>SQLite's own 1000 would make every hundredth single write wait for the copying.</remarks>
    public int SqliteCheckpointPages { get; init; } = 4000;

    /// <summary>PostgreSQL: how often a delegate runs before a serialisation failure or a deadlock is given to the caller. Default 5; 1 or more.</summary>
    public int PostgreSqlAttemptsMax { get; init; } = 5;

    /// <summary>PostgreSQL: most background writes of this process at once. Default 2; 1 or more.</summary>
    public int PostgreSqlBackgroundMax { get; init; } = 2;

    /// <inheritdoc/>
    public override string ToString() => nameof(StorageOptions);
}

/// <summary>The database cannot be used, and starting again will not help: the message says what a person must do.</summary>
public sealed class StorageRefusedException : Exception
{
    /// <summary>Refuses for the reason given.</summary>
    public StorageRefusedException(string message) : base(message) { }

    /// <summary>Refuses for the reason given.</summary>
    public StorageRefusedException(string message, Exception inner) : base(message, inner) { }
}
