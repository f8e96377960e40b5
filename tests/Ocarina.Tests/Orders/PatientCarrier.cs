using System.Collections.Concurrent;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Orders;

/// <summary>A carrier that answers what a test says, to whatever it is asked, and counts what would have cost money.</summary>
internal sealed class PatientCarrier : ICarrier, ICarriers
{
    internal static readonly CarrierName TheName = CarrierName.Parse("patient");

    /// <summary>What it says to every order; "not yet" until told otherwise.</summary>
    internal Func<CarrierOrder, CarrierOutcome> Answer { get; set; } = order => new CarrierOutcome.Pending($"c-{order.Key}", "WORKING");

    /// <summary>Orders that were sent, each as often as it was.</summary>
    internal ConcurrentQueue<OrderKey> Sent { get; } = [];

    internal static CarrierOutcome Sold(CarrierOrder order) =>
        new CarrierOutcome.Done(DocumentText.From(new() { ["order_id"] = $"c-{order.Key}" })) { CarrierOrderId = $"c-{order.Key}" };

    public CarrierName Name => TheName;

    public CarrierInfo Info { get; } = new(CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects, 3, []);

    public IReadOnlyCollection<ICarrier> All => [this];

    public ICarrier? Find(CarrierName name) => name == TheName ? this : null;

    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Sent.Enqueue(order.Key);
        return Task.FromResult(Answer(order));
    }

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Task.FromResult(Answer(order));

    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Sent.Enqueue(order.Key);
        return Task.FromResult(Answer(order));
    }

    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody searches here.");

    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        throw new InvalidOperationException("Nobody checks here.");

    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new InvalidOperationException("Nobody counts here.");

    public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);
}
