using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ocarina.Conformance.Wire;

namespace Ocarina.Conformance;

/// <summary>A small web server for stubs: give it one handler, it listens on a free port of this machine until it is disposed.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts one.</summary>
    /// <param name="answer">Answers a request; called by several threads at once.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<StubServer> StartAsync(Func<WireRequest, StubReply> answer, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var (app, address) = await LocalServer.StartAsync(http => AnswerAsync(http, answer), ct);
        return new StubServer(app, address);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext http, Func<WireRequest, StubReply> answer)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var reply = answer(new WireRequest(http.Request.Method, http.Request.Path + http.Request.QueryString, headers, await reader.ReadToEndAsync(http.RequestAborted)));
        http.Response.StatusCode = reply.Status;
        if (reply.Body.Length == 0) return;
        http.Response.ContentType = reply.ContentType;
        await http.Response.WriteAsync(reply.Body, Encoding.UTF8, http.RequestAborted);
    }
}

/// <summary>What a stub answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body; empty for none.</param>
/// <param name="ContentType">Its content type.</param>
public sealed record StubReply(int Status, string Body = "", string ContentType = "application/json");
