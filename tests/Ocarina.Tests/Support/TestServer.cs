using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ocarina.Manager.Identity;
using Ocarina.Manager.Secrets;
using Ocarina.Server.Hosting;
using Ocarina.Storage;
using Xunit;

namespace Ocarina.Tests.Support;

/// <summary>The whole server in this process, on a real socket, over a database of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Password = "test-password";

    private readonly ServerOptions _options;
    private readonly ServerSurroundings _around;
    private readonly string _folder;
    private readonly Dictionary<string, string> _tokens = [];
    private ServerHost? _host;

    private TestServer(ServerOptions options, ServerSurroundings around, string folder) => (_options, _around, _folder) = (options, around, folder);

    /// <summary>The API key of the master account.</summary>
    public static string ApiKey { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    /// <summary>The id of the master account.</summary>
    public string Master { get; private set; } = "";

    public HttpClient Client { get; private set; } = new();

    public Uri Address => Host.Address;

    public IServiceProvider Services => Host.Services;

    /// <summary>What its database was opened with.</summary>
    public string ConnectionString => _options.ConnectionString;

    private ServerHost Host => _host ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>Starts one. Skips the calling test when the database is missing on this machine.</summary>
    /// <param name="kind">Which database.</param>
    /// <param name="clock">A clock to be moved; the machine's when absent.</param>
    /// <param name="replace">Replaces services.</param>
    /// <param name="hasDemo">Adds the demo accounts and stock.</param>
    /// <param name="trustedProxy">A proxy in front whose word is believed.</param>
    /// <param name="logging">Where logs go; nowhere when absent.</param>
    public static async Task<TestServer> StartAsync(
        DatabaseKind kind, TimeProvider? clock = null, Action<IServiceCollection>? replace = null, bool hasDemo = false,
        string? trustedProxy = null, Action<ILoggingBuilder>? logging = null)
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-server-").FullName;
        var options = new ServerOptions
        {
            Port = 0, DataFolder = folder, HasDemo = hasDemo, AccountName = "master", AdminPassword = Password, ApiKey = ApiKey, Node = "ocarina@test", Zone = "local",
            Database = kind == DatabaseKind.PostgreSql ? await PostgresFixture.FreshDatabaseAsync() : null,
            TrustedProxies = trustedProxy is null ? [] : [System.Net.IPNetwork.Parse(trustedProxy)],
        };
        var around = new ServerSurroundings(clock ?? TimeProvider.System, logging ?? (quiet => quiet.ClearProviders()), services =>
        {
            // Passwords are hashed with little work: tests log in often.
            services.AddSingleton(provider => new WireCredentials(provider.GetRequiredService<ServerSecrets>(), iterations: 100));
            replace?.Invoke(services);
        });
        var server = new TestServer(options, around, folder);
        await server.StartAsync();
        return server;
    }

    /// <summary>Stops it; the data stays.</summary>
    public async Task StopAsync()
    {
        Client.Dispose();
        if (_host is { } host) await host.DisposeAsync();
        _host = null;
    }

    /// <summary>Starts it over the same data.</summary>
    public async Task StartAsync()
    {
        _host = await ServerHost.BuildAsync(_options, _around, TestContext.Current.CancellationToken);
        await _host.StartAsync(TestContext.Current.CancellationToken);
        Master = _host.First.Account.ToString();
        Client = new HttpClient { BaseAddress = _host.Address, Timeout = Patience.Max };
        _tokens.Clear();
    }

    /// <summary>Another process over the same PostgreSQL database, as far as one process can play it.</summary>
    public async Task<TestServer> StartSiblingAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ocarina-server-").FullName;
        File.Copy(Path.Combine(_folder, MasterKey.FileName), Path.Combine(folder, MasterKey.FileName));
        var options = new ServerOptions { Port = 0, DataFolder = folder, HasDemo = false, Database = _options.ConnectionString, Node = "ocarina@sibling", Zone = "local" };
        var sibling = new TestServer(options, _around, folder);
        await sibling.StartAsync();
        return sibling;
    }

    /// <summary>Makes everybody log in again: their tokens have ended.</summary>
    public void ForgetTokens() => _tokens.Clear();

    /// <summary>A token of an account, by its API key; of the master account when none is named.</summary>
    public async Task<string> TokenAsync(string? account = null)
    {
        account ??= Master;
        if (_tokens.TryGetValue(account, out var known)) return known;
        var key = account == Master ? ApiKey : (await SendAsync("GET", $"/v2/accounts/{account}/api_key")).Data!["api_key"]!.GetValue<string>();
        var reply = await SendAsync("PUT", "/v2/api_auth", $$$"""{"data":{"api_key":"{{{key}}}"}}""", token: "");
        Assert.True(reply.Status == 201, reply.Text);
        return _tokens[account] = reply.Json["auth_token"]!.GetValue<string>();
    }

    /// <summary>Makes an account below another; below the master account when none is named.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateAccountAsync(string name, string? parent = null)
    {
        var reply = await SendAsync("PUT", $"/v2/accounts/{parent ?? Master}", new JsonObject { ["data"] = new JsonObject { ["name"] = name } }.ToJsonString());
        Assert.True(reply.Status == 201, reply.Text);
        return reply.Data!["id"]!.GetValue<string>();
    }

    /// <summary>Sends a request. The text <c>{A}</c> in a path stands for the master account.</summary>
    /// <param name="verb">HTTP verb.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The envelope, or another body.</param>
    /// <param name="token">Token; that of the master account when absent, none when empty.</param>
    /// <param name="type">Content type.</param>
    /// <param name="more">Adds what else is to be sent.</param>
    public async Task<Reply> SendAsync(
        string verb, string path, string? body = null, string? token = null, string type = "application/json", Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(Address, path.Replace("{A}", Master, StringComparison.Ordinal)));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        token ??= await TokenAsync();
        if (token.Length > 0) request.Headers.TryAddWithoutValidation("X-Auth-Token", token);
        more?.Invoke(request);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Reply.ReadAsync(response, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One server for each database, shared by the tests of a class, started by the first that asks.</summary>
public sealed class TestServers : IAsyncLifetime
{
    private readonly Dictionary<DatabaseKind, TestServer> _running = [];

    /// <summary>The server over a database.</summary>
    internal async Task<TestServer> OverAsync(DatabaseKind kind)
    {
        if (!_running.TryGetValue(kind, out var server)) _running[kind] = server = await TestServer.StartAsync(kind);
        return server;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _running.Values) await server.DisposeAsync();
    }
}
