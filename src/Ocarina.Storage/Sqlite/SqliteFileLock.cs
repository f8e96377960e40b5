namespace Ocarina.Storage.Sqlite;

/// <summary>The lock file beside a database: one process per file. Ends with the process, however it ends.</summary>
internal sealed class SqliteFileLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteFileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or refuses.</summary>
    /// <exception cref="StorageRefusedException">Another process, or another part of this one, has the database open.</exception>
    internal static SqliteFileLock Take(string databaseFile)
    {
        var name = databaseFile + ".lock";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None, // an advisory lock of the system, held by the open file: the file itself may stay behind
            };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new SqliteFileLock(new FileStream(name, options));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new StorageRefusedException(
                $"The database {databaseFile} is in use by another process (it holds {name}). "
                + "A SQLite file serves one process; stop the other one, or use PostgreSQL to run several.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
