using Microsoft.Extensions.Logging;

namespace Ocarina.Storage;

/// <summary>Events 2000-2099; an id is never given to another message.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(2001, LogLevel.Information, "SQLite {Version} ({Library}) opened {File}")]
    internal static partial void SqliteOpened(this ILogger logger, string version, string library, string file);

    [LoggerMessage(2002, LogLevel.Warning, "SQLite {Version} is older than 3.38 and has known faults; install the system's libsqlite3 or name one in SQLITE_LIB")]
    internal static partial void SqliteOld(this ILogger logger, string version);

    [LoggerMessage(2003, LogLevel.Warning, "A group of {Count} writes could not be committed and is redone one by one")]
    internal static partial void GroupRedone(this ILogger logger, int count, Exception? exception);

    [LoggerMessage(2004, LogLevel.Error, "The writing connection could not be brought back to rest and is opened anew")]
    internal static partial void WriterRenewed(this ILogger logger, Exception? exception);

    [LoggerMessage(2005, LogLevel.Error, "The writer met an error of its own")]
    internal static partial void WriterFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2010, LogLevel.Information, "PostgreSQL {Version} opened, database {Database}")]
    internal static partial void PostgreSqlOpened(this ILogger logger, string version, string database);

    [LoggerMessage(2011, LogLevel.Debug, "A write is repeated ({Attempt}) because of {SqlState}")]
    internal static partial void WriteRepeated(this ILogger logger, int attempt, string sqlState);

    [LoggerMessage(2012, LogLevel.Warning, "Listening for changes was interrupted and starts again")]
    internal static partial void ListenInterrupted(this ILogger logger, Exception exception);

    [LoggerMessage(2013, LogLevel.Warning, "The database comes from another server: {Count} events are ordered by their sequence from now on")]
    internal static partial void EventsAdopted(this ILogger logger, int count);

    [LoggerMessage(2020, LogLevel.Information, "Migration {Name} applied")]
    internal static partial void MigrationApplied(this ILogger logger, string name);
}
