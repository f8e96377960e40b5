using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Ocarina.Conformance.Wire;

/// <summary>The wire between module and stub: it sees every request, and it can fail in every way that wires and carriers fail.</summary>
internal sealed class WireTap : IAsyncDisposable
{
    private const int HugeBytes = 100 * 1024 * 1024;
    private const int HugeFast = 33 * 1024 * 1024;
    private static readonly string[] OwnHeaders = ["Host", "Connection", "Accept-Encoding", "Content-Length", "Transfer-Encoding"];

    private readonly ICarrierStub _stub;
    private readonly HttpClient _upstream;
    private readonly Lock _lock = new();
    private readonly List<WireRequest> _seen = [];
    private readonly List<WireFault> _faults = [];
    private WebApplication? _app;
    private int _inFlight;

    private WireTap(ICarrierStub stub)
    {
        _stub = stub;
        _upstream = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });
    }

    /// <summary>Where the module believes the carrier to be.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Most requests that were open at one moment.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Requests that are open now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How much of one huge reply was taken, at most.</summary>
    public long HugeSent { get; private set; }

    /// <summary>All requests so far, in order.</summary>
    public IReadOnlyList<WireRequest> Seen
    {
        get { lock (_lock) return [.. _seen]; }
    }

    public static async Task<WireTap> StartAsync(ICarrierStub stub, CancellationToken ct)
    {
        var tap = new WireTap(stub);
        (tap._app, tap.Address) = await LocalServer.StartAsync(tap.ServeAsync, ct);
        return tap;
    }

    public IReadOnlyList<WireRequest> SeenOf(params WireAct[] acts) => [.. Seen.Where(request => acts.Contains(request.Act))];

    public void Add(WireFault fault)
    {
        lock (_lock) _faults.Add(fault);
    }

    /// <summary>Forgets faults, and requests too.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _faults.Clear();
            _seen.Clear();
            MostInFlight = _inFlight;
        }
    }

    public void ClearFaults()
    {
        lock (_lock) _faults.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _upstream.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var (request, fault) = await TakeAsync(http);
        var isOpen = true;
        try
        {
            await AnswerAsync(http, request, fault, Close);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException)
        {
            request.Status ??= 0;
            http.Abort();
        }
        finally
        {
            Close();
        }

        // Before the reply is written: the module may send the next request while we still come back from this one.
        void Close()
        {
            if (isOpen) Interlocked.Decrement(ref _inFlight);
            isOpen = false;
        }
    }

    private async Task<(WireRequest Request, WireFault? Fault)> TakeAsync(HttpContext http)
    {
        lock (_lock) MostInFlight = Math.Max(MostInFlight, Interlocked.Increment(ref _inFlight));
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, CancellationToken.None);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new WireRequest(http.Request.Method, http.Request.Path + http.Request.QueryString, headers, Encoding.UTF8.GetString(body.ToArray()))
        {
            At = Stopwatch.GetTimestamp(),
        };
        request.Act = _stub.ActOf(request);
        lock (_lock)
        {
            _seen.Add(request);
            var fault = _faults.Find(fault => fault.Times > 0 && fault.On(request));
            if (fault is null) return (request, null);
            if (fault.Skip-- > 0) return (request, null);
            if (fault.Times != int.MaxValue) fault.Times--;
            return (request, fault);
        }
    }

    private async Task AnswerAsync(HttpContext http, WireRequest request, WireFault? fault, Action close)
    {
        switch (fault?.Kind)
        {
            case WireFaultKind.HangUpBeforeReading or WireFaultKind.HangUpBeforeBooking:
                Drop(http, request);
                return;
            case WireFaultKind.Reply:
                await SayAsync(http, request, new Upstream(fault.Status, fault.ContentType, fault.Headers, fault.Body), close);
                return;
            case WireFaultKind.Echo:
                var shown = string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}")) + "\n\n" + request.Body;
                await SayAsync(http, request, new Upstream(400, "text/plain", [], Encoding.UTF8.GetBytes(shown)), close);
                return;
            case WireFaultKind.Huge:
                await SayHugeAsync(http, request, fault);
                return;
            case WireFaultKind.Stall:
                // An order that was sent is the carrier's, whether the module still waits or not.
                await Task.Delay(fault.Delay, request.IsWrite ? CancellationToken.None : http.RequestAborted);
                break;
        }

        var reply = await ForwardAsync(http, request);
        switch (fault?.Kind)
        {
            case WireFaultKind.HangUpAfterBooking:
                Drop(http, request);
                return;
            case WireFaultKind.BookThenReply:
                reply = new Upstream(fault.Status, fault.ContentType, fault.Headers, fault.Body);
                break;
            case WireFaultKind.Rewrite:
                reply = reply with { Body = fault.Change!(reply.Body) }; // a rewriting fault has one
                break;
            case WireFaultKind.HangUpMidReply:
                http.Response.StatusCode = reply.Status;
                http.Response.ContentType = reply.ContentType;
                http.Response.ContentLength = reply.Body.Length + 1;
                await http.Response.Body.WriteAsync(reply.Body.AsMemory(0, reply.Body.Length / 2));
                await http.Response.Body.FlushAsync();
                Drop(http, request);
                return;
        }

        await SayAsync(http, request, reply, close);
    }

    private async Task<Upstream> ForwardAsync(HttpContext http, WireRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_stub.Address.GetLeftPart(UriPartial.Authority) + request.Target));
        if (request.Body.Length > 0 || http.Request.ContentLength is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
            if (http.Request.ContentType is { } type) message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in request.Headers)
            if (!OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)) message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.Host = http.Request.Host.Value; // so that addresses in replies lead here again
        request.WasForwarded = true;
        using var reply = await _upstream.SendAsync(message, CancellationToken.None);
        var headers = reply.Headers.Where(header => header.Key is not ("Transfer-Encoding" or "Connection" or "Date"))
            .SelectMany(header => header.Value.Select(value => (header.Key, value))).ToList();
        return new Upstream((int)reply.StatusCode, reply.Content.Headers.ContentType?.ToString(), headers, await reply.Content.ReadAsByteArrayAsync());
    }

    private static async Task SayAsync(HttpContext http, WireRequest request, Upstream reply, Action close)
    {
        request.Status = reply.Status;
        http.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers) http.Response.Headers.Append(name, value);
        close();
        if (reply.Body.Length == 0 || reply.Status == 204) return;
        if (reply.ContentType is not null) http.Response.ContentType = reply.ContentType;
        http.Response.ContentLength = reply.Body.Length;
        await http.Response.Body.WriteAsync(reply.Body);
    }

    private async Task SayHugeAsync(HttpContext http, WireRequest request, WireFault fault)
    {
        request.Status = 200;
        http.Response.ContentType = fault.ContentType;
        await http.Response.Body.WriteAsync(fault.Body);
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)' ');
        for (long sent = 0; sent < HugeBytes; sent += piece.Length)
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            lock (_lock) HugeSent = Math.Max(HugeSent, sent);
            // What is written to a connection that is closed vanishes at once; time is given for the news of it to come.
            if (sent > HugeFast && sent % (1024 * 1024) == 0) await Task.Delay(100, http.RequestAborted);
        }
    }

    private static void Drop(HttpContext http, WireRequest request)
    {
        request.Status = 0;
        http.Abort();
    }

    private sealed record Upstream(int Status, string? ContentType, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body);
}
