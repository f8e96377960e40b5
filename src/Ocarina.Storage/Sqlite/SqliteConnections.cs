using Microsoft.Data.Sqlite;

namespace Ocarina.Storage.Sqlite;

/// <summary>Opens connections with the settings that the promises rest on.</summary>
internal static class SqliteConnections
{
    internal static SqliteConnection OpenWriter(string file, int checkpointPages)
    {
        var connection = Open(file, SqliteOpenMode.ReadWriteCreate);
        // FULL: a commit is on disk before it is acknowledged, whatever happens to the power.
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000; PRAGMA journal_size_limit = 67108864");
        Execute(connection, FormattableString.Invariant($"PRAGMA wal_autocheckpoint = {checkpointPages}"));
        if (Read(connection, "PRAGMA journal_mode") != "wal")
        {
            connection.Dispose();
            throw new StorageRefusedException($"The database {file} cannot keep a write-ahead log there; use a local disk.");
        }

        return connection;
    }

    internal static SqliteConnection OpenReader(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWrite); // WAL readers write to the shared index, so not read-only; query_only forbids the rest
        Execute(connection, "PRAGMA query_only = 1; PRAGMA cache_size = -16000");
        return connection;
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false, // we keep our own, and a closed one must be closed
            DefaultTimeout = 10,
        }.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new StorageRefusedException($"The database {file} cannot be opened: {e.Message}", e);
        }
    }

    private static string? Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }
}
