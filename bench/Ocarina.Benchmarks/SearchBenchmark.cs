using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Ocarina.Core;
using Ocarina.Core.Stock;
using Ocarina.Manager.Search;
using Ocarina.Storage;
using Ocarina.Storage.Rows;

namespace Ocarina.Benchmarks;

/// <summary>A page of 50 numbers of a prefix in a stock of a million.</summary>
internal static class SearchBenchmark
{
    private const int StockCount = 1_000_000;
    private const int AreaCount = 100;
    private const int PageSize = 50;
    private const int Pages = 400;
    private const int Rounds = 9;

    public static Task RunOnSqliteAsync(Report report) => RunAsync(report, DatabaseKind.Sqlite);

    public static Task RunOnPostgreSqlAsync(Report report) => RunAsync(report, DatabaseKind.PostgreSql);

    private static async Task RunAsync(Report report, DatabaseKind kind)
    {
        await using var server = await BenchServer.StartAsync(kind);
        for (var area = 0; area < AreaCount; area++) await server.FillAsync(Area(area), StockCount / AreaCount, NumberState.Available);
        await server.SettleAsync();
        await using var bare = await BareAsync(server, "number, state, carrier, locality");
        await using var whole = await BareAsync(server, NumberColumns.Names);
        var search = server.Get<SearchOperation>();
        var stock = new StockSource.AvailableOf(CarrierName.Inventory);
        await MustBeEqualAsync(bare, search, server);

        foreach (var offset in (int[])[0, 400])
        {
            report.Line($"offset {offset}");
            await report.CompareAsync(Rounds, "us/page",
                ("bare statement: what the reply shows", () => TimeAsync(i => ReadAsync(bare, i, offset))),
                ("bare statement: whole rows", () => TimeAsync(i => ReadAsync(whole, i, offset))),
                ("NumbersDatabase.SearchStockAsync, one source", () => TimeAsync(i =>
                    server.Get<NumbersDatabase>().SearchStockAsync(new StockQuery($"+{Prefix(i)}", [stock], offset, PageSize, 500), CancellationToken.None))),
                ("SearchOperation, all sources of an account", () => TimeAsync(i =>
                    search.RunAsync(new SearchCaller(server.Master, "benchmark"), new NumberSearch($"+{Prefix(i)}", PageSize, offset, "US", null), CancellationToken.None))),
                ("over HTTP, for information", () => TimeAsync(i => server.Client.GetStringAsync(new Uri(
                    string.Create(CultureInfo.InvariantCulture, $"{server.Numbers}?prefix=%2B{Prefix(i)}&quantity={PageSize}&offset={offset}"), UriKind.Relative)))));
        }
    }

    private static long Area(int area) => 12_000_000_000 + (area * 10_000_000L) + 5_550_000;

    private static string Prefix(int i) => (Area(i * 37 % AreaCount) / 10_000_000).ToString(CultureInfo.InvariantCulture);

    private static async Task<double> TimeAsync(Func<int, Task> page)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Pages; i++) await page(i);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Pages;
    }

    // What the page costs at least: its statement, prepared on a connection of its own, the rows read and nothing made of them.
    private static async Task<DbCommand> BareAsync(BenchServer server, string columns)
    {
        var isSqlite = server.Database.Kind == DatabaseKind.Sqlite;
        DbConnection connection = isSqlite ? new SqliteConnection($"Data Source={server.File};Pooling=False") : new NpgsqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        var command = connection.CreateCommand();
        var (p1, p2, p3) = isSqlite ? ("$1", "$2", "$3") : ("@a", "@b", "@c");
        command.CommandText = $"SELECT {columns} FROM numbers WHERE state = 'available' AND stock_account IS NULL AND held_at_carrier = 1 AND carrier = 'inventory' "
            + $"AND number >= {p1} AND number < {p2} ORDER BY number LIMIT {PageSize} OFFSET {p3}";
        foreach (var name in (string[])[p1, p2, p3])
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = name == p3 ? 0L : "+1";
            command.Parameters.Add(parameter);
        }

        await command.PrepareAsync();
        return command;
    }

    private static async Task<List<object[]>> ReadAsync(DbCommand command, int i, int offset)
    {
        var prefix = "+" + Prefix(i);
        command.Parameters[0].Value = prefix;
        command.Parameters[1].Value = prefix + "~";
        command.Parameters[2].Value = (long)offset;
        var rows = new List<object[]>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private static async Task MustBeEqualAsync(DbCommand bare, SearchOperation search, BenchServer server)
    {
        for (var i = 0; i < 20; i++)
        {
            var expected = (await ReadAsync(bare, i, i)).Select(row => (string)row[0]).ToList();
            var found = await search.RunAsync(new SearchCaller(server.Master, "benchmark"), new NumberSearch($"+{Prefix(i)}", PageSize, i, "US", null), CancellationToken.None);
            if (expected.Count != PageSize || !expected.SequenceEqual(found.Rows.Select(row => row.Number.ToString()))) throw new InvalidOperationException("The pages differ.");
        }
    }
}
