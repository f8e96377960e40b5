using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Manual;

/// <summary>A carrier that is dealt with by hand (numbers.md 11.4): its numbers are marked with its name, and nothing can be asked of it.</summary>
internal sealed class ManualCarrier(CarrierName name) : ICarrier
{
    private static readonly CarrierError NotHere = new(CarrierErrorKind.NotSupported, "Numbers of this carrier are bought by hand");

    /// <summary>The carriers that Kazoo has as names without a module behind them.</summary>
    public static IEnumerable<ICarrier> All { get; } =
    [
        .. new[] { "didww", "flowroute", "inteliquent", "it_vocal", "level3", "o1", "peerless", "thinq", "verizon", "windstream", "ziron" }
            .Select(name => new ManualCarrier(CarrierName.Parse(name))),
    ];

    /// <inheritdoc/>
    public CarrierName Name { get; } = name;

    /// <inheritdoc/>
    public CarrierInfo Info { get; } = new(CarrierCapabilities.Disconnects, PrefixLengthMax: 3, []);

    /// <inheritdoc/>
    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => Task.FromResult(FindReply.Skipped);

    /// <inheritdoc/>
    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierOutcome>(
        order.IsDryRun ? new CarrierOutcome.Unchanged(order.CarrierData) : new CarrierOutcome.Refused(NotHere));

    /// <inheritdoc/>
    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierOutcome>(
        order.Kind == OrderKind.Disconnect ? ByHand() : new CarrierOutcome.Refused(NotHere));

    /// <summary>The release succeeds here and is kept for a person: until he has cancelled the number, the carrier goes on billing it.</summary>
    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierOutcome>(
        order.IsDryRun ? new CarrierOutcome.Unchanged(order.CarrierData) : ByHand());

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        throw new CarrierException(NotHere);

    /// <inheritdoc/>
    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new CarrierException(NotHere);

    /// <inheritdoc/>
    public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(NotHere);

    private CarrierOutcome.Stranded ByHand() => new($"Manual disconnect required: cancel the number at {Name}");
}
