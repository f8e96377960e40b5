using Microsoft.Extensions.Logging;

namespace Ocarina.Manager.Telling;

internal static partial class TellingLog // events 3500-3599; an id is never given to another message
{
    [LoggerMessage(3501, LogLevel.Error, "Message {Delivery} ({Kind}) was given up: {Reason}. See 'ocarina outbox show {Delivery}'")]
    public static partial void DeliveryDead(this ILogger logger, string delivery, string kind, string? reason);

    [LoggerMessage(3502, LogLevel.Warning, "Webhook {Webhook} was switched off: {Reason}")]
    public static partial void WebhookDisabled(this ILogger logger, string? webhook, string reason);

    [LoggerMessage(3503, LogLevel.Error, "A pass of the outbox failed; the next one repeats it")]
    public static partial void OutboxFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3504, LogLevel.Error, "An attempt of message {Delivery} could not be written; it is repeated when its lease is over")]
    public static partial void AttemptFailed(this ILogger logger, string delivery, Exception exception);

    [LoggerMessage(3505, LogLevel.Warning, "The template of {Kind} in {Language} ({Part}) cannot be used; the built-in one is")]
    public static partial void TemplateUnusable(this ILogger logger, string kind, string language, string part);

    [LoggerMessage(3506, LogLevel.Information, "Message {Delivery} ({Kind}) was delivered")]
    public static partial void Delivered(this ILogger logger, string delivery, string kind);

    [LoggerMessage(3507, LogLevel.Information, "{Count} messages that ended long ago were forgotten")]
    public static partial void Forgotten(this ILogger logger, int count);
}
