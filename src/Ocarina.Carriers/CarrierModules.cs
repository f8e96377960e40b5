using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers;

/// <summary>The carrier modules of this process: those that come with the product, then plug-ins. A plug-in cannot take the place of a built-in module.</summary>
public sealed class CarrierModules : ICarriers
{
    /// <summary>The modules that come with the product.</summary>
    private static readonly Func<ICarrierHost, ICarrier>[] BuiltIn =
    [
        host => new Bandwidth.BandwidthCarrier(host),
        host => new Bandwidth2.Bandwidth2Carrier(host),
        host => new Voxbone.VoxboneCarrier(host),
        host => new Phonebook.PhonebookCarrier(host),
    ];

    private readonly FrozenDictionary<CarrierName, ICarrier> _byName;

    /// <summary>Makes all modules.</summary>
    /// <param name="host">What they are lent.</param>
    /// <param name="plugIns">Makers of further modules.</param>
    /// <exception cref="InvalidOperationException">A plug-in was written for another contract, or two modules have one name.</exception>
    public CarrierModules(ICarrierHost host, IEnumerable<ICarrierFactory>? plugIns = null)
    {
        var modules = BuiltIn.Select(make => make(host)).Concat(Manual.ManualCarrier.All).ToList();
        foreach (var factory in plugIns ?? []) modules.Add(Made(factory, host));
        if (modules.GroupBy(module => module.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidOperationException($"Two carrier modules are named {twice.Key}.");
        All = modules;
        _byName = modules.ToFrozenDictionary(module => module.Name);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<ICarrier> All { get; }

    /// <inheritdoc/>
    public ICarrier? Find(CarrierName name) => _byName.GetValueOrDefault(name);

    // The contract of the version before is still understood.
    private static ICarrier Made(ICarrierFactory factory, ICarrierHost host) =>
        factory.ContractVersion is ICarrierHost.ContractVersion or (ICarrierHost.ContractVersion - 1) and > 0
            ? factory.Create(host)
            : throw new InvalidOperationException(
                $"{factory.GetType().FullName} was written for version {factory.ContractVersion} of the carrier contract; this host speaks {ICarrierHost.ContractVersion}.");
}
