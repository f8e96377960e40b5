using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Orders;

internal static partial class OrderLog // events 3100-3199; an id is never given to another message
{
    [LoggerMessage(3101, LogLevel.Information, "Order {Order} ({Kind} at {Carrier}) ended: {State}, {Outcome}")]
    public static partial void OrderEnded(this ILogger logger, string order, string kind, string carrier, string state, string? outcome);

    [LoggerMessage(3102, LogLevel.Error, "Order {Order} ({Kind} at {Carrier}) needs a person: {Reason}. See 'ocarina orders show {Order}'")]
    public static partial void OrderNeedsPerson(this ILogger logger, string order, string kind, string carrier, string? reason);

    [LoggerMessage(3103, LogLevel.Error, "The carrier took back what order {Order} had bought at {Carrier}: {Reason}")]
    public static partial void PurchaseReversed(this ILogger logger, string order, string carrier, string? reason);

    [LoggerMessage(3104, LogLevel.Warning, "A call to {Carrier} for order {Order} threw; what became of it is asked")]
    public static partial void CarrierThrew(this ILogger logger, string carrier, string order, Exception exception);

    [LoggerMessage(3105, LogLevel.Error, "A step of order {Order} could not be written; it is repeated when its lease is over")]
    public static partial void StepFailed(this ILogger logger, string order, Exception exception);

    [LoggerMessage(3106, LogLevel.Error, "A pass of the orders' settler failed; the next one repeats it")]
    public static partial void SettlerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3107, LogLevel.Warning, "The lease of order {Order} was lost; somebody else goes on with it")]
    public static partial void LeaseLost(this ILogger logger, string order);

    [LoggerMessage(3108, LogLevel.Error, "Carrier {Carrier} refuses our account or our settings ({Reason}), seen with order {Order}")]
    public static partial void CarrierRefusesUs(this ILogger logger, string carrier, string? reason, string order);
}
