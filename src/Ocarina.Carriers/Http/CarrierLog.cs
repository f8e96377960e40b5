using Microsoft.Extensions.Logging;
using Ocarina.Core;

namespace Ocarina.Carriers.Http;

internal static partial class CarrierLog // events 4000-4099; an id is never given to another message
{
    [LoggerMessage(4001, LogLevel.Warning, "SECURITY: {Carrier} talks to {Host} without encryption, because allow_plain_http says so")]
    public static partial void PlainHttpAllowed(this ILogger logger, CarrierName carrier, string host);

    [LoggerMessage(4002, LogLevel.Warning, "The traffic log {File} is not written: {Why}")]
    public static partial void TrafficRefused(this ILogger logger, string file, string why);

    [LoggerMessage(4003, LogLevel.Warning, "{Carrier} is not asked for {Seconds} s ({Kind})")]
    public static partial void CircuitOpened(this ILogger logger, CarrierName carrier, string kind, int seconds);

    [LoggerMessage(4004, LogLevel.Error, "Carrier module {Carrier} failed in {Operation}")]
    public static partial void ModuleFailed(this ILogger logger, Exception exception, CarrierName carrier, string operation);

    [LoggerMessage(4005, LogLevel.Information, "{Carrier} dropped {Count} results that are no numbers of the form or prefix asked for")]
    public static partial void ResultsDropped(this ILogger logger, CarrierName carrier, int count);

    [LoggerMessage(4006, LogLevel.Error, "{Carrier} refuses us and a person has to look: {Kind} {Detail}")]
    public static partial void OperatorNeeded(this ILogger logger, CarrierName carrier, string kind, string? detail);

    [LoggerMessage(4007, LogLevel.Warning, "{Carrier}: {Message}")]
    public static partial void CarrierWarns(this ILogger logger, CarrierName carrier, string message);
}
