using System.Collections.Immutable;

namespace Ocarina.Core.Carriers;

/// <summary>What a carrier module can do (numbers.md 11.1).</summary>
[Flags]
public enum CarrierCapabilities
{
    /// <summary>Nothing but its name.</summary>
    None = 0,

    /// <summary>Finds numbers.</summary>
    Searches = 1,

    /// <summary>Buys numbers.</summary>
    Acquires = 2,

    /// <summary>Gives numbers back at the carrier.</summary>
    Disconnects = 4,

    /// <summary>
    /// Wants <see cref="ICarrier.AcquireAsync"/> called for numbers created in state <c>port_in</c> (numbers.md 5.4), with <see cref="CarrierOrder.IsPortIn"/>. The number is there
    /// when it answers <see cref="CarrierOutcome.Done"/>: that it has taken the port in hand, not that the number has arrived.
    /// </summary>
    ProvisionsPortIn = 8,

    /// <summary>Finds tollfree numbers and wildcards such as <c>8**</c>.</summary>
    Tollfree = 16,

    /// <summary>Finds runs of consecutive numbers.</summary>
    Blocks = 32,

    /// <summary>Answers <see cref="ICarrier.CheckAsync"/>.</summary>
    Checks = 64,

    /// <summary>Answers <see cref="ICarrier.ListOwnedAsync"/>.</summary>
    ListsOwned = 128,

    /// <summary>
    /// Buying takes several writes, and the module itself notes <see cref="OrderPhase.Sending"/> before the one that spends money. Without this flag the engine notes it before the call.
    /// </summary>
    WritesInSteps = 256,

    /// <summary>An order may be sent a second time, with the same key, when the carrier does not know it (carriers.md 1.9 rule 3). Without it a second <i>absent</i> ends the order.</summary>
    MayResend = 512,
}

/// <summary>What the engine knows of a module without a call.</summary>
/// <param name="Capabilities">What it can do.</param>
/// <param name="PrefixLengthMax">Longest prefix useful in a search, in digits without country code (<c>maximal_prefix_length</c>).</param>
/// <param name="Keys">The keys of its configuration document <c>number_manager.{name}</c>, beside those that all carriers share.</param>
public sealed record CarrierInfo(CarrierCapabilities Capabilities, int PrefixLengthMax, ImmutableArray<CarrierKey> Keys)
{
    /// <summary>True when its numbers are in this system's own stock.</summary>
    public bool IsLocal { get; init; }

    /// <summary>True when names may be looked up for calls to its numbers. Default true.</summary>
    public bool ShouldLookupCnam { get; init; } = true;

    /// <summary>True when it has a capability.</summary>
    public bool Can(CarrierCapabilities capability) => (Capabilities & capability) == capability;
}

/// <summary>What a configuration key of a carrier holds.</summary>
public enum CarrierKeyKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>True or false; the texts <c>"true"</c> and <c>"false"</c> are read too.</summary>
    Flag,

    /// <summary>A whole number; a text of digits is read too.</summary>
    WholeNumber,

    /// <summary>A decimal number.</summary>
    Number,

    /// <summary>A list of texts, or one text.</summary>
    Texts,

    /// <summary>An object.</summary>
    Members,
}

/// <summary>One key of a carrier's configuration document (carriers.md 1.2).</summary>
/// <param name="Name">The key, lower case with underscores.</param>
/// <param name="Kind">What it holds.</param>
public sealed record CarrierKey(string Name, CarrierKeyKind Kind)
{
    /// <summary>Value that the generated document starts with, as JSON text such as <c>"Kazoo"</c> or <c>true</c>; none leaves the key out.</summary>
    public string? Default { get; init; }

    /// <summary>True when the carrier is not configured without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>True when it is never shown, and searched for in whatever is logged.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Least value, or least length of a text.</summary>
    public long? Minimum { get; init; }

    /// <summary>Greatest value, or greatest length of a text.</summary>
    public long? Maximum { get; init; }

    /// <summary>The only values allowed; empty allows all.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}
