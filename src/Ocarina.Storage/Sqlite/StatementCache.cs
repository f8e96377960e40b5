using Microsoft.Data.Sqlite;

namespace Ocarina.Storage.Sqlite;

/// <summary>The prepared statements of one connection, by text. Used by one thread at a time, like the connection.</summary>
internal sealed class StatementCache(SqliteConnection connection) : IDisposable
{
    // Texts come from a closed set of ours; only stock searches vary with their count of sources. The bound is a safety net.
    private const int CountMax = 200;

    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    /// <summary>The command for a text with parameters <c>$1</c>, <c>$2</c> …, their values set. It stays the cache's: do not dispose it.</summary>
    internal SqliteCommand Get(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            if (_commands.Count >= CountMax) Dispose();
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter(SessionCommands.SqliteName(i), null));
            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _commands.Clear();
    }
}
