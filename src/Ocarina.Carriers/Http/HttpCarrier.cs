using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>What all modules that talk over HTTP do alike: switches (carriers.md 1.8), missing keys, faults as answers, the order of search results. A module adds how its carrier talks.</summary>
/// <param name="host">What the process lends.</param>
public abstract class HttpCarrier(ICarrierHost host) : ICarrier
{
    private readonly Guard _guard = new(host);

    /// <inheritdoc/>
    public abstract CarrierName Name { get; }

    /// <inheritdoc/>
    public abstract CarrierInfo Info { get; }

    /// <summary>The shared chassis.</summary>
    protected CarrierHttp Http => _guard.Http;

    /// <summary>What the process lends.</summary>
    protected ICarrierHost Host { get; } = host;

    /// <inheritdoc/>
    public virtual bool IsBillable(NumberRecord number) => true;

    /// <inheritdoc/>
    public async Task<FindReply> FindAsync(CarrierSearch search, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Settings.IsEnabled) return FindReply.Skipped;
        if (MissingKey(context.Settings, null) is { } key) return FindReply.Failed(NotConfigured(key));
        var mask = TrafficMask.For(context.Settings);
        try
        {
            var reply = await SearchAsync(search, context, ct);
            return SearchResults.Tidy(reply with { Error = Guard.Masked(reply.Error, mask) }, search, AllowsNeighbours(context.Settings), Dropped);
        }
        catch (Exception fault) when (!IsCancelled(fault, ct))
        {
            return FindReply.Failed(_guard.ErrorOf(fault, Name, "search", mask));
        }

        void Dropped(int count) => _guard.Dropped(Name, count);
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> AcquireAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        var settings = context.Settings;
        if (order.IsDryRun) return Answer(new CarrierOutcome.Unchanged(order.CarrierData));
        if (!settings.IsEnabled) return Answer(Refuse(CarrierErrorKind.ProvisioningDisabled, "enabled is false"));
        if (MissingKey(settings, OrderKind.Acquire) is { } key) return Answer(new CarrierOutcome.Refused(NotConfigured(key)));
        if (!Pretends(settings) && !settings.CanProvision) return Answer(Refuse(CarrierErrorKind.ProvisioningDisabled, "enable_provisioning is false"));
        if (Refusal(order, context) is { } refusal) return Answer(new CarrierOutcome.Refused(refusal));
        return Pretends(settings)
            ? Answer(new CarrierOutcome.Pretended(PretendedData(order, context)))
            : _guard.RunAsync("acquire", Name, context, isOrder: true, () => OrderAsync(order, context, ct), ct);
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> RecoverAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        return MissingKey(context.Settings, order.Kind) is { } key
            ? Answer(new CarrierOutcome.Unknown(NotConfigured(key)))
            : _guard.RunAsync("recover", Name, context, isOrder: false, () => LookUpAsync(order, context, ct), ct);
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> DisconnectAsync(CarrierOrder order, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        var settings = context.Settings;
        if (order.IsDryRun) return Answer(new CarrierOutcome.Unchanged(order.CarrierData));
        if (IsPretended(order.CarrierData)) return Answer(new CarrierOutcome.Pretended(order.CarrierData));
        if (Pretends(settings)) return Answer(new CarrierOutcome.Stranded("sandbox_provisioning is on: the number was not released at the carrier"));
        if (!settings.CanProvision) return Answer(new CarrierOutcome.Stranded("enable_provisioning is off: the number was not released at the carrier"));
        return MissingKey(settings, OrderKind.Disconnect) is { } key
            ? Answer(new CarrierOutcome.Stranded($"{key} is not set: the number was not released at the carrier"))
            : _guard.RunAsync("disconnect", Name, context, isOrder: true, () => ReleaseAsync(order, context, ct), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) =>
        _guard.AskAsync("check", Name, context, MissingKey(context.Settings, null), () => CheckCoreAsync(numbers, context, ct), ct);

    /// <inheritdoc/>
    public Task<OwnedPage> ListOwnedAsync(string? cursor, CarrierContext context, CancellationToken ct) =>
        _guard.AskAsync("list_owned", Name, context, MissingKey(context.Settings, null), () => ListOwnedCoreAsync(cursor, context, ct), ct);

    /// <inheritdoc/>
    public async Task<CarrierError?> HealthAsync(CarrierContext context, CancellationToken ct)
    {
        try
        {
            return await _guard.AskAsync("health", Name, context, MissingKey(context.Settings, null), () => HealthCoreAsync(context, ct), ct);
        }
        catch (CarrierException failed)
        {
            return failed.Error;
        }
    }

    /// <summary>The first key that is required and empty; what an order needs in addition is asked for with its kind.</summary>
    protected virtual string? MissingKey(CarrierSettings settings, OrderKind? kind) => Info.Keys.FirstOrDefault(key => key.IsRequired && !settings.IsSet(key.Name))?.Name;

    /// <summary>True when success is only pretended (<c>sandbox_provisioning</c>, true unless it says otherwise).</summary>
    protected virtual bool Pretends(CarrierSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Pretends;
    }

    /// <summary>Searches. Answers with what it has when the deadline comes near.</summary>
    protected abstract Task<FindReply> SearchAsync(CarrierSearch search, CarrierContext context, CancellationToken ct);

    /// <summary>Sends the order; switches and keys were looked at.</summary>
    protected abstract Task<CarrierOutcome> OrderAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Says what became of an order of either kind.</summary>
    protected abstract Task<CarrierOutcome> LookUpAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Gives the number back; switches and keys were looked at, and it is no pretended one.</summary>
    protected abstract Task<CarrierOutcome> ReleaseAsync(CarrierOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Why an order cannot be sent as it is; a pretended order passes the same checks. Asks nobody.</summary>
    protected virtual CarrierError? Refusal(CarrierOrder order, CarrierContext context) => null;

    /// <summary>Carrier data of a pretended purchase: what the search left, and <c>sandbox</c>, <c>order_id</c>, <c>order_name</c>, <c>number</c>.</summary>
    protected virtual DocumentText PretendedData(CarrierOrder order, CarrierContext context)
    {
        var data = order.CarrierData.ToObject();
        data["sandbox"] = true;
        data["order_id"] = $"sandbox-{order.Key}";
        data["order_name"] = OrderName(context.Settings, order.Key, 64);
        data["intent_id"] = order.Key.ToString();
        data["number"] = order.Number.ToString();
        return DocumentText.From(data);
    }

    /// <summary>True when results outside the prefix were asked for.</summary>
    protected virtual bool AllowsNeighbours(CarrierSettings settings) => false;

    /// <summary>Whether numbers can be bought.</summary>
    protected virtual Task<IReadOnlyDictionary<PhoneNumber, CarrierCheck>> CheckCoreAsync(IReadOnlyList<PhoneNumber> numbers, CarrierContext context, CancellationToken ct) => throw NotSupported();

    /// <summary>One page of the numbers in our account.</summary>
    protected virtual Task<OwnedPage> ListOwnedCoreAsync(string? cursor, CarrierContext context, CancellationToken ct) => throw NotSupported();

    /// <summary>One cheap authenticated read.</summary>
    protected virtual Task<CarrierError?> HealthCoreAsync(CarrierContext context, CancellationToken ct) => throw NotSupported();

    /// <summary>Name of an order: prefix, dash, key. The prefix is cut where it is too long, never the key.</summary>
    protected static string OrderName(CarrierSettings settings, OrderKey key, int lengthMax)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (prefix, tail) = (settings.OrderNamePrefix, key.ToString());
        var room = Math.Max(0, lengthMax - tail.Length - 1);
        return room == 0 ? tail : $"{(prefix.Length > room ? prefix[..room].TrimEnd() : prefix)}-{tail}";
    }

    /// <summary>True when the number was only pretended to be bought.</summary>
    protected static bool IsPretended(DocumentText carrierData) =>
        carrierData.ToObject()["sandbox"] is JsonValue flag && (flag.TryGetValue<bool>(out var value) ? value : bool.TryParse(flag.ToString(), out var text) && text);

    private static Task<CarrierOutcome> Answer(CarrierOutcome outcome) => Task.FromResult(outcome);

    private static CarrierOutcome.Refused Refuse(CarrierErrorKind kind, string detail) => new(new CarrierError(kind, detail));

    private static CarrierError NotConfigured(string key) => new(CarrierErrorKind.NotConfigured, $"{key} is not set");

    private static CarrierException NotSupported() => new(new CarrierError(CarrierErrorKind.NotSupported, "There is no such question at this carrier"));

    private static bool IsCancelled(Exception fault, CancellationToken ct) => fault is OperationCanceledException && ct.IsCancellationRequested;
}
