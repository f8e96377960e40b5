using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ocarina.Storage;

/// <summary>Commands with parameters <c>$1</c>, <c>$2</c> … that both engines understand. For the number paths, where Dapper would cost; elsewhere Dapper is used.</summary>
internal static class SessionCommands
{
    private static readonly string[] Names = [.. Enumerable.Range(1, 64).Select(Name)];

    /// <summary>A statement that repeats: kept prepared by the connection. Do not dispose it, and have one reader of it open at a time.</summary>
    internal static DbCommand Hot(this DbSession session, string sql, params ReadOnlySpan<object?> values) =>
        session.Statements is { } statements ? statements.Get(sql, values) : Create(session, sql, values);

    /// <summary>A statement whose text varies. The caller disposes it.</summary>
    internal static DbCommand Cold(this DbSession session, string sql, params ReadOnlySpan<object?> values) => Create(session, sql, values);

    /// <summary>A batch to be sent in one go. PostgreSQL only.</summary>
    internal static NpgsqlBatch Batch(this DbSession session) =>
        new((NpgsqlConnection)session.Connection, (NpgsqlTransaction?)session.Transaction);

    /// <summary>Adds a statement to a batch.</summary>
    internal static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }

    internal static string SqliteName(int index) => index < Names.Length ? Names[index] : Name(index + 1);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"${number}");

    private static DbCommand Create(DbSession session, string sql, ReadOnlySpan<object?> values)
    {
        var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = session.Transaction;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] ?? DBNull.Value;
            command.Parameters.Add(session.Kind == DatabaseKind.Sqlite
                ? new SqliteParameter(SqliteName(i), value)
                : new NpgsqlParameter { Value = value }); // without a name: by position
        }

        return command;
    }
}
