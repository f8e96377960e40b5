namespace Ocarina.Core.Carriers;

/// <summary>The carrier modules that are installed in this process: built-in ones and plug-ins.</summary>
public interface ICarriers
{
    /// <summary>All modules, by name.</summary>
    IReadOnlyCollection<ICarrier> All { get; }

    /// <summary>The module of a name, else <see langword="null"/>.</summary>
    ICarrier? Find(CarrierName name);
}

/// <summary>Makes a carrier module. A plug-in assembly holds one public class with this interface and a constructor without parameters (docs/carriers/writing-a-carrier.md).</summary>
public interface ICarrierFactory
{
    /// <summary>The version of this contract the module was written for: 1. The host takes its own version and the one before.</summary>
    int ContractVersion { get; }

    /// <summary>The module's own version, for people.</summary>
    string Version { get; }

    /// <summary>Makes the module; called once per process.</summary>
    ICarrier Create(ICarrierHost host);
}

/// <summary>What the host lends to a module.</summary>
public interface ICarrierHost
{
    /// <summary>The version of the contract that this host speaks.</summary>
    public const int ContractVersion = 1;

    /// <summary>The clock; tests set it.</summary>
    TimeProvider Clock { get; }

    /// <summary>A service of the process by its type, such as the HTTP chassis; none when it is not there.</summary>
    T? Service<T>() where T : class;
}
