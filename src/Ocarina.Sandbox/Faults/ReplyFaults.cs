using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Wire;

namespace Ocarina.Sandbox.Faults;

/// <summary>What an action does on the wire.</summary>
internal sealed class ReplyFaults(SandboxWorld world)
{
    private const int DelayDefaultMs = 1000;
    private const int SlowBodyDefaultMs = 5000;
    private const int BookThenDelayDefaultMs = 120_000;
    private const int SlowPieces = 16;
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private static readonly TimeSpan BytesLeave = TimeSpan.FromMilliseconds(50); // a reset may overtake what was written just before it

    private readonly ConcurrentDictionary<string, SandboxReply> _earlier = new(StringComparer.Ordinal);
    private readonly DrawStream _delays = world.Draws.Stream("delays");

    /// <summary>Closes the connection with a reset; not a byte of a reply has left.</summary>
    public static void Drop(HttpContext http, JournalEntry entry)
    {
        entry.Status = 0;
        http.Abort();
    }

    /// <summary>Keeps a reply for <c>other_reply</c>.</summary>
    public void Remember(SandboxCall call, SandboxReply reply) => _earlier[call.Operation.Carrier] = reply;

    /// <summary>Answers in the carrier's place; nothing was booked.</summary>
    public async Task InsteadAsync(SandboxCall call, FaultRule fault)
    {
        switch (fault.Action)
        {
            case FaultActions.DropBeforeRead or FaultActions.DropAfterHeaders:
                Drop(call.Http, call.Entry);
                break;
            case FaultActions.Nested:
                await StreamAsync(call, Nonsense.Nested(IsJson(call)));
                break;
            case FaultActions.Huge:
                await StreamAsync(call, Nonsense.Huge(IsJson(call)));
                break;
            default:
                await ReplyWriter.SendAsync(call.Http, call.Entry, Substitute(call, fault));
                break;
        }
    }

    /// <summary>Lets the reply of a carrier that has done its work suffer.</summary>
    public async Task AfterAsync(SandboxCall call, FaultRule fault, SandboxReply reply)
    {
        var (http, entry) = (call.Http, call.Entry);
        switch (fault.Action)
        {
            case FaultActions.Delay:
                await WaitAsync(fault, DelayDefaultMs, http.RequestAborted);
                await ReplyWriter.SendAsync(http, entry, reply);
                break;
            case FaultActions.BookThenDelay:
                await WaitAsync(fault, BookThenDelayDefaultMs, http.RequestAborted);
                await ReplyWriter.SendAsync(http, entry, reply);
                break;
            case FaultActions.SlowBody:
                await DripAsync(call, reply, fault.DelayMs ?? SlowBodyDefaultMs);
                break;
            case FaultActions.DropAfterBooking:
                Drop(http, entry);
                break;
            case FaultActions.DropMidReply:
                await CutAsync(call, reply, announced: reply.Body.Length, sent: reply.Body.Length / 2);
                break;
            case FaultActions.WrongLength:
                await CutAsync(call, reply, announced: reply.Body.Length + 64, sent: reply.Body.Length);
                break;
            default:
                await ReplyWriter.SendAsync(http, entry, Changed(call, fault, reply));
                break;
        }
    }

    private SandboxReply Changed(SandboxCall call, FaultRule fault, SandboxReply reply) => fault.Action switch
    {
        FaultActions.Truncated => reply with { Body = reply.Body[..(reply.Body.Length / 2)] },
        FaultActions.WrongCharset => reply with { ContentType = (reply.ContentType ?? "text/xml").Split(';')[0] + "; charset=utf-16" },
        FaultActions.Bom => reply with { Body = [.. ByteOrderMark, .. reply.Body] },
        FaultActions.BookThen500 => SandboxReply.Plain(500, "text/plain", "Internal Server Error"),
        FaultActions.BookThenNonsense => Nonsense.Malformed(IsJson(call)),
        FaultActions.OtherReply => _earlier.GetValueOrDefault(call.Operation.Carrier, reply),
        _ => reply,
    };

    private SandboxReply Substitute(SandboxCall call, FaultRule fault)
    {
        var reply = fault.Action switch
        {
            FaultActions.Html502 => Nonsense.Page(502, "Bad Gateway"),
            FaultActions.Html200 => Nonsense.Page(200, "Please log in"),
            FaultActions.Empty200 => SandboxReply.Empty(200),
            FaultActions.NoContent => SandboxReply.Empty(204),
            FaultActions.GzipBomb => Nonsense.GzipBomb(IsJson(call)),
            FaultActions.Malformed => Nonsense.Malformed(IsJson(call)),
            FaultActions.Dtd => Nonsense.Dtd(),
            FaultActions.UnexpectedRoot => Nonsense.UnexpectedRoot(IsJson(call)),
            FaultActions.EchoCredentials => Nonsense.Echo(call),
            FaultActions.Redirect => SandboxReply.Empty(302).With("Location", fault.Location ?? "http://elsewhere.example" + call.Path),
            _ => WithStatus(call, fault),
        };
        return fault.RetryAfterS is { } seconds ? reply.With("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)) : reply;
    }

    private SandboxReply WithStatus(SandboxCall call, FaultRule fault)
    {
        var status = fault.Status ?? 500;
        return world.Carrier(call.Operation.Carrier)?.Error(call, status, fault.Code, "Made up by a rule of the sandbox.")
            ?? SandboxReply.Empty(status);
    }

    private Task WaitAsync(FaultRule fault, int defaultMs, CancellationToken hungUp)
    {
        var ms = fault.DelayMs ?? defaultMs;
        if (fault.DelayMaxMs is { } max) ms = _delays.Between(ms, max + 1);
        return WaitAsync(TimeSpan.FromMilliseconds(Math.Max(ms, 0)), hungUp);
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken hungUp)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hungUp, world.Stopping);
        await Task.Delay(time, either.Token);
    }

    private async Task DripAsync(SandboxCall call, SandboxReply reply, int overMs)
    {
        ReplyWriter.Begin(call.Http, call.Entry, reply, reply.Body.Length);
        var size = Math.Max(1, (reply.Body.Length + SlowPieces - 1) / SlowPieces);
        foreach (var piece in reply.Body.Chunk(size))
        {
            await call.Http.Response.Body.WriteAsync(piece, call.Http.RequestAborted);
            await call.Http.Response.Body.FlushAsync(call.Http.RequestAborted);
            await WaitAsync(TimeSpan.FromMilliseconds((double)overMs / SlowPieces), call.Http.RequestAborted);
        }
    }

    private async Task CutAsync(SandboxCall call, SandboxReply reply, long announced, int sent)
    {
        ReplyWriter.Begin(call.Http, call.Entry, reply, Math.Max(announced, 1));
        await call.Http.Response.Body.WriteAsync(reply.Body.AsMemory(0, sent), call.Http.RequestAborted);
        await call.Http.Response.Body.FlushAsync(call.Http.RequestAborted);
        await WaitAsync(BytesLeave, call.Http.RequestAborted);
        call.Http.Abort();
    }

    private static async Task StreamAsync(SandboxCall call, (SandboxReply Head, IEnumerable<byte[]> Pieces) document)
    {
        ReplyWriter.Begin(call.Http, call.Entry, document.Head, null);
        foreach (var piece in document.Pieces) await call.Http.Response.Body.WriteAsync(piece, call.Http.RequestAborted);
    }

    private static bool IsJson(SandboxCall call) =>
        call.Operation.Carrier == "voxbone" || (call.Header("Accept") ?? "").Contains("application/json", StringComparison.OrdinalIgnoreCase);
}
