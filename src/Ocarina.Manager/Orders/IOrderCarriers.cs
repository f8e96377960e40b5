using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Manager.Orders;

/// <summary>The carriers as orders need them: a module, and what it is to be called with.</summary>
public interface IOrderCarriers
{
    /// <summary>The module of a name, else <see langword="null"/>.</summary>
    ICarrier? Find(CarrierName name);

    /// <summary>The module's settings as they stand, without a time limit: nobody waits for the call itself.</summary>
    Task<CarrierContext> ContextAsync(ICarrier carrier, IOrderNotes? notes, CancellationToken ct);
}

/// <summary>No module is installed: nothing can be bought, and what is released stays with its carrier.</summary>
internal sealed class NoCarriers : IOrderCarriers
{
    public ICarrier? Find(CarrierName name) => null;

    public Task<CarrierContext> ContextAsync(ICarrier carrier, IOrderNotes? notes, CancellationToken ct) =>
        throw new InvalidOperationException("There is no module to make a context for.");
}
