using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Storage;

/// <summary>A number that a carrier offered in a search. For sale to the account that searched and to those below it, until it expires.</summary>
/// <param name="Number">The number offered.</param>
/// <param name="Carrier">Who offers it.</param>
/// <param name="State">The state the search showed, <see cref="NumberState.Discovery"/> as a rule.</param>
/// <param name="Data">What the carrier told about it, handed back to the carrier at the purchase.</param>
/// <param name="ExpiresAt">When it is no longer for sale.</param>
public sealed record Offer(PhoneNumber Number, CarrierName Carrier, NumberState State, DocumentText Data, DateTimeOffset ExpiresAt)
{
    /// <summary>What the carrier asks; none when it did not say.</summary>
    public CarrierPrice? Price { get; init; }

    /// <summary>The account that searched. Set when an offer is found; not read when it is remembered.</summary>
    public AccountId Account { get; init; }

    /// <summary>When it was remembered. Set by storage.</summary>
    public DateTimeOffset FoundAt { get; init; }
}
