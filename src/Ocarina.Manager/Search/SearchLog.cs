using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Search;

internal static partial class SearchLog // events 3200-3299; an id is never given to another message
{
    [LoggerMessage(3201, LogLevel.Error, "The module of carrier {Carrier} failed in a search")]
    public static partial void SearchFault(this ILogger logger, string carrier, Exception exception);

    [LoggerMessage(3202, LogLevel.Error, "{Count} searches hang in the module of carrier {Carrier}; it is not asked again until one of them ends")]
    public static partial void CarrierHangs(this ILogger logger, string carrier, int count);

    [LoggerMessage(3203, LogLevel.Information, "Carrier {Carrier} gave nothing to a search: {State} {Error} after {ElapsedMs} ms")]
    public static partial void CarrierGaveNothing(this ILogger logger, string carrier, CarrierSearchState state, string? error, long elapsedMs);

    [LoggerMessage(3204, LogLevel.Error, "Late answers of a search could not be kept")]
    public static partial void LateAnswersLost(this ILogger logger, Exception exception);

    [LoggerMessage(3205, LogLevel.Warning, "Carrier {Carrier} could not be asked whether numbers can be bought: {Error}")]
    public static partial void CheckFailed(this ILogger logger, string carrier, string error);
}
