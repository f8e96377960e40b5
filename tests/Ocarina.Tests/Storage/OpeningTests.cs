using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Ocarina.Storage;
using Ocarina.Storage.PostgreSql;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Storage;

public sealed class OpeningTests
{
    [Fact]
    public async Task A_second_opening_of_one_sqlite_file_is_refused_until_the_first_is_closed()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.Sqlite);

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(() => OpenAsync(db.Options.ConnectionString));

        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        await db.ReopenAsync();
    }

    [Fact]
    public async Task The_lock_of_another_process_is_respected()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.Sqlite);
        await db.Database.DisposeAsync();
        var file = db.Options.ConnectionString["Data Source=".Length..];
        using var other = Process.Start(new ProcessStartInfo("flock", ["--exclusive", $"{file}.lock", "sh", "-c", "echo locked; cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("flock did not start");
        Assert.Equal("locked", await other.StandardOutput.ReadLineAsync(Some.Ct));

        await Assert.ThrowsAsync<StorageRefusedException>(() => OpenAsync(db.Options.ConnectionString));

        other.StandardInput.Close();
        await other.WaitForExitAsync(Some.Ct);
        await db.ReopenAsync();
    }

    [Fact]
    public async Task A_sqlite_file_is_for_its_owner_alone_and_keeps_what_is_acknowledged()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.Sqlite);
        var file = db.Options.ConnectionString["Data Source=".Length..];

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, await db.Database.WriteAsync((session, ct) => PragmaAsync(session, "synchronous", ct), WriteLane.Foreground, Some.Ct));
        Assert.Equal(1, await db.Database.WriteAsync((session, ct) => PragmaAsync(session, "foreign_keys", ct), WriteLane.Foreground, Some.Ct));
        Assert.Equal("wal", await db.ScalarAsync<string>("PRAGMA journal_mode"));
        Assert.True(Version.Parse(await db.ScalarAsync<string>("SELECT sqlite_version()") ?? "0.0") >= new Version(3, 38), "the system's library is taken, not the bundled one of 2021");
    }

    [Fact]
    public async Task A_reader_of_sqlite_cannot_write()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.Sqlite);

        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => db.ScalarAsync<long>("DELETE FROM versions"));
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=")]
    [InlineData("Data Source=file:x?mode=memory")]
    [InlineData("what is this")]
    [InlineData("Host=127.0.0.1;NoSuchKey=1")]
    [InlineData("postgres://")]
    public async Task A_connection_string_that_makes_no_sense_is_refused(string text) =>
        await Assert.ThrowsAsync<StorageRefusedException>(() => OpenAsync(text));

    [Theory]
    [InlineData("postgres://app:p%40ss@db.example:5433/num%20bers?sslmode=verify-full&application_name=x", "db.example:5433", "app", "p@ss", "num bers", SslMode.VerifyFull)]
    [InlineData("postgresql://h1:5432,h2:5433/ocarina", "h1:5432,h2:5433", null, null, "ocarina", SslMode.Prefer)]
    public void An_address_is_read_as_hosting_tools_write_it(string url, string host, string? user, string? password, string database, SslMode ssl)
    {
        var settings = PostgreSqlUrl.Read(url);

        Assert.Equal((host, user, password, database, ssl), (settings.Host, settings.Username, settings.Password, settings.Database, settings.SslMode));
    }

    [Fact]
    public async Task A_postgresql_database_of_another_encoding_is_refused()
    {
        var connectionString = await PostgresFixture.FreshDatabaseAsync("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");

        var refused = await Assert.ThrowsAsync<StorageRefusedException>(() => OpenAsync(connectionString));

        Assert.Contains("UTF8", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_do_not_show_the_password() =>
        Assert.DoesNotContain("secret", new StorageOptions { ConnectionString = "Host=h;Password=secret" }.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_listener_hears_of_a_version_after_its_commit()
    {
        await using var db = await TestDatabases.OpenAsync(DatabaseKind.PostgreSql);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Some.Ct);
        using var heard = new SemaphoreSlim(0);
        var listening = Versions.ListenAsync(db.Database, () => heard.Release(), TimeProvider.System, NullLogger.Instance, stop.Token);
        await heard.WaitAsync(Some.Ct); // it listens

        await db.Database.WriteAsync((session, ct) => Versions.BumpAsync(session, VersionKinds.Accounts, ct), WriteLane.Foreground, Some.Ct);
        await heard.WaitAsync(Some.Ct);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_version_of_an_unknown_kind_is_an_error(DatabaseKind kind)
    {
        await using var db = await TestDatabases.OpenAsync(kind);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            db.Database.WriteAsync((session, ct) => Versions.BumpAsync(session, "weather", ct), WriteLane.Foreground, Some.Ct));
    }

    private static Task<IDatabase> OpenAsync(string connectionString) =>
        DatabaseOpener.OpenAsync(new StorageOptions { ConnectionString = connectionString }, NullLogger.Instance, Some.Ct);

    private static async Task<long> PragmaAsync(DbSession session, string name, CancellationToken ct) =>
        (long)(await session.Hot($"PRAGMA {name}").ExecuteScalarAsync(ct) ?? -1L);
}
