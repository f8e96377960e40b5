using System.Collections.Frozen;
using Ocarina.Carriers.Providers.Dash;
using Ocarina.Carriers.Providers.Telnyx;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Carriers.Providers;

/// <summary>The feature providers that come with the product.</summary>
public sealed class FeatureModules : IFeatureProviders
{
    private readonly FrozenDictionary<CarrierName, IFeatureProvider> _byName;

    /// <summary>Makes all of them.</summary>
    /// <param name="host">What they are lent.</param>
    public FeatureModules(ICarrierHost host) =>
        _byName = ((IFeatureProvider[])[new DashProvider(host), new TelnyxEmergency(host), new TelnyxCallerNames(host)]).ToFrozenDictionary(provider => provider.Name);

    /// <inheritdoc/>
    public IFeatureProvider? Find(CarrierName name) => _byName.GetValueOrDefault(name);
}
