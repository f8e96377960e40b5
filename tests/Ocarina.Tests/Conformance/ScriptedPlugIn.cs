using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Conformance;

/// <summary>The one public factory of this assembly: as a plug-in, it is what <c>PlugInFolder</c> looks for.</summary>
public sealed class ScriptedPlugIn : ICarrierFactory
{
    public int ContractVersion => ICarrierHost.ContractVersion;

    public string Version => "1.2.3";

    public ICarrier Create(ICarrierHost host) => new ScriptedModule("acme");
}

/// <summary>A maker of modules as a test wants it.</summary>
internal sealed class ScriptedFactory(Func<ICarrierHost, ICarrier> make, int contractVersion = ICarrierHost.ContractVersion) : ICarrierFactory
{
    public int ContractVersion => contractVersion;

    public string Version => "0";

    public ICarrier Create(ICarrierHost host) => make(host);
}

/// <summary>A module that does what a test wants, good or bad.</summary>
internal sealed class ScriptedModule(string name, params CarrierKey[] keys) : ICarrier
{
    public Func<CarrierContext, Task<FindReply>> Find { get; init; } = _ => Task.FromResult(FindReply.Empty);

    public Func<CarrierOrder, Task<CarrierOutcome>> Acquire { get; init; } = order => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Done(order.CarrierData));

    public Func<CarrierOrder, Task<CarrierOutcome>> Recover { get; init; } = _ => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Absent());

    public Func<CarrierOrder, Task<CarrierOutcome>> Disconnect { get; init; } = _ => throw new InvalidOperationException("broken");

    public CarrierName Name { get; } = CarrierName.Parse(name);

    public CarrierInfo Info { get; init; } = new(CarrierCapabilities.Searches | CarrierCapabilities.Acquires, 3, [.. keys]);

    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => Find(context);

    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Acquire(order);

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Recover(order);

    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Disconnect(order);

    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        throw new CarrierException(new CarrierError(CarrierErrorKind.NotSupported));

    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("broken");

    public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);
}
