using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Features;

internal static partial class FeatureLog // events 3400-3499; an id is never given to another message
{
    [LoggerMessage(3401, LogLevel.Warning, "Feature {Feature} of {Number} was active and is no longer allowed: it was taken away with a change of the number")]
    public static partial void FeatureWithdrawn(this ILogger logger, string feature, string? number);

    [LoggerMessage(3402, LogLevel.Warning, "A call to {Provider} for order {Order} threw; it is repeated")]
    public static partial void ProviderThrew(this ILogger logger, string provider, string order, Exception exception);

    [LoggerMessage(3403, LogLevel.Warning, "A check of {Feature} at {Provider} failed: {Reason}")]
    public static partial void CheckFailed(this ILogger logger, string feature, string provider, string? reason);
}
