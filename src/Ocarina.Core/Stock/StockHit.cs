namespace Ocarina.Core.Stock;

/// <summary>A number of the platform's own stock as a search shows it. Not the whole record: a search reads many and buys none.</summary>
/// <param name="Number">The number.</param>
/// <param name="State">Its state.</param>
/// <param name="Carrier">Its carrier.</param>
/// <param name="Locality">Result of a locality look-up, when there was one.</param>
public sealed record StockHit(PhoneNumber Number, NumberState State, CarrierName Carrier, DocumentText? Locality)
{
    /// <summary>Place of the source it came from, among the distinct ones that were asked.</summary>
    public int Source { get; init; }
}
