using System.Collections.Concurrent;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Tests.Search;

/// <summary>A carrier that does what a test wrote down, and remembers what it was asked.</summary>
internal sealed class ScriptedCarrier(string name, Func<CarrierSearch, CarrierContext, CancellationToken, Task<FindReply>> find) : ICarrier
{
    private readonly ConcurrentQueue<CarrierSearch> _asked = new();

    public CarrierName Name { get; } = CarrierName.Parse(name);

    public CarrierInfo Info { get; init; } = new(CarrierCapabilities.Searches | CarrierCapabilities.Tollfree, 3, []);

    /// <summary>Answer of <see cref="CheckAsync"/>.</summary>
    internal Func<IReadOnlyList<PhoneNumber>, CancellationToken, Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>>> Check { get; init; } =
        (_, _) => throw new CarrierException(new CarrierError(CarrierErrorKind.NotSupported));

    internal IReadOnlyList<CarrierSearch> Asked => [.. _asked];

    /// <summary>Has these numbers, at once.</summary>
    internal static ScriptedCarrier With(string name, params string[] numbers) => new(name, (_, _, _) => Task.FromResult(Found(numbers)));

    internal static ScriptedCarrier Failing(string name, Exception fault) => new(name, (_, _, _) => throw fault);

    /// <summary>Answers when the test says so.</summary>
    internal static ScriptedCarrier Waiting(string name, Task<FindReply> answer) => new(name, (_, _, ct) => answer.WaitAsync(ct));

    /// <summary>Never answers, and does not listen either.</summary>
    internal static ScriptedCarrier Deaf(string name) => new(name, (_, _, _) => new TaskCompletionSource<FindReply>().Task);

    internal static FindReply Found(params string[] numbers) => new([.. numbers.Select(Hit)]);

    internal static CarrierHit Hit(string number) => new(PhoneNumber.Parse(number));

    public Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        _asked.Enqueue(search);
        return find(search, context, ct);
    }

    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) => Check(numbers, ct);

    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw new NotSupportedException();

    public Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct) => Task.FromResult<CarrierError?>(null);
}

/// <summary>The carriers of one server; a test puts in what it needs.</summary>
internal sealed class ScriptedCarriers : ICarriers
{
    internal IReadOnlyList<ScriptedCarrier> Carriers { get; set; } = [];

    public IReadOnlyCollection<ICarrier> All => Carriers;

    public ICarrier? Find(CarrierName name) => Carriers.FirstOrDefault(carrier => carrier.Name == name);
}
