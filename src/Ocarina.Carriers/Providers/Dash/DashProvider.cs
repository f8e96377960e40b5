using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Carriers.Providers.Dash;

/// <summary>The provider <c>dash_e911</c>: emergency addresses of North American numbers at Dash (numbers.md 9.4).</summary>
/// <remarks>Setting up looks first at what is there: a location that was added by a try whose answer was lost is found again, and never added twice.</remarks>
internal sealed class DashProvider(ICarrierHost host) : IFeatureProvider
{
    private readonly Guard _guard = new(host);

    /// <inheritdoc/>
    public CarrierName Name { get; } = CarrierName.Parse("dash_e911");

    /// <inheritdoc/>
    public CarrierName Document => Name;

    /// <inheritdoc/>
    public ImmutableArray<string> Features { get; } = [NumberFeatures.E911];

    /// <inheritdoc/>
    public string? MissingKey(CarrierSettings settings) => new DashSettings(settings).MissingKey;

    /// <inheritdoc/>
    public Task<FeatureCheck> CheckAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(context);
        // A number that its carrier will name later is any number.
        return !order.Number.IsEmpty && CarrierNumbers.TenDigits(order.Number) is null
            ? Task.FromResult<FeatureCheck>(new FeatureCheck.Invalid("Emergency addresses are kept for numbers under +1 only"))
            : _guard.AskAsync("validate", Name, context, MissingKey(context.Settings), () => ValidateAsync(order, context, ct), ct);
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> ApplyAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) =>
        _guard.RunAsync("provision", Name, context, isOrder: true, () => SetUpAsync(order, context, ct), ct);

    /// <inheritdoc/>
    public Task<CarrierOutcome> RemoveAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) =>
        _guard.RunAsync("remove", Name, context, isOrder: true, () => TakeAwayAsync(order, context, ct), ct);

    private async Task<FeatureCheck> ValidateAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        var wanted = order.Wanted.ToObject();
        var found = await Client(context).ValidateAsync(wanted, ct);
        return found switch
        {
            [] => new FeatureCheck.Failed(new CarrierError(CarrierErrorKind.BadReply, "The service answered without a location")),
            [{ Status: DashLocation.Invalid } none, ..] => new FeatureCheck.Invalid(none.Description),
            [{ Status: DashLocation.Geocoded or DashLocation.Provisioned }] => new FeatureCheck.Accepted(),
            [{ Status: DashLocation.Geocoded }, ..] => new FeatureCheck.Ambiguous([.. found.Select(choice => Complete(choice, wanted))]),
            [{ } other, ..] => new FeatureCheck.Failed(new CarrierError(CarrierErrorKind.CarrierFault, other.Description)),
        };
    }

    private async Task<CarrierOutcome> SetUpAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        if (DigitsOf(order.Number) is not { } digits) return NotHere();
        var client = Client(context);
        var wanted = order.Wanted.ToObject();
        var callerName = EmergencyAddress.CallerNameOf(wanted, order.AccountName);
        var facts = DashFacts.Read(order.Facts);

        var known = await client.LocationsAsync(digits, ct);
        var location = facts.LocationId is { } id ? known.FirstOrDefault(one => one.Id == id) : null;
        if (location is null && facts.WasAdding && known.Count > 0) location = await FindAgainAsync(client, known, wanted, callerName, ct);
        // A number may have few of them: what earlier addresses have left goes, but never the one that is in use.
        foreach (var left in known.Where(one => !one.IsProvisioned && one != location))
            if (left.Id is { } old) await TidyUpAsync(client, old, ct);

        if (location is null)
        {
            await context.Notes.NoteAsync(OrderPhase.Sending, DashFacts.Adding, ct);
            var (added, failed) = await client.AddAsync(digits, callerName, wanted, ct);
            if (added is null) return failed!; // one of the two is there
            if (Refusal(added) is { } refusal) return refusal;
            location = added;
            if (location.Id is not { } newId) return new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.BadReply, "The service added a location without an id"));
            await context.Notes.NoteAsync(OrderPhase.Sending, DashFacts.Added(newId), ct);
        }

        if (!location.IsProvisioned)
        {
            var (status, description, failed) = await client.ProvisionAsync(location.Id!, ct); // what is listed or was added has one
            if (failed is not null) return failed;
            if (status != DashLocation.Provisioned) return new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.CarrierFault, description, status));
        }

        return new CarrierOutcome.Done(SettingsOf(location, context)) { CarrierOrderId = location.Id, Evidence = [$"location {location.Id} is provisioned"] };
    }

    // Where it fails the location stays, without effect; when there is room for no other the service says so.
    private static async Task TidyUpAsync(DashClient client, string locationId, CancellationToken ct)
    {
        try
        {
            await client.RemoveLocationAsync(locationId, ct);
        }
        catch (CarrierException)
        {
            // No part of what was asked for.
        }
    }

    private async Task<CarrierOutcome> TakeAwayAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        if (DigitsOf(order.Number) is not { } digits) return NotHere();
        var client = Client(context);
        try
        {
            if (await client.RemoveAsync(digits, ct)) return new CarrierOutcome.Done(DocumentText.Empty);
        }
        catch (CarrierException lost) when (lost.Error.Kind is CarrierErrorKind.CarrierFault or CarrierErrorKind.OutcomeUnknown or CarrierErrorKind.BadReply)
        {
            // What the service says of a number that it does not know is not written down anywhere: whether it is gone is asked.
        }

        return await client.LocationsAsync(digits, ct) is []
            ? new CarrierOutcome.Done(DocumentText.Empty)
            : new CarrierOutcome.Unknown(new CarrierError(CarrierErrorKind.CarrierFault, "The service still has locations of the number"));
    }

    // The answer to an earlier try was lost: is there a location that only this order can have added?
    private static async Task<DashLocation?> FindAgainAsync(
        DashClient client, IReadOnlyList<DashLocation> known, JsonObject wanted, string callerName, CancellationToken ct) =>
        await client.ValidateAsync(wanted, ct) is [{ Status: DashLocation.Geocoded } place] ? known.FirstOrDefault(one => one.IsAt(place) && one.IsNamed(callerName)) : null;

    private static CarrierOutcome.Refused? Refusal(DashLocation added) => added.Status switch
    {
        DashLocation.Geocoded or DashLocation.Provisioned => null,
        DashLocation.Invalid => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.InvalidRequest, added.Description, added.Status)),
        _ => new CarrierOutcome.Refused(new CarrierError(CarrierErrorKind.CarrierFault, added.Description, added.Status)),
    };

    private static DocumentText SettingsOf(DashLocation location, CarrierContext context)
    {
        var settings = (JsonObject)location.Address.DeepClone();
        settings["status"] = DashLocation.Provisioned;
        if (settings["activated_time"] is null) settings["activated_time"] = context.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return DocumentText.From(settings);
    }

    // A choice can be sent back as it is: what was written beside the address goes with it.
    private static DocumentText Complete(DashLocation choice, JsonObject wanted)
    {
        var address = (JsonObject)wanted.DeepClone();
        foreach (var (name, value) in choice.Address) address[name] = value?.DeepClone();
        return DocumentText.From(address);
    }

    private static string? DigitsOf(PhoneNumber number) => CarrierNumbers.TenDigits(number) is { } ten ? "1" + ten : null;

    private static CarrierOutcome.Refused NotHere() => new(new CarrierError(CarrierErrorKind.InvalidRequest, "Emergency addresses are kept for numbers under +1 only"));

    private DashClient Client(CarrierContext context) => new(_guard.Http, Name, context);
}

/// <summary>What is noted with the order between two requests.</summary>
/// <param name="WasAdding">True from just before a location is added.</param>
/// <param name="LocationId">The location that was added for this order.</param>
internal readonly record struct DashFacts(bool WasAdding, string? LocationId)
{
    internal static DocumentText Adding { get; } = DocumentText.From(new JsonObject { ["adding"] = true });

    internal static DocumentText Added(string locationId) => DocumentText.From(new JsonObject { ["location_id"] = locationId });

    internal static DashFacts Read(DocumentText facts)
    {
        var json = facts.ToObject();
        return new DashFacts((bool?)json["adding"] ?? false, (string?)json["location_id"]);
    }
}
