using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ocarina.Tests.Carriers;

/// <summary>A request as a stub saw it.</summary>
internal sealed record StubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Something that answers HTTP on a real socket as a test wants it, and remembers what it was asked.</summary>
internal sealed class CarrierStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CarrierStub(WebApplication app) => _app = app;

    public ConcurrentQueue<StubRequest> Seen { get; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts one on a free port.</summary>
    public static async Task<CarrierStub> StartAsync(Func<HttpContext, StubRequest, Task> answer, Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen ?? (_ => { })));
        if (listen is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var stub = new CarrierStub(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var seen = new StubRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, await reader.ReadToEndAsync());
            stub.Seen.Enqueue(seen);
            await answer(context, seen);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        stub.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return stub;
    }

    /// <summary>One that answers always the same.</summary>
    public static Task<CarrierStub> SayingAsync(int status, string body = "", string type = "text/xml", params (string Name, string Value)[] headers) =>
        StartAsync((context, _) => SayAsync(context, status, body, type, headers));

    public static async Task SayAsync(HttpContext context, int status, string body = "", string type = "text/xml", params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(body, Encoding.UTF8);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>Reads one request per connection and does with the connection what a test wants: hangs up, stays silent, sends nonsense.</summary>
internal sealed class RawStub : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public RawStub(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _loop = Task.Run(() => LoopAsync(answer));
    }

    public Uri Address { get; }

    /// <summary>The requests that arrived whole or in part.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _listener.Dispose();
    }

    private async Task LoopAsync(Func<NetworkStream, CancellationToken, Task> answer)
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), answer));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> answer)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var buffer = new byte[64 * 1024];
                var length = await stream.ReadAsync(buffer, _stop.Token);
                if (length > 0) Seen.Enqueue(Encoding.UTF8.GetString(buffer, 0, length));
                await answer(stream, _stop.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // the other side, or the test, is done with it
        }
    }
}
