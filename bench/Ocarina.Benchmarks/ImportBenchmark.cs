using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Ocarina.Storage;
using Ocarina.Storage.Rows;
using Ocarina.Tests.Proof;

namespace Ocarina.Benchmarks;

/// <summary>100,000 numbers by CSV through the API into SQLite: promised within a minute.</summary>
internal static class ImportBenchmark
{
    private const int RowsCount = 100_000;
    private const int SlowRowsCount = 5_000;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        var numbers = Enumerable.Range(0, RowsCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"+{12_015_000_000 + i}")).ToList();
        var csv = new StringBuilder("e164,state,carrier_module\n");
        foreach (var number in numbers) csv.Append(CultureInfo.InvariantCulture, $"{number},available,inventory\n");
        var file = csv.ToString();

        var medians = await report.CompareAsync(Rounds, "us/row",
            ("import over HTTP: rules, life cycle, ledger, answers", () => ImportAsync(file)),
            ("prepared INSERT of row and event, one transaction", () => InsertAsync(numbers, rowsEach: RowsCount)),
            ("prepared INSERT of row and event, a transaction a row", () => InsertAsync(numbers.Take(SlowRowsCount).ToList(), rowsEach: 1)));
        report.Line(string.Create(CultureInfo.InvariantCulture,
            $"{RowsCount:N0} rows: {medians[0] * RowsCount / 1e6:N1} s, {1e6 / medians[0]:N0} rows/s (plain inserts in one transaction {1e6 / medians[1]:N0}, one by one {1e6 / medians[2]:N0})"));
    }

    private static async Task<double> ImportAsync(string file)
    {
        await using var server = await BenchServer.StartAsync(DatabaseKind.Sqlite);
        var started = Stopwatch.GetTimestamp();
        var stream = await ImportStream.OpenAsync(server.Address, $"{server.Numbers}/import", server.Token, CancellationToken.None);
        await using (stream)
        {
            var answers = await stream.RunAsync(file, CancellationToken.None);
            var elapsed = Stopwatch.GetElapsedTime(started);
            if (answers.Count(answer => answer.Value == "created") != RowsCount) throw new InvalidOperationException("Not every row was created.");
            return elapsed.TotalMicroseconds / RowsCount;
        }
    }

    // The same tables and indexes and the same safety, made by the server; then nothing but statements.
    private static async Task<double> InsertAsync(List<string> numbers, int rowsEach)
    {
        await using var place = BenchDatabase.OnSqlite();
        var options = new StorageOptions { ConnectionString = $"Data Source={place.Folder}/ocarina.db" };
        await (await DatabaseOpener.OpenAsync(options, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None)).DisposeAsync();
        await using var connection = new SqliteConnection($"Data Source={place.Folder}/ocarina.db;Pooling=False");
        await connection.OpenAsync();
        await connection.ExecuteAsync("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000");

        using var row = Command(NumberSql.Insert, NumberColumns.All.Length);
        using var happened = Command(NumberSql.InsertEvent, 5);
        var body = new string('x', 500);
        var started = Stopwatch.GetTimestamp();
        foreach (var piece in numbers.Chunk(rowsEach))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            (row.Transaction, happened.Transaction) = ((SqliteTransaction)transaction, (SqliteTransaction)transaction);
            foreach (var number in piece)
            {
                Set(row, number, long.Parse(number, CultureInfo.InvariantCulture), "available", null, null, "inventory", null, 1L, null, 1L, new byte[32], null, 1L, "[]", "{}", null, null, "{}", "{}", 0L, null, 1L, 1L, null, null);
                Set(happened, number, 1L, 1L, body, new byte[32]);
                row.ExecuteNonQuery();
                happened.ExecuteNonQuery();
            }

            await transaction.CommitAsync();
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / numbers.Count;

        SqliteCommand Command(string sql, int parameters)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter(NumberSql.P(i), null));
            return command;
        }

        static void Set(SqliteCommand command, params object?[] values)
        {
            for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
