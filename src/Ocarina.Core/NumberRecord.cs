using System.Collections.Immutable;
using Ocarina.Core.Carriers;

namespace Ocarina.Core;

/// <summary>All that is known of one number: one row of storage, one immutable value here (numbers.md 4.2, design.md 5).</summary>
/// <remarks>Only <c>NumberLifecycle</c> makes a record with another <see cref="State"/>. Times are UTC, to the millisecond.</remarks>
public sealed record NumberRecord
{
    /// <summary>The normalised number, the key.</summary>
    public required PhoneNumber Number { get; init; }

    /// <summary>Where the number is in its life.</summary>
    public required NumberState State { get; init; }

    /// <summary>The owner; none when nobody has it.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The last owner before the present one; may take an aging number back.</summary>
    public AccountId? PreviousAccount { get; init; }

    /// <summary>The carrier the number came from. Names of carriers that are not installed are kept.</summary>
    public required CarrierName Carrier { get; init; }

    /// <summary>The application that routes it, such as <c>callflow</c> or <c>trunkstore</c>; cleared when the owner changes.</summary>
    public string? UsedBy { get; init; }

    /// <summary>When the number entered <see cref="State"/>; editing does not move it.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>When a timer moves the number on (aging, discovery expiry); none in other states.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Counts changes, from 1; the token of optimistic concurrency. 0 before the first save. Equals the count of events.</summary>
    public long Revision { get; init; }

    /// <summary>SHA-256 of the number's last event, 32 bytes; empty before the first save.</summary>
    public ImmutableArray<byte> LastHash { get; init; } = [];

    /// <summary>The account a <c>managed</c> or <c>inum</c> number is kept for (design.md 11, stock).</summary>
    public AccountId? StockAccount { get; init; }

    /// <summary>True while a carrier provides the number to us. False once a disconnect was asked for.</summary>
    public bool HeldAtCarrier { get; init; } = true;

    /// <summary>Holders, newest first (numbers.md 5.3 and 5.5).</summary>
    public ImmutableArray<AccountId> ReserveHistory { get; init; } = [];

    /// <summary>Active features: name to settings (numbers.md 9.1).</summary>
    public DocumentText Features { get; init; }

    /// <summary>Features this number may use, in place of the inherited list; none inherits.</summary>
    public ImmutableArray<string>? FeaturesAllowed { get; init; }

    /// <summary>Features this number may not use, in place of the inherited denials; none inherits.</summary>
    public ImmutableArray<string>? FeaturesDenied { get; init; }

    /// <summary>What the carrier told about the number; opaque.</summary>
    public DocumentText CarrierData { get; init; }

    /// <summary>What the carrier asked for it; none when nobody said. The operator's cost, not the customer's price.</summary>
    public CarrierPrice? CarrierCost { get; init; }

    /// <summary>What users keep with the number: known fields and their own (numbers.md 4.3).</summary>
    public DocumentText PublicFields { get; init; }

    /// <summary>True when the number arrived by a completed port.</summary>
    public bool PortedIn { get; init; }

    /// <summary>Who authorised the last change: an account id or <c>system</c>.</summary>
    public string? AuthorizedBy { get; init; }

    /// <summary>When the record was first written.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the last change was written. Times of one number never go back.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>Regional tag of installations in several regions; kept as imported.</summary>
    public string? Region { get; init; }

    /// <summary>Result of a locality look-up, when there was one.</summary>
    public DocumentText? Locality { get; init; }

    /// <inheritdoc/>
    public bool Equals(NumberRecord? other) =>
        other is not null
        && Number == other.Number && State == other.State && Account == other.Account && PreviousAccount == other.PreviousAccount
        && Carrier == other.Carrier && UsedBy == other.UsedBy && StateSince == other.StateSince && DueAt == other.DueAt
        && Revision == other.Revision && StockAccount == other.StockAccount && HeldAtCarrier == other.HeldAtCarrier
        && ReserveHistory.SequenceEqual(other.ReserveHistory) && Features == other.Features
        && SameList(FeaturesAllowed, other.FeaturesAllowed) && SameList(FeaturesDenied, other.FeaturesDenied)
        && CarrierData == other.CarrierData && CarrierCost == other.CarrierCost && PublicFields == other.PublicFields && PortedIn == other.PortedIn
        && AuthorizedBy == other.AuthorizedBy && Created == other.Created && Modified == other.Modified
        && Region == other.Region && Locality == other.Locality && LastHash.AsSpan().SequenceEqual(other.LastHash.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Number, Revision, State);

    private static bool SameList(ImmutableArray<string>? left, ImmutableArray<string>? right) =>
        left is { } l ? right is { } r && l.SequenceEqual(r) : right is null;
}
