using Ocarina.Core.Carriers;

namespace Ocarina.Carriers;

/// <summary>What this process lends to its carrier modules.</summary>
/// <param name="clock">The clock.</param>
/// <param name="find">Finds a service by its type, when it is asked for: some of them know the modules in turn.</param>
public sealed class CarrierHost(TimeProvider clock, Func<Type, object?> find) : ICarrierHost
{
    /// <summary>With some services, found by their types.</summary>
    public CarrierHost(TimeProvider clock, params IReadOnlyList<object> services) : this(clock, type => services.FirstOrDefault(type.IsInstanceOfType)) { }

    /// <inheritdoc/>
    public TimeProvider Clock { get; } = clock;

    /// <inheritdoc/>
    public T? Service<T>() where T : class => find(typeof(T)) as T;
}
