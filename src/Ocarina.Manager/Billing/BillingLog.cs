using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Billing;

internal static partial class BillingLog // events 3600-3699; an id is never given to another message
{
    [LoggerMessage(3601, LogLevel.Error, "Account {Account} holds {Held} of {Category}/{Item} and is charged for {Charged} this month. See 'ocarina charges check'")]
    public static partial void ChargesDiffer(this ILogger logger, string account, string category, string item, long held, long charged);

    [LoggerMessage(3603, LogLevel.Error, "The bookkeeper could not be asked about account {Account}, so it buys nothing: {Reason}")]
    public static partial void BookkeeperFailed(this ILogger logger, string account, string reason);

    [LoggerMessage(3602, LogLevel.Error, "A pass of the billing job failed; the next one repeats it")]
    public static partial void BillingFailed(this ILogger logger, Exception exception);
}
