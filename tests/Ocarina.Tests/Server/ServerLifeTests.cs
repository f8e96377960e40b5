using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Manager.Identity;
using Ocarina.Server.Hosting;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>First start, later starts, stopping.</summary>
public sealed class ServerLifeTests
{
    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task A_second_start_keeps_everything(DatabaseKind kind)
    {
        await using var server = await TestServer.StartAsync(kind);
        var (master, account, token) = (server.Master, await server.CreateAccountAsync("Kept"), await server.TokenAsync());

        await server.StopAsync();
        await server.StartAsync();

        Assert.Equal(master, server.Master);
        Assert.Equal(200, (await server.SendAsync("GET", $"/v2/accounts/{account}", token: token)).Status); // the old token as well
    }

    [Theory, MemberData(nameof(TestDatabases.Both), MemberType = typeof(TestDatabases))]
    public async Task The_demo_brings_accounts_and_stock(DatabaseKind kind)
    {
        await using var server = await TestServer.StartAsync(kind, hasDemo: true);

        Assert.True((await server.SendAsync("GET", "/v2/accounts/{A}/descendants")).Data!.AsArray().Count >= 3);
        Assert.Equal(5, (await server.SendAsync("GET", "/v2/accounts/{A}/phone_numbers?prefix=415&quantity=5")).Data!.AsArray().Count);
    }

    [Fact]
    public async Task Stopping_with_requests_open_takes_less_than_five_seconds()
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.Sqlite);
        // An import whose caller never ends it.
        var pipe = new System.IO.Pipelines.Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Address, $"/v2/accounts/{server.Master}/phone_numbers/import"));
        request.Headers.Add("X-Auth-Token", await server.TokenAsync());
        request.Content = new StreamContent(pipe.Reader.AsStream());
        request.Content.Headers.ContentType = new("text/csv");
        await pipe.Writer.WriteAsync("e164,state\n+14155550123,available\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        var open = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.NotNull(await server.SendAsync("GET", "/v2/about"));

        var watch = Stopwatch.StartNew();
        await server.StopAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), watch.Elapsed.ToString());
        await pipe.Writer.CompleteAsync();
        await Record.ExceptionAsync(() => open);
    }

    [Fact]
    public async Task The_data_folder_is_for_its_user_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Rights of files are another matter there.");
        var above = Directory.CreateTempSubdirectory("ocarina-server-").FullName;
        var options = new ServerOptions { Port = 0, HasDemo = false, DataFolder = Path.Combine(above, "data") };
        await using (await ServerHost.BuildAsync(options, ServerSurroundings.Real with { Logging = logging => logging.ClearProviders() }, TestContext.Current.CancellationToken))
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(options.DataFolder));
        }
        Directory.Delete(above, recursive: true);
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_refused()
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.Sqlite);
        var options = new ServerOptions { Port = 0, DataFolder = Directory.CreateTempSubdirectory("ocarina-server-").FullName, Database = server.ConnectionString };

        await Assert.ThrowsAsync<StorageRefusedException>(
            () => ServerHost.BuildAsync(options, ServerSurroundings.Real with { Logging = logging => logging.ClearProviders() }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_503_in_the_envelope_and_not_ready()
    {
        await using var server = await TestServer.StartAsync(DatabaseKind.PostgreSql);
        var token = await server.TokenAsync();
        Assert.Equal(200, (await server.SendAsync("GET", "/health", token: "")).Status);

        // As after a lost primary: nobody may connect, and the connections that were open are cut.
        var name = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString);
        await using (var admin = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "postgres" }.ConnectionString))
        {
            await admin.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new Npgsql.NpgsqlCommand(
                $"ALTER DATABASE {name.Database} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name.Database}'", admin);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var reply = await server.SendAsync("GET", "/v2/accounts/{A}", token: token);
        Assert.Equal((503, "datastore_unreachable"), (reply.Status, (string?)reply.Json["message"]));
        Assert.Equal(503, (await server.SendAsync("GET", "/health", token: "")).Status);
        Assert.Equal(200, (await server.SendAsync("GET", "/health/live", token: "")).Status);
    }

    [Theory]
    [InlineData(null, "generated-password")]
    [InlineData("given", "as given in OCARINA_ADMIN_PASSWORD")]
    public void The_first_start_tells_what_was_made_up_and_repeats_nothing_that_was_given(string? given, string shown)
    {
        var first = new FirstStartResult
        {
            IsFirst = true, Account = AccountId.Parse("10000000000000000000000000000000"), AccountName = "acme",
            AdminPassword = given ?? "generated-password", ApiKey = "key",
        };

        var text = FirstStartBanner.Of(first, new Uri("http://127.0.0.1:8000"), new ServerOptions { AdminPassword = given });

        Assert.Contains("http://127.0.0.1:8000/", text, StringComparison.Ordinal);
        Assert.Contains("acme", text, StringComparison.Ordinal);
        Assert.Contains(shown, text, StringComparison.Ordinal);
        if (given is not null) Assert.DoesNotContain("   given", text, StringComparison.Ordinal);
    }
}
