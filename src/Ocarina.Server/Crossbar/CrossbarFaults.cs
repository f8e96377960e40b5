using System.Data.Common;
using System.Diagnostics;

namespace Ocarina.Server.Crossbar;

/// <summary>Last line: whatever a handler throws is answered in the envelope and logged under the request's name. Also logs what each request came to.</summary>
internal sealed class CrossbarFaults(RequestDelegate next, ILogger<CrossbarFaults> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up; nobody reads an answer.
        }
        catch (BadHttpRequestException)
        {
            await AnswerAsync(http, CrossbarReply.NotJson("the body ended before its announced length around its end"));
        }
        catch (Exception fault)
        {
            logger.RequestFailed(fault, http.Crossbar().RequestId, http.Request.Method, RouteOf(http));
            await AnswerAsync(http, ReplyTo(fault));
        }
        logger.RequestAnswered(
            http.Crossbar().RequestId, http.Request.Method, RouteOf(http), http.Response.StatusCode, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    // The route, not the path: paths hold subscribers' numbers.
    private static string RouteOf(HttpContext http) =>
        http.Crossbar().Route?.Pattern ?? (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(unknown)";

    private static CrossbarReply ReplyTo(Exception fault) => fault switch
    {
        DbException { SqlState: { } state } when IsOurFault(state) => CrossbarReply.Failure(500, "datastore_fault", "datastore fault"),
        DbException or TimeoutException => CrossbarReply.Failure(503, "datastore_unreachable", "the database does not answer"),
        _ => CrossbarReply.Failure(500, "internal_error", "internal error"),
    };

    // Classes of SQLSTATE: cardinality, data, integrity, syntax and access rules. All others speak of the server's or the connection's condition.
    private static bool IsOurFault(string state) => state.Length == 5 && state[..2] is "21" or "22" or "23" or "42";

    private static async Task AnswerAsync(HttpContext http, CrossbarReply reply)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // half a reply must not look like a whole one
            return;
        }
        http.Response.Headers.ContentLength = null;
        http.Response.Headers.ContentDisposition = default;
        await reply.ExecuteAsync(http);
    }
}
