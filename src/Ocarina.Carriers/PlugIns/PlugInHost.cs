using Microsoft.Extensions.Logging;
using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.PlugIns;

/// <summary>What a plug-in is lent: the chassis, and where to log. Numbers, configuration and keys of this system reach it only as arguments of a call.</summary>
internal sealed class PlugInHost(ICarrierHost host) : ICarrierHost
{
    private static readonly Type[] Lent = [typeof(CarrierHttp), typeof(ILoggerFactory)];

    /// <inheritdoc/>
    public TimeProvider Clock => host.Clock;

    /// <inheritdoc/>
    public T? Service<T>() where T : class => Lent.Contains(typeof(T)) ? host.Service<T>() : null;
}
