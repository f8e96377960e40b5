using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ocarina.Tests.Cli;

/// <summary>A server that says what a test wrote down, in the words of http-api.md, and remembers what it was asked.</summary>
internal sealed class ServerStub : IAsyncDisposable
{
    public const string Account = "0123456789abcdef0123456789abcdef";
    public const string ApiKey = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> _replies = new();
    private readonly ConcurrentQueue<StubRequest> _requests = new();
    private WebApplication? _app;

    public string Url { get; private set; } = "";

    /// <summary>All requests, logins among them, in order of arrival.</summary>
    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    /// <summary>All requests but logins.</summary>
    public IReadOnlyList<StubRequest> Calls => [.. _requests.Where(request => !request.Target.EndsWith("_auth", StringComparison.Ordinal))];

    public static string Numbers(string rest) => $"/v2/accounts/{Account}/phone_numbers{rest}";

    /// <summary>Members of an envelope that has a page after it.</summary>
    public static string NextPage(string key) => $",\"page_size\":1,\"next_start_key\":\"{key}\"";

    /// <summary>A stub that already accepts the API key.</summary>
    public static async Task<ServerStub> StartAsync()
    {
        var stub = new ServerStub();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Logging.ClearProviders();
        stub._app = builder.Build();
        stub._app.Run(stub.AnswerAsync);
        await stub._app.StartAsync(TestContext.Current.CancellationToken);
        var server = stub._app.Services.GetRequiredService<IServer>();
        stub.Url = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        stub.Login("token-1");
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null) return;
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token); // a request that was left hanging on purpose is not waited for
        await _app.DisposeAsync();
    }

    /// <summary>The next answer to a login with the API key.</summary>
    public ServerStub Login(string token, string path = "/v2/api_auth") => On(
        "PUT", path, 201, $$"""{"data":{"account_id":"{{Account}}","account_name":"Master","is_reseller":true},"auth_token":"{{token}}","status":"success"}""");

    /// <summary>Answers with a success of this data.</summary>
    public ServerStub Ok(string verb, string target, string data, int status = 200, string more = "") => On(
        verb, target, status, $$"""{"data":{{data}},"node":"n","request_id":"r1","status":"success","timestamp":"2026-03-04T09:12:44"{{more}}}""");

    /// <summary>Answers with an error.</summary>
    public ServerStub Fail(string verb, string target, int status, string message, string data) => On(
        verb, target, status, $$"""{"data":{{data}},"error":"{{status}}","message":"{{message}}","node":"n","request_id":"r1","status":"error"}""");

    public ServerStub On(string verb, string target, int status, string body, string contentType = "application/json") => On(verb, target, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body);
    });

    /// <summary>Answers are used in the order given; the last one again and again.</summary>
    public ServerStub On(string verb, string target, Func<HttpContext, Task> answer)
    {
        _replies.GetOrAdd($"{verb} {target}", _ => new()).Enqueue(answer);
        return this;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new StubRequest(
            context.Request.Method, target, Encoding.UTF8.GetString(body.ToArray()), context.Request.ContentType, context.Request.Headers["X-Auth-Token"])
        {
            Key = context.Request.Headers["Idempotency-Key"],
        };
        _requests.Enqueue(request);

        if (!_replies.TryGetValue($"{request.Verb} {target}", out var answers) || !answers.TryPeek(out var answer))
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"data":{"message":"not found: {{request.Verb}} {{target}}"},"error":"404","message":"not_found","status":"error"}""");
            return;
        }

        if (answers.Count > 1) answers.TryDequeue(out answer);
        await (answer ?? throw new InvalidOperationException("Another request took the answer."))(context);
    }
}

internal sealed record StubRequest(string Verb, string Target, string Body, string? ContentType, string? Token)
{
    public string? Key { get; init; }

    public override string ToString() => Body.Length == 0 ? $"{Verb} {Target}" : $"{Verb} {Target} {Body}";
}
