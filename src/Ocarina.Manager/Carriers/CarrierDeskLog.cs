using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Carriers;

internal static partial class CarrierDeskLog // events 3300-3399; an id is never given to another message
{
    [LoggerMessage(3301, LogLevel.Information, "Configuration document {Document} was made with its defaults; set what the carrier gave you")]
    public static partial void DocumentMade(this ILogger logger, string document);

    [LoggerMessage(3302, LogLevel.Error, "Configuration document {Document} cannot be used ({Key}: {Problem}); the last one that was right stays in use")]
    public static partial void DocumentInvalid(this ILogger logger, string document, string key, string problem);

    [LoggerMessage(3303, LogLevel.Warning, "Configuration document {Document}: {Key}: {Problem}")]
    public static partial void DocumentDoubtful(this ILogger logger, string document, string key, string problem);

    [LoggerMessage(3304, LogLevel.Warning, "What ended purchases left at {Carrier} was not cleared: {Reason}")]
    public static partial void NotCleared(this ILogger logger, string carrier, string reason);

    [LoggerMessage(3305, LogLevel.Error, "Clearing what purchases left at carriers failed")]
    public static partial void CleaningFailed(this ILogger logger, Exception fault);
}
