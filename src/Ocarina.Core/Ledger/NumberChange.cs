using System.Collections.Immutable;
using Ocarina.Core.Errors;
using Ocarina.Core.Telling;

namespace Ocarina.Core.Ledger;

/// <summary>One decided change of one number: what storage is to write, and the event that accounts for it. Made by pure decisions, carried out by storage.</summary>
/// <remarks>Storage gives the revision, the hash and the time: never earlier than the number's last change.</remarks>
/// <param name="Before">The record the decision was made on; <see langword="null"/> when the number was unknown. Its revision must still be the stored one.</param>
/// <param name="After">The record afterwards; <see langword="null"/> when the number is erased. Revision, hash and modified time in it are ignored.</param>
/// <param name="Action">What was done, such as <c>purchased</c>; see <see cref="NumberActions"/>.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Reason">Why, when somebody said so.</param>
/// <param name="At">When it was decided.</param>
public sealed record NumberChange(NumberRecord? Before, NumberRecord? After, string Action, Actor Actor, string? Reason, DateTimeOffset At)
{
    /// <summary>Who has to hear of it: stored in the change's own transaction, in this order, with the sequence of its event. None by default.</summary>
    public ImmutableArray<Message> Messages { get; init; } = [];

    /// <summary>The number that changes.</summary>
    public PhoneNumber Number => (Before ?? After)?.Number ?? throw new InvalidOperationException("A change has a record before it or after it.");
}

/// <summary>Names of actions in the ledger. Stored with every event, so never renamed.</summary>
public static class NumberActions
{
    /// <summary>The number became known here.</summary>
    public const string Created = "created";

    /// <summary>Came by a CSV import.</summary>
    public const string Imported = "imported";

    /// <summary>Bought or moved into service.</summary>
    public const string Activated = "activated";

    /// <summary>Bought at a carrier: written when its order is settled.</summary>
    public const string Purchased = "purchased";

    /// <summary>What a carrier sold and nobody had was given to an account.</summary>
    public const string Adopted = "adopted";

    /// <summary>The carrier took a purchase back after it had been settled.</summary>
    public const string PurchaseReversed = "purchase_reversed";

    /// <summary>Its carrier is being asked to take the number back; or he did not, and still provides it.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>Put in reserve.</summary>
    public const string Reserved = "reserved";

    /// <summary>Public fields or features changed.</summary>
    public const string Updated = "updated";

    /// <summary>Given back by its holder.</summary>
    public const string Released = "released";

    /// <summary>Erased by an admin.</summary>
    public const string Deleted = "deleted";

    /// <summary>Given to an application, or taken from one.</summary>
    public const string AssignedToApp = "assigned_to_app";

    /// <summary>Quarantine is over.</summary>
    public const string Aged = "aged";

    /// <summary>An offer or a leftover ran out.</summary>
    public const string Expired = "expired";

    /// <summary>Brought in line with its use by an admin.</summary>
    public const string Reconciled = "reconciled";

    /// <summary>The period of its timer was changed; the date at which it moves on follows.</summary>
    public const string Rescheduled = "rescheduled";

    /// <summary>Moved to another state by an admin or a maintenance job.</summary>
    public const string Moved = "moved";
}

/// <summary>What became of one <see cref="NumberChange"/>. Closed.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome() { }

    /// <summary>Written, and durable when this is seen.</summary>
    /// <param name="Record">The record as stored; when the change erased the number, the record before it with the new revision.</param>
    public sealed record Written(NumberRecord Record) : ChangeOutcome;

    /// <summary>Somebody else changed the number since it was loaded; nothing was written for it.</summary>
    /// <param name="Current">The number as it stands now, when it exists.</param>
    public sealed record Lost(NumberRecord? Current) : ChangeOutcome;

    /// <summary>Somebody who would have to pay for it cannot; nothing was written for it.</summary>
    /// <param name="Error">Who, and what is missing.</param>
    public sealed record Unpaid(NumberError Error) : ChangeOutcome;
}
