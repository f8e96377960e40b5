using Microsoft.Extensions.Logging;
using Ocarina.Core;

namespace Ocarina.Carriers.PlugIns;

internal static partial class PlugInLog // events 4080-4099; an id is never given to another message
{
    [LoggerMessage(4080, LogLevel.Information, "Carrier {Carrier} comes from the plug-in {Assembly} {Version}")]
    public static partial void PlugInTaken(this ILogger logger, CarrierName carrier, string? assembly, string version);

    [LoggerMessage(4081, LogLevel.Error, "The plug-in {PlugIn} is not used: {Why}")]
    public static partial void PlugInRefused(this ILogger logger, string? plugIn, string why);

    [LoggerMessage(4082, LogLevel.Error, "The plug-in {PlugIn} is not used: it failed while it was loaded")]
    public static partial void PlugInBroken(this ILogger logger, Exception exception, string? plugIn);

    [LoggerMessage(4083, LogLevel.Error, "The plug-in of {Carrier} does not come back from {Operation}: it is waited for no longer")]
    public static partial void PlugInLate(this ILogger logger, CarrierName carrier, string operation);

    [LoggerMessage(4084, LogLevel.Error, "The plug-in of {Carrier} failed in {Operation}")]
    public static partial void PlugInFailed(this ILogger logger, Exception exception, CarrierName carrier, string operation);
}
