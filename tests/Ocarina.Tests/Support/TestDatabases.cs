using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ocarina.Storage;
using Xunit;

namespace Ocarina.Tests.Support;

/// <summary>Gives every storage test both engines: <c>[Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]</c>, then <see cref="OpenAsync"/>.</summary>
public static class TestDatabases
{
    /// <summary>Both engines, for a theory.</summary>
    public static TheoryData<DatabaseKind> Both => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    /// <summary>A fresh database with the schema of this build, gone when disposed. Skips the calling test when the engine is missing.</summary>
    public static async Task<TestDatabase> OpenAsync(DatabaseKind kind, TimeProvider? clock = null)
    {
        var folder = kind == DatabaseKind.Sqlite ? Directory.CreateTempSubdirectory("ocarina-db-").FullName : null;
        var connectionString = folder is null ? await PostgresFixture.FreshDatabaseAsync() : $"Data Source={folder}/ocarina.db";
        var options = new StorageOptions { ConnectionString = connectionString, Clock = clock ?? TimeProvider.System };
        var log = new EventLog();
        var database = await DatabaseOpener.OpenAsync(options, log, TestContext.Current.CancellationToken);
        return new TestDatabase(database, options, log, folder);
    }
}

/// <summary>A database of one test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? _folder;

    internal TestDatabase(IDatabase database, StorageOptions options, EventLog log, string? folder)
    {
        Log = log;
        Database = database;
        Options = options;
        Numbers = new NumbersDatabase(database, options.Clock);
        _folder = folder;
    }

    /// <summary>The open database.</summary>
    public IDatabase Database { get; private set; }

    /// <summary>The numbers in it.</summary>
    public NumbersDatabase Numbers { get; private set; }

    /// <summary>What it was opened with; its connection string opens it again.</summary>
    public StorageOptions Options { get; }

    /// <summary>What storage logged.</summary>
    public EventLog Log { get; }

    /// <summary>Closes the database and opens it again, as a restart would.</summary>
    public async Task ReopenAsync()
    {
        await Database.DisposeAsync();
        Database = await DatabaseOpener.OpenAsync(Options, Log, TestContext.Current.CancellationToken);
        Numbers = new NumbersDatabase(Database, Options.Clock);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Remembers which events were logged.</summary>
public sealed class EventLog : ILogger
{
    private readonly ConcurrentDictionary<int, int> _counts = new();

    /// <summary>How often an event was logged.</summary>
    public int CountOf(int eventId) => _counts.GetValueOrDefault(eventId);

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _counts.AddOrUpdate(eventId.Id, 1, (_, count) => count + 1);
}
