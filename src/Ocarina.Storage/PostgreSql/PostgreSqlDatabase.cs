using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Storage.PostgreSql;

/// <summary>A PostgreSQL server, 15 or newer; any number of processes.</summary>
internal sealed class PostgreSqlDatabase : IDatabase
{
    private const int MajorMin = 15;

    private readonly NpgsqlDataSource _source;
    private readonly StorageOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _background;

    private PostgreSqlDatabase(NpgsqlDataSource source, StorageOptions options, ILogger logger)
    {
        _source = source;
        _options = options;
        _logger = logger;
        _background = new SemaphoreSlim(options.PostgreSqlBackgroundMax, options.PostgreSqlBackgroundMax);
    }

    /// <inheritdoc/>
    public DatabaseKind Kind => DatabaseKind.PostgreSql;

    internal static async Task<PostgreSqlDatabase> OpenAsync(
        NpgsqlConnectionStringBuilder settings, StorageOptions options, ILogger logger, CancellationToken ct)
    {
        // What repeats is prepared; an operator behind a pooler that forgets statements writes 'Max Auto Prepare=0'.
        if (!settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!settings.ShouldSerialize("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= "ocarina";
        if (settings.Host is { } hosts && hosts.Contains(',', StringComparison.Ordinal) && settings.TargetSessionAttributes is null)
            settings.TargetSessionAttributes = "read-write"; // the primary, whichever it is now

        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        try
        {
            await CheckAsync(source, logger, ct);
            return new PostgreSqlDatabase(source, options, logger);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<T> ReadAsync<T>(Func<DbSession, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        return await read(new DbSession(DatabaseKind.PostgreSql, connection, transaction: null), ct);
    }

    /// <inheritdoc/>
    public async Task<T> WriteAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, WriteLane lane, CancellationToken ct)
    {
        write = CommitMarks.Marked(write);
        if (lane == WriteLane.Foreground) return await RepeatAsync(write, ct);

        await _background.WaitAsync(ct);
        try
        {
            return await RepeatAsync(write, ct);
        }
        finally
        {
            _background.Release();
        }
    }

    /// <summary>A connection for whoever must keep one, such as a listener. The caller closes it.</summary>
    internal ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken ct) => _source.OpenConnectionAsync(ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _background.Dispose();
    }

    private async Task<T> RepeatAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(write, ct);
            }
            catch (PostgresException e) when (attempt < _options.PostgreSqlAttemptsMax
                && e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                _logger.WriteRepeated(attempt, e.SqlState); // nothing was written: the server undid it whole
            }
        }
    }

    private async Task<T> WriteOnceAsync<T>(Func<DbSession, CancellationToken, Task<T>> write, CancellationToken ct)
    {
        await using var connection = await _source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var result = await write(new DbSession(DatabaseKind.PostgreSql, connection, transaction), ct);
        ct.ThrowIfCancellationRequested();
        await transaction.CommitAsync(CancellationToken.None); // half a commit is no answer anybody can use
        return result;
    }

    private static async Task CheckAsync(NpgsqlDataSource source, ILogger logger, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        if (connection.PostgreSqlVersion.Major < MajorMin)
            throw new StorageRefusedException($"PostgreSQL {connection.PostgreSqlVersion} is too old; {MajorMin} or newer is needed.");

        await using var command = new NpgsqlCommand("SELECT current_setting('server_encoding')", connection);
        if (await command.ExecuteScalarAsync(ct) is not "UTF8")
            throw new StorageRefusedException($"The database {connection.Database} is not encoded as UTF8; create it with ENCODING 'UTF8' TEMPLATE template0.");
        logger.PostgreSqlOpened(connection.PostgreSqlVersion.ToString(), connection.Database);
    }
}
