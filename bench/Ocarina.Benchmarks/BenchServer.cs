using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Manager.Jobs;
using Ocarina.Server.Hosting;
using Ocarina.Storage;

namespace Ocarina.Benchmarks;

/// <summary>The whole server in this process over a database of its own, listening; its timers run only when told to.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string ApiKey = "00000000000000000000000000000000000000000000000000000000000000bb";
    private readonly BenchDatabase _database;
    private readonly ServerHost _host;

    private BenchServer(BenchDatabase database, ServerHost host, HttpClient client, string token) =>
        (_database, _host, Client, Token) = (database, host, client, token);

    /// <summary>A client logged in as the master account.</summary>
    public HttpClient Client { get; }

    public string Token { get; }

    public Uri Address => _host.Address;

    public AccountId Master => _host.First.Account;

    /// <summary>Path of the master account's numbers.</summary>
    public string Numbers => $"/v2/accounts/{Master}/phone_numbers";

    public IDatabase Database => Get<IDatabase>();

    /// <summary>Path of the file, on SQLite.</summary>
    public string File => $"{_database.Folder}/ocarina.db";

    public string? ConnectionString => _database.ConnectionString;

    /// <summary>Starts one.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="replace">Replaces services.</param>
    public static async Task<BenchServer> StartAsync(DatabaseKind kind, Action<IServiceCollection>? replace = null)
    {
        var database = kind == DatabaseKind.PostgreSql ? await BenchDatabase.OnPostgreSqlAsync() : BenchDatabase.OnSqlite();
        var options = new ServerOptions { Port = 0, DataFolder = database.Folder, Database = database.ConnectionString, HasDemo = false, ApiKey = ApiKey };
        var host = await ServerHost.BuildAsync(options, new ServerSurroundings(TimeProvider.System, logging => logging.ClearProviders(), WithoutTimers + replace), CancellationToken.None);
        await host.StartAsync(CancellationToken.None);
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = host.Address, Timeout = TimeSpan.FromMinutes(5) };
        var reply = await client.PutAsJsonAsync("/v2/api_auth", new JsonObject { ["data"] = new JsonObject { ["api_key"] = ApiKey } });
        var token = JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["auth_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Add("X-Auth-Token", token);
        return new BenchServer(database, host, client, token);
    }

    public T Get<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Fills the tables with rows and their first events by plain SQL, much faster than anybody could buy them. Their hashes are made up.</summary>
    /// <param name="first">The first number without its plus: eleven digits.</param>
    /// <param name="count">How many.</param>
    /// <param name="state">Their state.</param>
    /// <param name="dueAt">When the first thousand are due, in Unix milliseconds, each next thousand a millisecond later; in that state since 90 days before.</param>
    public async Task FillAsync(long first, long count, NumberState state, long? dueAt = null)
    {
        var isSqlite = Database.Kind == DatabaseKind.Sqlite;
        var due = dueAt is { } time ? $"{time.ToString(CultureInfo.InvariantCulture)} + i / 1000" : "NULL";
        var since = dueAt is null ? "1772000000000" : $"{due} - {(long)TimeSpan.FromDays(90).TotalMilliseconds}";
        var series = isSqlite
            ? $"WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i + 1 < {count.ToString(CultureInfo.InvariantCulture)}) "
            : "";
        var from = isSqlite ? "s" : $"generate_series(0::bigint, {(count - 1).ToString(CultureInfo.InvariantCulture)}) AS s(i)";
        var hash = isSqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
        var number = $"'+' || CAST({first.ToString(CultureInfo.InvariantCulture)} + i AS TEXT)";
        var packed = ((11L << 50) | (1L << 54)).ToString(CultureInfo.InvariantCulture);
        var body = $"'{{\"number\":\"' || {number} || '\",\"revision\":1,\"time\":1772000000000,\"actor\":\"system\",\"action\":\"imported\",\"record\":{{\"number\":\"' || {number} || "
            + $"'\",\"state\":\"{state.Name()}\",\"carrier\":\"inventory\",\"state_since\":1772000000000,\"revision\":1,\"held_at_carrier\":true,\"reserve_history\":[],\"features\":{{}},"
            + "\"carrier_data\":{},\"public_fields\":{},\"ported_in\":false,\"created\":1772000000000,\"modified\":1772000000000}}'";
        string[] statements =
        [
            $"{series}INSERT INTO numbers (number, packed_key, state, carrier, state_since, due_at, revision, last_hash, held_at_carrier, reserve_history, features, carrier_data, public_fields, ported_in, created, modified) "
            + $"SELECT {number}, {first.ToString(CultureInfo.InvariantCulture)} + i + {packed}, '{state.Name()}', 'inventory', {since}, {due}, 1, {hash}, 1, '[]', '{{}}', '{{}}', '{{}}', 0, 1772000000000, 1772000000000 FROM {from}",
            $"{series}INSERT INTO number_events (number, revision, time, body, hash) SELECT {number}, 1, 1772000000000, {body}, {hash} FROM {from}",
        ];
        foreach (var sql in statements)
            await Database.WriteAsync(
                (session, ct) => session.Connection.ExecuteAsync(new CommandDefinition(sql, null, session.Transaction, 600, cancellationToken: ct)), WriteLane.Foreground, CancellationToken.None);
    }

    /// <summary>What autovacuum does on PostgreSQL, done at once. SQLite stays as the product leaves it.</summary>
    public async Task SettleAsync()
    {
        if (Database.Kind == DatabaseKind.Sqlite) return;
        await using var connection = new Npgsql.NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync("VACUUM ANALYZE", commandTimeout: 600);
        await connection.ExecuteAsync("CHECKPOINT", commandTimeout: 600, commandType: System.Data.CommandType.Text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static void WithoutTimers(IServiceCollection services)
    {
        foreach (var service in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(NumberTimers)).ToList())
            services.Remove(service);
    }
}
