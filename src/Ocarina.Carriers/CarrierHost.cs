using Ocarina.Core.Carriers;

namespace Ocarina.Carriers;

/// <summary>What this process lends to its carrier modules.</summary>
/// <param name="clock">The clock.</param>
/// <param name="services">Found by their types.</param>
public sealed class CarrierHost(TimeProvider clock, params IReadOnlyList<object> services) : ICarrierHost
{
    /// <inheritdoc/>
    public TimeProvider Clock { get; } = clock;

    /// <inheritdoc/>
    public T? Service<T>() where T : class => services.OfType<T>().FirstOrDefault();
}
