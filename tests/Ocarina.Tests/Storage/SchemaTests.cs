using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Storage;
using Ocarina.Storage.Migrations;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class SchemaTests
{
    /// <summary>Everything that only PostgreSQL has, on purpose.</summary>
    private static readonly string[] OnlyPostgreSql =
    [
        "number_events(xid, seq) index", // SQLite has one writer, so its sequence is its order of commits
        "number_events.xid XID8 not null",
    ];

    [Fact]
    public async Task Both_engines_have_the_same_tables_columns_and_indexes()
    {
        await using var sqlite = await TestDatabases.OpenAsync(DatabaseKind.Sqlite);
        await using var postgres = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);

        var left = await SchemaDump.ReadAsync(sqlite);
        var right = await SchemaDump.ReadAsync(postgres);

        Assert.Contains("numbers(number) unique", left);
        Assert.Equal([], left.Except(right));
        Assert.Equal(OnlyPostgreSql, right.Except(left));
    }

    [Fact]
    public async Task Text_is_compared_byte_by_byte_on_postgresql_too()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);

        var others = await db.ScalarAsync<string>(
            """
            SELECT string_agg(c.relname || '.' || a.attname, ', ') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND a.atttypid = 'text'::regtype
              AND a.attcollation <> 'pg_catalog."C"'::regcollation
            """);

        Assert.Null(others);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task Opening_again_applies_nothing_and_keeps_everything(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        var before = (await db.CreateAsync([Some.Record(Some.Number(1))]))[0];

        await db.ReopenAsync();

        Assert.Equal(before, await db.LoadAsync(Some.Number(1)));
        Assert.Equal(MigrationScript.LoadAll(kind).Count, await db.ScalarAsync<long>("SELECT count(*) FROM schema_migrations"));
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_database_of_a_newer_version_is_refused(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.ExecuteAsync("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, '9999_future.sql', 'x', 0)");

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(db.ReopenAsync);

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        Assert.Contains("9999_future.sql", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        await db.ExecuteAsync("UPDATE schema_migrations SET checksum = 'other' WHERE version = 1");

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(db.ReopenAsync);

        Assert.Contains("0001_numbers.sql", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_migration_that_fails_leaves_nothing_of_itself_behind(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);
        MigrationScript[] scripts =
        [
            .. MigrationScript.LoadAll(kind),
            new(MigrationScript.LoadAll(kind).Count + 1, "next.sql", "CREATE TABLE half (id BIGINT); INSERT INTO nowhere VALUES (1);"),
        ];

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            MigrationRunner.RunAsync(db.Database, scripts, TimeProvider.System, NullLogger.Instance, Some.Ct));

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.ScalarAsync<long>("SELECT count(*) FROM half"));
        await db.ReopenAsync();
    }

    [Fact]
    public async Task Processes_that_start_together_migrate_once()
    {
        var connectionString = await PostgresFixture.FreshDatabaseAsync();
        var options = new StorageOptions { ConnectionString = connectionString };

        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => DatabaseOpener.OpenAsync(options, NullLogger.Instance, Some.Ct)));

        foreach (var database in opened) await database.DisposeAsync();
    }

    [Theory]
    [InlineData("one\r\ntwo", "one\ntwo")]
    public void A_checksum_does_not_depend_on_the_line_ends_of_a_checkout(string left, string right) =>
        Assert.Equal(new MigrationScript(1, "a", left).Checksum, new MigrationScript(1, "a", right).Checksum);
}
