namespace Ocarina.Server.Crossbar;

internal static partial class CrossbarLog // events 1000-1049; an id is never given to another message
{
    [LoggerMessage(1000, LogLevel.Debug, "{RequestId} {Method} {Route} answered {Status} in {ElapsedMs} ms")]
    public static partial void RequestAnswered(this ILogger logger, string requestId, string method, string route, int status, long elapsedMs);

    [LoggerMessage(1001, LogLevel.Error, "{RequestId} {Method} {Route} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string requestId, string method, string route);

    [LoggerMessage(1002, LogLevel.Warning, "A call with an idempotency key could not be given up; a repeat goes on when its lease is over")]
    public static partial void CallNotLeft(this ILogger logger, Exception fault);

    [LoggerMessage(1003, LogLevel.Warning, "The lease of a call with an idempotency key could not be renewed")]
    public static partial void CallNotRenewed(this ILogger logger, Exception fault);
}
