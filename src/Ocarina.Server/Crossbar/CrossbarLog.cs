namespace Ocarina.Server.Crossbar;

internal static partial class CrossbarLog // events 1000-1049; an id is never given to another message
{
    [LoggerMessage(1000, LogLevel.Debug, "{RequestId} {Method} {Route} answered {Status} in {ElapsedMs} ms")]
    public static partial void RequestAnswered(this ILogger logger, string requestId, string method, string route, int status, long elapsedMs);

    [LoggerMessage(1001, LogLevel.Error, "{RequestId} {Method} {Route} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception fault, string requestId, string method, string route);
}
