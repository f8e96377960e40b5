using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Tests.Orders;

/// <summary>A provider of emergency addresses in this process that keeps books, and does with a call what the test says. Without a word it agrees and sets up at once.</summary>
internal sealed class ScriptedProvider : IFeatureProvider, IFeatureProviders
{
    public delegate Task<CarrierOutcome> Answer(FeatureOrder order, CarrierContext context, CancellationToken ct);

    public CarrierName Name { get; init; } = CarrierName.Parse("dash_e911");

    // Its patience is the carrier's.
    public CarrierName Document { get; } = CarrierName.Parse("acme");

    public ImmutableArray<string> Features { get; set; } = [NumberFeatures.E911];

    /// <summary>What is done with the next calls, one after the other; then it agrees.</summary>
    public ConcurrentQueue<FeatureCheck> Checks { get; } = new();

    public ConcurrentQueue<Answer> Applies { get; } = new();

    public ConcurrentQueue<Answer> Removes { get; } = new();

    /// <summary>What arrived, in order: <c>check</c>, <c>apply</c>, <c>remove</c>.</summary>
    public ConcurrentQueue<(string Call, FeatureOrder Order)> Calls { get; } = new();

    /// <summary>Addresses that are set up.</summary>
    public ConcurrentDictionary<PhoneNumber, string> Located { get; } = new();

    /// <summary>A key that is missing in its configuration.</summary>
    public string? Missing { get; set; }

    public bool IsInstalled { get; set; } = true;

    public IFeatureProvider? Find(CarrierName name) => IsInstalled && name == Name ? this : null;

    public string? MissingKey(CarrierSettings settings) => Missing;

    public Task<FeatureCheck> CheckAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls.Enqueue(("check", order));
        return Task.FromResult(Checks.TryDequeue(out var check) ? check : new FeatureCheck.Accepted());
    }

    public Task<CarrierOutcome> ApplyAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls.Enqueue(("apply", order));
        return Applies.TryDequeue(out var answer) ? answer(order, context, ct) : Task.FromResult<CarrierOutcome>(SetUp(order));
    }

    public Task<CarrierOutcome> RemoveAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        Calls.Enqueue(("remove", order));
        return Removes.TryDequeue(out var answer) ? answer(order, context, ct) : Task.FromResult<CarrierOutcome>(TakeAway(order));
    }

    /// <summary>Sets an address up, in capitals and with a location's id.</summary>
    public CarrierOutcome.Done SetUp(FeatureOrder order)
    {
        var address = order.Wanted.ToObject();
        foreach (var name in (string[])["street_address", "locality"]) address[name] = address[name]!.ToString().ToUpperInvariant(); // every address has both
        address["location_id"] = $"L-{order.Key}";
        address["status"] = "PROVISIONED";
        Located[order.Number] = address["street_address"]!.ToString();
        return new CarrierOutcome.Done(DocumentText.From(address));
    }

    public CarrierOutcome.Done TakeAway(FeatureOrder order)
    {
        Located.TryRemove(order.Number, out _);
        return new CarrierOutcome.Done(DocumentText.Empty);
    }

    public static Task<CarrierOutcome> Refuse(CarrierErrorKind kind, string detail) => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Refused(new CarrierError(kind, detail)));

    public static Task<CarrierOutcome> Lose() => Task.FromResult<CarrierOutcome>(new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.OutcomeUnknown, "reply lost")));

    /// <summary>An address as users write it.</summary>
    public static JsonObject Address(string street = "1855 Blake Street") => new()
    {
        ["street_address"] = street, ["locality"] = "Denver", ["region"] = "CO", ["postal_code"] = "80202",
    };
}
