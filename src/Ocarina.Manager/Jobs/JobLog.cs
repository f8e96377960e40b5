using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Jobs;

internal static partial class JobLog // events 3000-3099; an id is never given to another message
{
    [LoggerMessage(3001, LogLevel.Information, "{Count} numbers moved on because their time had come")]
    public static partial void NumbersMoved(this ILogger logger, int count);

    [LoggerMessage(3002, LogLevel.Error, "A pass of the timers failed; the next one repeats it")]
    public static partial void PassFailed(this ILogger logger, Exception exception);
}
