using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ocarina.Conformance.Wire;
using Xunit;

namespace Ocarina.Tests.Telling;

/// <summary>Somebody's system on a free port: takes webhooks, and answers as a test wants.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _calls = new();
    private WebApplication? _app;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>What it answers; 200 at first.</summary>
    public Func<Received, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What came, oldest first.</summary>
    public IReadOnlyList<Received> Calls => [.. _calls];

    public static async Task<HookReceiver> StartAsync()
    {
        var receiver = new HookReceiver();
        (receiver._app, receiver.Address) = await LocalServer.StartAsync(receiver.TakeAsync, TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers with a status from now on.</summary>
    public void AnswerWith(int status) => Answer = (_, http) =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var call = new Received(
            http.Request.Method, http.Request.Path.Value ?? "", http.Request.QueryString.Value ?? "", await reader.ReadToEndAsync(),
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        _calls.Enqueue(call);
        await Answer(call, http);
    }

    internal sealed record Received(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers);
}
