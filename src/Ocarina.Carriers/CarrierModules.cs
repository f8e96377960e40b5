using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ocarina.Carriers.PlugIns;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;

namespace Ocarina.Carriers;

/// <summary>The carrier modules of this process: those that come with the product, then plug-ins. A plug-in takes the place of no module but those that deal with a carrier by hand.</summary>
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

    /// <summary>Makes all modules. A plug-in that cannot be used is reported and left out.</summary>
    /// <param name="host">What they are lent.</param>
    /// <param name="plugIns">Makers of further modules.</param>
    /// <param name="logger">Where refused plug-ins are reported; nowhere when absent.</param>
    public CarrierModules(ICarrierHost host, IEnumerable<ICarrierFactory>? plugIns = null, ILogger? logger = null)
    {
        var modules = BuiltIn.Select(make => make(host)).ToDictionary(module => module.Name);
        foreach (var factory in plugIns ?? [])
            if (Made(factory, new PlugInHost(host), modules.ContainsKey, logger ?? NullLogger.Instance) is { } module) modules.Add(module.Name, module);
        // Last: who writes a module for a carrier that is dealt with by hand takes its place.
        foreach (var manual in Manual.ManualCarrier.All) modules.TryAdd(manual.Name, manual);
        All = modules.Values;
        _byName = modules.ToFrozenDictionary();
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<ICarrier> All { get; }

    /// <inheritdoc/>
    public ICarrier? Find(CarrierName name) => _byName.GetValueOrDefault(name);

    private static ICarrier? Made(ICarrierFactory factory, ICarrierHost host, Func<CarrierName, bool> isTaken, ILogger logger)
    {
        var assembly = factory.GetType().Assembly.GetName().Name;
        try
        {
            return PlugInFolder.Bounded(() =>
            {
                // The contract of the version before is still understood.
                if (factory.ContractVersion is not (ICarrierHost.ContractVersion or ((ICarrierHost.ContractVersion - 1) and > 0)))
                    throw new PlugInException($"it was written for version {factory.ContractVersion} of the carrier contract, and this server speaks {ICarrierHost.ContractVersion}");
                var module = BoundedCarrier.Around(factory.Create(host), host.Clock, logger);
                if (isTaken(module.Name) || CarrierCatalogue.AsksNobody(module.Name)) throw new PlugInException($"the name {module.Name} is taken");
                if (KeyFault(module.Info.Keys) is { } fault) throw new PlugInException(fault);
                logger.PlugInTaken(module.Name, assembly, factory.Version);
                return module;
            });
        }
        catch (PlugInException refused)
        {
            logger.PlugInRefused(assembly, refused.Message);
        }
        catch (Exception broken)
        {
            logger.PlugInBroken(broken, assembly);
        }

        return null;
    }

    /// <summary>What is wrong with a plug-in's table of keys.</summary>
    private static string? KeyFault(ImmutableArray<CarrierKey> keys)
    {
        if (keys.IsDefaultOrEmpty) return null;
        if (keys.GroupBy(key => key.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice) return $"its key {twice.Key} is declared twice";
        // Secrets are known by their names everywhere: where they are encrypted, shown and logged.
        if (keys.FirstOrDefault(key => key.IsSecret && !ConfigMerge.IsSecret(key.Name)) is { } open)
            return $"its secret key {open.Name} has a name that does not say so; it must end in password, secret, token or api_key";
        return keys.FirstOrDefault(key => key.Default is { } text && !IsJson(text)) is { } unreadable ? $"the default of its key {unreadable.Name} is no JSON" : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
