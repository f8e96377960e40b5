using Ocarina.Server.Crossbar.Validation;
using Ocarina.Storage.Idempotency;

namespace Ocarina.Server.Crossbar;

/// <summary>Carries out a changing call that has an <c>Idempotency-Key</c> once, however often it is sent (numbers.md 7.12).</summary>
/// <remarks>Behind the gate: what is not allowed, or over the rate limit, never gets here and is never kept. Calls whose body is a stream of CSV have no keys: their rows are repeated one by one.</remarks>
internal sealed class RepeatedCalls(RequestDelegate next, IdempotencyDatabase calls, KeptReplies replies, TimeProvider clock, ILogger<RepeatedCalls> logger)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";

    private static readonly TimeSpan RenewEvery = IdempotencyDatabase.Lease / 3;

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Crossbar();
        if (!IsKept(request) || !http.Request.Headers.TryGetValue(Header, out var header))
        {
            await next(http);
            return;
        }
        if (CallIdentities.KeyOf(header) is not { } key)
        {
            await CrossbarReply.Invalid([FieldProblem.Invalid(Header, "The header must hold one key of 1 to 255 visible ASCII characters")]).ExecuteAsync(http);
            return;
        }

        switch (await calls.ClaimAsync(CallIdentities.Of(request, key), http.RequestAborted))
        {
            case CallClaim.Mine mine:
                await RunAsync(http, request, mine.Mark);
                break;
            case CallClaim.Answered answered:
                http.Response.Headers[ReplayedHeader] = "true";
                await replies.Read(answered.Reply).ExecuteAsync(http);
                break;
            case CallClaim.Reused:
                await CrossbarReply.KeyReused().ExecuteAsync(http);
                break;
            case CallClaim.Running:
                await CrossbarReply.InProgress().ExecuteAsync(http);
                break;
        }
    }

    private static bool IsKept(CrossbarRequest request) =>
        request is { Method: "PUT" or "POST" or "PATCH" or "DELETE", IsAuthenticated: true, Route: { } route, Body.Kind: not BodyKind.Stream }
        && route.AccessOf(request.Method) != Access.Public;

    private async Task RunAsync(HttpContext http, CrossbarRequest request, CommitMark mark)
    {
        var isEnded = false;
        request.BeforeReply = async reply =>
        {
            request.BeforeReply = null;
            isEnded = true;
            // Nobody's hanging up may lose what was done: no cancellation from here on.
            if (IsForgotten(reply)) await calls.LeaveAsync(mark, CancellationToken.None);
            else await calls.KeepAsync(mark, replies.Write(reply), isSuccess: !reply.IsError, CancellationToken.None);
        };
        using var stop = new CancellationTokenSource();
        var renewing = RenewAsync(mark, stop.Token);
        try
        {
            using (CommitMarks.Enter(mark)) await next(http);
        }
        catch (CallTakenOverException)
        {
            request.BeforeReply = null;
            await CrossbarReply.InProgress().ExecuteAsync(http);
        }
        finally
        {
            request.BeforeReply = null; // what a fault is answered with is no answer to keep
            await stop.CancelAsync();
            await renewing;
            if (!isEnded) await LeaveAsync(mark);
        }
    }

    // They say nothing about the call itself: sent again, with the charges accepted or a little later, it may well go through.
    private static bool IsForgotten(CrossbarReply reply) => reply.DidNothing || reply.Code is 401 or 402 or 429 or 503;

    private async Task LeaveAsync(CommitMark mark)
    {
        try
        {
            await calls.LeaveAsync(mark, CancellationToken.None);
        }
        catch (Exception fault)
        {
            logger.CallNotLeft(fault); // its lease runs out
        }
    }

    private async Task RenewAsync(CommitMark mark, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(RenewEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct)) await calls.RenewAsync(mark, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The call has ended.
        }
        catch (Exception fault)
        {
            logger.CallNotRenewed(fault); // should a repeat take the call over, the next write of this run is undone
        }
    }
}
