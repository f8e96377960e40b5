using Microsoft.AspNetCore.Http;
using Ocarina.Sandbox.Faults;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Wire;

/// <summary>The one way every request of the carriers' port takes: journal, limit, fault, carrier, disk, fault, reply.</summary>
internal sealed class CallPipeline(SandboxWorld world)
{
    private const int BodyMaxBytes = 4 * 1024 * 1024;

    private readonly ReplyFaults _faults = new(world);

    /// <summary>Serves one request from its first byte to its last.</summary>
    public async Task RunAsync(HttpContext http, Func<SandboxCall, Operation> operation, Func<SandboxCall, SandboxReply> handler)
    {
        var entry = EntryOf(http);
        world.Journal.Add(entry);
        try
        {
            await ServeAsync(http, entry, operation, handler);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            entry.Status ??= 0; // the customer hung up
        }
        catch (OperationCanceledException) when (world.Stopping.IsCancellationRequested)
        {
            entry.Status ??= 0;
            http.Abort();
        }
    }

    private async Task ServeAsync(
        HttpContext http, JournalEntry entry, Func<SandboxCall, Operation> operation, Func<SandboxCall, SandboxReply> handler)
    {
        var header = http.Request.Headers["X-Sandbox-Fault"].ToString();
        var forced = header == "" ? null : FaultRule.FromHeader(header);
        if (forced?.Action == FaultActions.DropBeforeRead)
        {
            ReplyFaults.Drop(http, entry);
            return;
        }

        if (await ReadAsync(http) is not { } body)
        {
            await ReplyWriter.SendAsync(http, entry, SandboxReply.Plain(413, "text/plain", "Request Entity Too Large"));
            return;
        }

        var call = new SandboxCall(world, http, body, entry) { HeaderFault = forced };
        entry.Body = Masking.Body(call.Text);
        call.Operation = operation(call);
        (entry.Carrier, entry.Operation) = (call.Operation.Carrier, call.Operation.Name);

        if (header != "" && forced is null)
        {
            await ReplyWriter.SendAsync(http, entry, SandboxReply.Plain(400, "text/plain", "X-Sandbox-Fault makes no sense."));
            return;
        }

        await AnswerAsync(call, handler);
    }

    private async Task AnswerAsync(SandboxCall call, Func<SandboxCall, SandboxReply> handler)
    {
        var carrier = world.Carrier(call.Operation.Carrier);
        if (carrier?.Limit(call) is { } refusal)
        {
            await ReplyWriter.SendAsync(call.Http, call.Entry, refusal);
            return;
        }

        // Found out here and not by the rules: they hold a lock while they decide, and carriers hold theirs while they ask them.
        call.Numbers = carrier?.NumbersIn(call) ?? [];
        var fault = world.Faults.Decide(call);
        if (fault is not null) call.Entry.Fault = $"{fault.Action} ({fault.Id})";
        var latency = world.Faults.Latency(call);
        if (latency > TimeSpan.Zero) await Task.Delay(latency, world.Stopping);

        if (fault is not null && FaultActions.PhaseOf(fault.Action) == FaultPhase.Instead)
        {
            await _faults.InsteadAsync(call, fault);
            return;
        }

        if (fault is { Action: FaultActions.StockTaken } && carrier is not null)
        {
            foreach (var number in call.Numbers) carrier.SetStock(number, "taken");
        }

        var reply = Handle(call, handler);
        // Nobody hears of anything that is not on disk, not even somebody who only reads.
        await world.Book.FlushedAsync();
        if (reply.Takes > TimeSpan.Zero) await Task.Delay(reply.Takes, world.Stopping);

        if (fault is null) await ReplyWriter.SendAsync(call.Http, call.Entry, reply);
        else await _faults.AfterAsync(call, fault, reply);
        _faults.Remember(call, reply);
    }

    private static SandboxReply Handle(SandboxCall call, Func<SandboxCall, SandboxReply> handler)
    {
        try
        {
            return handler(call);
        }
#pragma warning disable CA1031 // a mistake of the sandbox must be seen by whoever tests against it, not end its process
        catch (Exception e)
#pragma warning restore CA1031
        {
            call.Entry.Fault = "sandbox error: " + e.Message;
            return SandboxReply.Plain(500, "text/plain; charset=utf-8", "The sandbox itself failed: " + e);
        }
    }

    private JournalEntry EntryOf(HttpContext http) => new()
    {
        At = world.Now,
        Connection = http.Connection.Id,
        Carrier = SandboxCarriers.OwnerOf(http.Request.Path.Value ?? ""),
        Method = http.Request.Method,
        Target = http.Request.Path + http.Request.QueryString,
        Tls = http.Request.IsHttps,
        Headers = Masking.Headers(http.Request.Headers),
    };

    /// <returns>Null when there is more than the sandbox takes.</returns>
    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is 0) return [];
        using var body = new MemoryStream();
        var piece = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(piece, http.RequestAborted) is var read and > 0)
        {
            if (body.Length + read > BodyMaxBytes) return null;
            body.Write(piece, 0, read);
        }

        return body.ToArray();
    }
}
