namespace Ocarina.Core.Carriers;

/// <summary>Lets a module hand something to another one, such as the release of a number to a newer API of the same carrier. A service of the host.</summary>
public interface ICarrierPeers
{
    /// <summary>Another module with a context of its own; none when there is no such module, or it is switched off.</summary>
    Task<(ICarrier Carrier, CarrierContext Context)?> FindAsync(CarrierName name, CancellationToken ct);
}
