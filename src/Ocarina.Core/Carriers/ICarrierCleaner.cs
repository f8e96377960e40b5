namespace Ocarina.Core.Carriers;

/// <summary>A module whose purchases can leave something behind at the carrier that costs nothing, such as a cart, and that clears it up (carriers.md 5.8).</summary>
/// <remarks>Called from time to time, an hour apart or more. Optional: a module without such remains does not have it.</remarks>
public interface ICarrierCleaner
{
    /// <summary>Clears what orders of ours left behind, and nothing else: what belongs to others, or to orders that are open, stays.</summary>
    /// <param name="ended">Tells which of some keys are orders of this installation that ended at least an hour ago.</param>
    /// <param name="context">Settings and clock.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many things were cleared.</returns>
    /// <exception cref="CarrierException">The carrier could not be asked.</exception>
    Task<int> CleanUpAsync(Func<IReadOnlyList<OrderKey>, CancellationToken, Task<IReadOnlySet<OrderKey>>> ended, CarrierContext context, CancellationToken ct);
}
