namespace Ocarina.Storage.Outbox;

/// <summary>A row of <c>webhooks</c>. Times are Unix milliseconds UTC.</summary>
/// <remarks>A class, not a record: a record prints all its properties, and one of these is a secret.</remarks>
public sealed class WebhookRow
{
    /// <summary>The hook that hears of messages to people.</summary>
    public const string Notifications = "notifications";

    /// <summary>The hook that hears of every change of a number.</summary>
    public const string NumberObjects = "object";

    /// <summary>What a delivery's receiver begins with when it is a webhook.</summary>
    public const string Prefix = "webhook:";

    /// <summary>The webhook.</summary>
    public required string Id { get; init; }

    /// <summary>Its owner.</summary>
    public required string Account { get; init; }

    /// <summary><see cref="Notifications"/> or <see cref="NumberObjects"/>.</summary>
    public required string Hook { get; init; }

    /// <summary>Switched on.</summary>
    public bool Enabled { get; init; }

    /// <summary>True when it hears of accounts below its owner too.</summary>
    public bool IncludeSubaccounts { get; init; }

    /// <summary>As its owner wrote it, as JSON text.</summary>
    public required string Document { get; init; }

    /// <summary>The signing secret, encrypted.</summary>
    public required string Secret { get; init; }

    /// <summary>First failure after the last success; none while it works.</summary>
    public long? FailingSince { get; init; }

    /// <summary>Why it was switched off, when nobody did that by hand.</summary>
    public string? DisableMessage { get; init; }

    /// <summary>First write.</summary>
    public long Created { get; init; }

    /// <summary>Last write.</summary>
    public long Modified { get; init; }

    /// <summary>Counts writes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>The receiver of its deliveries.</summary>
    public string Receiver => Prefix + Id;

    /// <summary>The webhook that a receiver names; none when it names something else.</summary>
    public static string? IdOf(string receiver) => receiver.StartsWith(Prefix, StringComparison.Ordinal) ? receiver[Prefix.Length..] : null;
}
