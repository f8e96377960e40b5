using Ocarina.Core;
using Ocarina.Core.Stock;
using Ocarina.Storage;
using Ocarina.Storage.Queries;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

/// <summary>Each hot statement reads its own index from a bounded place; none walks the table.</summary>
public sealed class PlanTests(PlanTests.Filled filled) : IClassFixture<PlanTests.Filled>
{
    private static readonly StockSource[] Sources =
        [new StockSource.AvailableOf(CarrierName.Inventory), new StockSource.KeptFor(CarrierName.Managed, Some.Alice), new StockSource.ReservedBy(Some.Alice)];

    public static TheoryData<DatabaseKind, string, string> Statements()
    {
        var data = new TheoryData<DatabaseKind, string, string>();
        foreach (var kind in Enum.GetValues<DatabaseKind>())
        {
            data.Add(kind, "inventory page", "numbers_available");
            data.Add(kind, "kept page", "numbers_kept");
            data.Add(kind, "reserved page", "numbers_reserved");
            data.Add(kind, "merged page", "numbers_available numbers_kept numbers_reserved");
            data.Add(kind, "claim", "numbers_available");
            data.Add(kind, "account list", "numbers_account");
            data.Add(kind, "account list from a number", "numbers_account");
            data.Add(kind, "master list from a number", "numbers_pkey|sqlite_autoindex_numbers_1");
            data.Add(kind, "due", "numbers_due");
            data.Add(kind, "waiting", "numbers_waiting");
            data.Add(kind, "history", "number_events_revision");
        }

        return data;
    }

    [Theory, MemberData(nameof(Statements))]
    public async Task A_statement_uses_its_index(DatabaseKind kind, string name, string indexes)
    {
        var db = await filled.OpenAsync(kind);
        var (sql, values) = Statement(name, kind);

        var plan = await PlanAsync(db, kind, sql, values);

        Assert.All(indexes.Split(' '), wanted => Assert.True(wanted.Split('|').Any(index => plan.Contains(index, StringComparison.Ordinal)), $"{wanted} is not used:\n{plan}"));
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN numbers", plan.Replace("SCAN numbers USING", "WALK", StringComparison.Ordinal), StringComparison.Ordinal);
        if (kind == DatabaseKind.Sqlite && name.Contains("page", StringComparison.Ordinal)) Assert.Contains("number>? AND number<?", plan, StringComparison.Ordinal);
        if (kind == DatabaseKind.PostgreSql && name.Contains("page", StringComparison.Ordinal)) Assert.Matches("Index Cond:.*number ~>=~ .*number ~<~ ", plan);
    }

    [Fact]
    public async Task Statements_that_repeat_are_prepared_on_postgresql()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);

        var prepared = await db.Database.ReadAsync(async (session, ct) =>
        {
            for (var i = 0; i < 4; i++) await session.Hot("SELECT count(*) FROM versions WHERE kind = $1", "rules").ExecuteScalarAsync(ct);
            return (long?)await session.Cold("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM versions WHERE kind%'").ExecuteScalarAsync(ct);
        }, Some.Ct);

        Assert.Equal(1, prepared);
    }

    private static (string Sql, object?[] Values) Statement(string name, DatabaseKind kind)
    {
        var range = PrefixRange.Of("+1415555") ?? throw new InvalidOperationException();
        StockSql.Statement statement;
        switch (name)
        {
            case "inventory page": statement = StockSql.Page(kind, Query(Sources[0]), range); break;
            case "kept page": statement = StockSql.Page(kind, Query(Sources[1]), range); break;
            case "reserved page": statement = StockSql.Page(kind, Query(Sources[2]), range); break;
            case "merged page": statement = StockSql.Page(kind, Query(Sources), range); break;
            case "claim": statement = StockSql.Take(kind, Sources[0], range, 5, skipLocked: kind == DatabaseKind.PostgreSql); break;
            case "account list": return NumberListSql.Stretch(kind, new NumberListQuery { Account = Some.Bob }, null, 50);
            case "account list from a number": return NumberListSql.Stretch(kind, new NumberListQuery { Account = Some.Bob, States = [NumberState.InService] }, Some.Number(5), 50);
            case "master list from a number": return NumberListSql.Stretch(kind, new NumberListQuery(), Some.Number(5), 50);
            case "due": return (NumbersDatabase.DueSql(""), [1000L, long.MinValue, "", 50L]);
            case "waiting": return (NumbersDatabase.WaitingSql(kind, hasPeriod: true), ["aging", "", 50L, 3_600_000L]);
            case "history": return (NumbersDatabase.HistorySql("number = $1 AND revision <= $2"), [Some.Number(1).ToString(), 5L, 50L]);
            default: throw new InvalidOperationException(name);
        }

        return (statement.Sql, statement.Values);

        static StockQuery Query(params StockSource[] sources) => new("+1415555", [.. sources], 0, 15, 500);
    }

    private static Task<string> PlanAsync(TestDatabase db, DatabaseKind kind, string sql, object?[] values) => db.Database.ReadAsync(async (session, ct) =>
    {
        await using var command = session.Cold($"{(kind == DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN")} {sql}", values);
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) lines.Add(reader.GetString(kind == DatabaseKind.Sqlite ? 3 : 0));
        return string.Join('\n', lines);
    }, Some.Ct);

    /// <summary>One database of each engine with enough rows that walking the table is not the cheapest way.</summary>
    public sealed class Filled : IAsyncDisposable
    {
        private readonly Lazy<Task<TestDatabase>> _sqlite = new(() => FillAsync(DatabaseKind.Sqlite));
        private readonly Lazy<Task<TestDatabase>> _postgreSql = new(() => FillAsync(DatabaseKind.PostgreSql));

        public async ValueTask DisposeAsync()
        {
            foreach (var one in new[] { _sqlite, _postgreSql })
                if (one is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await one.Value).DisposeAsync();
        }

        internal Task<TestDatabase> OpenAsync(DatabaseKind kind) => (kind == DatabaseKind.Sqlite ? _sqlite : _postgreSql).Value;

        private static async Task<TestDatabase> FillAsync(DatabaseKind kind)
        {
            var db = await TestDatabases.OpenAsync(kind);
            foreach (var piece in Enumerable.Range(0, 9000).Chunk(3000))
            {
                await db.CreateAsync(piece.Select(i => (i % 5) switch
                {
                    0 => Some.Record(Some.Number(i)),
                    1 => Some.Record(Some.Number(i), carrier: CarrierName.Managed) with { StockAccount = Some.Alice },
                    2 => Some.Record(Some.Number(i), NumberState.Reserved, Some.Alice),
                    3 => Some.Record(Some.Number(i), NumberState.InService, i % 10 == 3 ? Some.Bob : Some.Carol),
                    _ => Some.Record(Some.Number(i), NumberState.Aging) with { DueAt = Some.Time.AddHours(i) },
                }));
            }

            // PostgreSQL counts by itself in time; SQLite never does, so there the plans must be right without.
            if (kind == DatabaseKind.PostgreSql) await db.ExecuteAsync("ANALYZE numbers; ANALYZE number_events");
            return db;
        }
    }
}
