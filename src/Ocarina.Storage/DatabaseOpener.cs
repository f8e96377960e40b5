using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using Ocarina.Storage.Migrations;
using Ocarina.Storage.PostgreSql;
using Ocarina.Storage.Sqlite;

namespace Ocarina.Storage;

/// <summary>Opens the database that a connection string names: checks the engine, takes what must be exclusive, brings the schema up to date.</summary>
public static class DatabaseOpener
{
    private static readonly string[] UrlSchemes = ["postgres://", "postgresql://"];

    /// <summary>Opens, and migrates under a lock.</summary>
    /// <exception cref="StorageRefusedException">The engine is too old, another process has the file, or the schema is not one of ours.</exception>
    public static async Task<IDatabase> OpenAsync(StorageOptions options, ILogger logger, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SqliteReadersMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PostgreSqlAttemptsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PostgreSqlBackgroundMax, 1);

        IDatabase database = IsPostgreSql(options.ConnectionString)
            ? await PostgreSqlDatabase.OpenAsync(ReadPostgreSql(options.ConnectionString), options, logger, ct)
            : SqliteDatabase.Open(ReadSqlite(options.ConnectionString), options, logger);
        try
        {
            await MigrationRunner.RunAsync(database, MigrationScript.LoadAll(database.Kind), options.Clock, logger, ct);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static bool IsPostgreSql(string text) =>
        UrlSchemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        || text.Split(';').Any(part => part.Split('=')[0].Trim() is var key
            && (key.Equals("Host", StringComparison.OrdinalIgnoreCase) || key.Equals("Server", StringComparison.OrdinalIgnoreCase)));

    private static NpgsqlConnectionStringBuilder ReadPostgreSql(string text)
    {
        try
        {
            return UrlSchemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                ? PostgreSqlUrl.Read(text)
                : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StorageRefusedException($"The connection string for PostgreSQL cannot be read: {e.Message}", e);
        }
    }

    private static string ReadSqlite(string text)
    {
        string file;
        try
        {
            file = new SqliteConnectionStringBuilder(text).DataSource;
        }
        catch (ArgumentException e)
        {
            throw new StorageRefusedException("The connection string is neither 'Data Source=<file>' nor 'Host=…' nor a postgres:// address.", e);
        }

        if (file.Length == 0 || file.StartsWith(':') || file.StartsWith("file:", StringComparison.Ordinal))
            throw new StorageRefusedException("The connection string must name a file: 'Data Source=<file>'. Databases in memory would forget what was acknowledged.");
        return Path.GetFullPath(file);
    }
}
