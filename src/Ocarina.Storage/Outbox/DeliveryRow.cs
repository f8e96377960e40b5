namespace Ocarina.Storage.Outbox;

/// <summary>How far a delivery is; the texts stored.</summary>
public static class DeliveryStates
{
    /// <summary>To be sent, at once or later.</summary>
    public const string Waiting = "waiting";

    /// <summary>Taken by the receiver.</summary>
    public const string Delivered = "delivered";

    /// <summary>Given up: kept for a person, who may send it again.</summary>
    public const string Dead = "dead";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Waiting, Delivered, Dead];
}

/// <summary>A row of <c>deliveries</c>: one message on its way to one receiver. Times are Unix milliseconds UTC.</summary>
public sealed class DeliveryRow
{
    /// <summary>The message's id, a dash, a count. Sorts by time.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the message: the same for every receiver and every attempt.</summary>
    public required string Message { get; init; }

    /// <summary>Kind of the message.</summary>
    public required string Kind { get; init; }

    /// <summary>The account it concerns.</summary>
    public string? Account { get; init; }

    /// <summary>The number it is about; empty when it is about none.</summary>
    public required string Number { get; init; }

    /// <summary>Sequence of the number's event; 0 without one.</summary>
    public long Event { get; init; }

    /// <summary>Who gets it: <c>mailto:</c> and an address, or <c>webhook:</c> and an id.</summary>
    public required string Receiver { get; init; }

    /// <summary>Who stands behind the receiver: the account of a webhook, all mail together. Only of one that was claimed.</summary>
    public string Party { get; init; } = "";

    /// <summary>One of <see cref="DeliveryStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>How often it was tried.</summary>
    public long Attempts { get; init; }

    /// <summary>When it is tried next; none when it has ended.</summary>
    public long? NextAttempt { get; init; }

    /// <summary>After this it is not tried again.</summary>
    public long GiveUpAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>When its message was caused.</summary>
    public long Created { get; init; }

    /// <summary>Last step.</summary>
    public long Modified { get; init; }

    /// <summary>The message's payload, as JSON text.</summary>
    public required string Payload { get; init; }
}

/// <summary>How many deliveries are under way at once in a process.</summary>
/// <param name="AtOnce">All together.</param>
/// <param name="PerReceiver">To one receiver.</param>
/// <param name="PerParty">To the receivers of one party: an account's webhooks, all mail.</param>
public sealed record DeliveryLimits(int AtOnce, int PerReceiver, int PerParty);

/// <summary>Where a delivery is under way to.</summary>
/// <param name="Receiver">The receiver.</param>
/// <param name="Party">Who stands behind it.</param>
public readonly record struct DeliveryReceiver(string Receiver, string Party);

/// <summary>What a delivery's attempt came to.</summary>
/// <param name="IsSuccess">True when the receiver took it.</param>
/// <param name="Code">Status of HTTP or SMTP, when there was an answer.</param>
/// <param name="Reason">Why not.</param>
/// <param name="ElapsedMs">How long it took.</param>
public sealed record DeliveryAttempt(bool IsSuccess, int? Code, string? Reason, long ElapsedMs)
{
    /// <summary>False when the receiver was not even asked: then nothing speaks against him.</summary>
    public bool WasAsked { get; init; } = true;
}

/// <summary>A row of <c>delivery_attempts</c>. Times are Unix milliseconds UTC.</summary>
public sealed class AttemptRow
{
    /// <summary>Stands for the delivery where a webhook was only tried out.</summary>
    public const string Trial = "test";

    /// <summary>Sorts by time.</summary>
    public required string Id { get; init; }

    /// <summary>What was tried; <see cref="Trial"/> for a call that tells nothing.</summary>
    public required string Delivery { get; init; }

    /// <summary>On whom.</summary>
    public required string Receiver { get; init; }

    /// <summary>When it ended.</summary>
    public long Time { get; init; }

    /// <summary>True when the receiver took it.</summary>
    public bool IsSuccess { get; init; }

    /// <summary>Status of HTTP or SMTP, when there was an answer.</summary>
    public long? Code { get; init; }

    /// <summary>Why not.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took.</summary>
    public long ElapsedMs { get; init; }

    /// <summary>How long it would be tried on.</summary>
    public long LeftMs { get; init; }
}

/// <summary>Which deliveries are listed, newest first.</summary>
public sealed record DeliveryQuery
{
    /// <summary>One of <see cref="DeliveryStates"/>; none lists all.</summary>
    public string? State { get; init; }

    /// <summary>Kind of message; none lists all.</summary>
    public string? Kind { get; init; }

    /// <summary>The number; none lists all.</summary>
    public string? Number { get; init; }

    /// <summary>Who gets it; none lists all.</summary>
    public string? Receiver { get; init; }

    /// <summary>First id of the page; none begins with the newest.</summary>
    public string? StartAt { get; init; }

    /// <summary>Most rows of a page. 1 or more.</summary>
    public int PageSize { get; init; } = 50;
}
