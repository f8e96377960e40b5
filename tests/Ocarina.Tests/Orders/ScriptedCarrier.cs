using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Orders;

/// <summary>A carrier in this process that keeps books, and does with a call what the test says. Without a word it sells and takes back at once.</summary>
internal sealed class ScriptedCarrier : ICarrier, ICarriers, ICarrierCleaner
{
    private readonly ConcurrentDictionary<OrderKey, PhoneNumber> _sold = new();
    private int _ids;

    public delegate Task<CarrierOutcome> Answer(CarrierOrder order, CarrierContext context, CancellationToken ct);

    public CarrierName Name { get; init; } = CarrierName.Parse("acme");

    public CarrierInfo Info { get; set; } = new(
        CarrierCapabilities.Searches | CarrierCapabilities.Acquires | CarrierCapabilities.Disconnects | CarrierCapabilities.MayResend, 3, []);

    /// <summary>What is done with the next calls, one after the other; then what stands in <see cref="OnAcquire"/> and the others.</summary>
    public ConcurrentQueue<Answer> Acquires { get; } = new();

    public ConcurrentQueue<Answer> Recovers { get; } = new();

    public ConcurrentQueue<Answer> Disconnects { get; } = new();

    /// <summary>What it is told of the keys it asks about when it clears up; empty asks about nothing.</summary>
    public IReadOnlyList<OrderKey> Remains { get; set; } = [];

    public IReadOnlySet<OrderKey> Cleared { get; private set; } = new HashSet<OrderKey>();

    public Answer? OnAcquire { get; set; }

    public Answer? OnRecover { get; set; }

    public Answer? OnDisconnect { get; set; }

    public async Task<int> CleanUpAsync(
        Func<IReadOnlyList<OrderKey>, CancellationToken, Task<IReadOnlySet<OrderKey>>> ended, CarrierContext context, CancellationToken ct)
    {
        Cleared = await ended(Remains, ct);
        return Cleared.Count;
    }

    /// <summary>Calls that arrived, in order.</summary>
    public ConcurrentQueue<CarrierOrder> Sent { get; } = new();

    public ConcurrentQueue<CarrierOrder> Asked { get; } = new();

    public ConcurrentQueue<CarrierOrder> Released { get; } = new();

    /// <summary>Numbers that we are billed for.</summary>
    public ConcurrentDictionary<PhoneNumber, OrderKey> Held { get; } = new();

    /// <summary>True while the module is installed.</summary>
    public bool IsInstalled { get; set; } = true;

    IReadOnlyCollection<ICarrier> ICarriers.All => IsInstalled ? [this] : [];

    ICarrier? ICarriers.Find(CarrierName name) => IsInstalled && name == Name ? this : null;

    /// <summary>Sells: once per key, and each number once.</summary>
    public CarrierOutcome Sell(CarrierOrder order, PhoneNumber? delivered = null)
    {
        var number = delivered ?? order.Number;
        if (_sold.TryAdd(order.Key, number) && !Held.TryAdd(number, order.Key))
            return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NumberUnavailable, "sold already"));
        return Sold(order.Key, number, order.Number.IsEmpty);
    }

    /// <summary>What the carrier knows of an order.</summary>
    public CarrierOutcome Know(CarrierOrder order) => order.Kind == OrderKind.Disconnect
        ? Held.ContainsKey(order.Number) ? new CarrierOutcome.Absent() : new CarrierOutcome.Done(DocumentText.Empty)
        : _sold.TryGetValue(order.Key, out var number) ? Sold(order.Key, number, order.Number.IsEmpty) : new CarrierOutcome.Absent();

    /// <summary>Takes back.</summary>
    public CarrierOutcome TakeBack(CarrierOrder order) => Held.TryRemove(order.Number, out _)
        ? new CarrierOutcome.Done(DocumentText.Empty) { CarrierOrderId = $"R{Interlocked.Increment(ref _ids)}" }
        : new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.NotOwned));

    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Sent.Enqueue(order);
        return Acquires.TryDequeue(out var answer) || (answer = OnAcquire) is not null ? answer(order, context, ct) : Task.FromResult(Sell(order));
    }

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Asked.Enqueue(order);
        return Recovers.TryDequeue(out var answer) || (answer = OnRecover) is not null ? answer(order, context, ct) : Task.FromResult(Know(order));
    }

    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        Released.Enqueue(order);
        return Disconnects.TryDequeue(out var answer) || (answer = OnDisconnect) is not null ? answer(order, context, ct) : Task.FromResult(TakeBack(order));
    }

    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct) => Task.FromResult(FindReply.Empty);

    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        throw new CarrierException(new CarrierError(CarrierErrorKind.NotSupported));

    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) =>
        throw new CarrierException(new CarrierError(CarrierErrorKind.NotSupported));

    public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);

    private static CarrierOutcome.Done Sold(OrderKey key, PhoneNumber number, bool isNamed) =>
        new(DocumentText.From(new JsonObject { ["order"] = key.ToString() })) { CarrierOrderId = $"A-{key}", Delivered = isNamed ? number : null };
}

/// <summary>Ways of a carrier to answer.</summary>
internal static class Answers
{
    /// <summary>Sells, and its answer is lost.</summary>
    public static ScriptedCarrier.Answer SellAndHangUp(this ScriptedCarrier carrier) => (order, _, _) =>
    {
        carrier.Sell(order);
        throw new IOException("the connection was reset");
    };

    /// <summary>The request never arrived, and nobody knows.</summary>
    public static ScriptedCarrier.Answer HangUp(this ScriptedCarrier _) => (_, _, _) => throw new IOException("the connection was reset");

    public static ScriptedCarrier.Answer Refuse(CarrierErrorKind kind, TimeSpan? retryAfter = null) =>
        (_, _, _) => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Refused(new CarrierError(kind, "no") { RetryAfter = retryAfter }));

    public static ScriptedCarrier.Answer Say(CarrierOutcome outcome) => (_, _, _) => Task.FromResult(outcome);

    /// <summary>Sells, and works on it.</summary>
    public static ScriptedCarrier.Answer SellSlowly(this ScriptedCarrier carrier) => (order, _, _) =>
    {
        carrier.Sell(order);
        return Task.FromResult<CarrierOutcome>(new CarrierOutcome.Pending($"A-{order.Key}", "RECEIVED"));
    };

    /// <summary>Waits for the test, then does something else.</summary>
    public static ScriptedCarrier.Answer After(Task gate, ScriptedCarrier.Answer then) => async (order, context, ct) =>
    {
        await gate;
        return await then(order, context, ct);
    };
}
