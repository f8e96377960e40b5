using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Manager.Identity;
using Ocarina.Server.Hosting;
using Ocarina.Storage;
using Ocarina.Tests.Support;
using Xunit;

namespace Ocarina.Tests.Server;

/// <summary>Secrets and subscribers' numbers never reach the log, whatever happens (`design.md` 2, promise 10).</summary>
public sealed class LogTests
{
    private const string Number = "4155550123";

    [Fact]
    public async Task Tokens_passwords_keys_and_numbers_are_not_logged()
    {
        using var log = new Capture();
        await using var server = await TestServer.StartAsync(DatabaseKind.Sqlite, logging: logging =>
        {
            ServerLogging.Configure(logging);
            logging.ClearProviders();
            logging.AddProvider(log);
            logging.AddFilter<Capture>("Ocarina", LogLevel.Trace);
        });
        var token = await server.TokenAsync();
        var credential = WireCredentials.Of(CredentialMethod.Md5, "admin", TestServer.Password);

        await server.SendAsync("PUT", "/v2/user_auth", new JsonObject { ["data"] = new JsonObject { ["credentials"] = credential, ["account_name"] = "master" } }.ToJsonString(), "");
        await server.SendAsync("GET", $"/v2/accounts/{{A}}/phone_numbers/{Number}?auth_token={token}", token: "");
        await server.SendAsync("PUT", $"/v2/accounts/{{A}}/phone_numbers/{Number}", """{"data":{"note":"private words"}}""");
        await server.SendAsync("PUT", $"/v2/accounts/{{A}}/phone_numbers/{Number}/activate");
        await server.SendAsync("PATCH", "/v2/system_configs/number_manager.bandwidth2/default", """{"data":{"api_password":"carrier-secret"}}""");
        await server.SendAsync("POST", "/v2/accounts/{A}", "{not json " + Number);
        await server.SendAsync("GET", $"/v2/user_auth/{token}");

        var text = string.Join('\n', log.Lines);
        Assert.Contains("/v2/accounts/{account}/phone_numbers/{number}/activate", text, StringComparison.Ordinal); // requests are logged, by their route
        foreach (var secret in (string[])[token, credential, TestServer.Password, TestServer.ApiKey, Number, "private words", "carrier-secret"])
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Capture : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
