using System.Collections.Immutable;

namespace Ocarina.Core.Stock;

/// <summary>A question for numbers that the platform holds itself (numbers.md 10.5): the local family of carriers answers it from the table of numbers.</summary>
/// <param name="Prefix">Leading characters of the normalised number, such as <c>+1415</c>. Both ends of the range are bounded by it.</param>
/// <param name="Sources">Which stock is asked. An account's own rights decided it.</param>
/// <param name="Offset">Rows to skip over all sources, in order of the number. 0 or more.</param>
/// <param name="Limit">Most rows to answer. 1 or more.</param>
/// <param name="PerSourceMax">Most rows that one source gives over all pages (<c>maximum_search_quantity</c>).</param>
public sealed record StockQuery(string Prefix, ImmutableArray<StockSource> Sources, int Offset, int Limit, int PerSourceMax);

/// <summary>One kind of stock. Closed.</summary>
public abstract record StockSource
{
    private StockSource() { }

    /// <summary>Numbers in state available that carry this carrier's name and are kept for nobody in particular.</summary>
    public sealed record AvailableOf(CarrierName Carrier) : StockSource;

    /// <summary>Numbers in state available of this carrier that are kept for the account (<c>managed</c>, <c>inum</c>).</summary>
    public sealed record KeptFor(CarrierName Carrier, AccountId Account) : StockSource;

    /// <summary>Numbers in state reserved that the account holds.</summary>
    public sealed record ReservedBy(AccountId Account) : StockSource;
}
