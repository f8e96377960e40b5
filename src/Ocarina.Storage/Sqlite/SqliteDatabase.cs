using Microsoft.Extensions.Logging;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Storage.Sqlite;

/// <summary>One SQLite file, open in this process alone: one writer with a queue, a few readers.</summary>
internal sealed class SqliteDatabase : IDatabase
{
    private readonly SqliteFileLock _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private int _disposed;

    private SqliteDatabase(SqliteFileLock fileLock, SqliteWriter writer, SqliteReaders readers) =>
        (_lock, _writer, _readers) = (fileLock, writer, readers);

    /// <inheritdoc/>
    public DatabaseKind Kind => DatabaseKind.Sqlite;

    /// <summary>Opens or makes the file.</summary>
    internal static SqliteDatabase Open(string file, StorageOptions options, ILogger logger)
    {
        var (version, library) = SqliteLibrary.Load(logger);
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        var fileLock = SqliteFileLock.Take(file);
        try
        {
            MakePrivate(file);
            var writer = new SqliteWriter(() => SqliteConnections.OpenWriter(file, options.SqliteCheckpointPages), options.GroupMax, logger);
            var readers = new SqliteReaders(() => SqliteConnections.OpenReader(file), options.SqliteReadersMax);
            logger.SqliteOpened(version, library, file);
            return new SqliteDatabase(fileLock, writer, readers);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<DbSession, CancellationToken, Task<T>> read, CancellationToken ct) => _readers.ReadAsync(read, ct);

    /// <inheritdoc/>
    public Task<T> WriteAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, WriteLane lane, CancellationToken ct) =>
        _writer.WriteAsync(CommitMarks.Marked(write), lane, ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return ValueTask.CompletedTask;
        _readers.Dispose();
        _writer.Dispose(); // the last to close copies the log into the file
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    // The file holds subscribers' numbers and wrapped keys. SQLite gives its log the same rights.
    private static void MakePrivate(string file)
    {
        if (File.Exists(file) || OperatingSystem.IsWindows()) return;
        using var made = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }
}
