using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Carriers.Providers.Telnyx;

/// <summary>The provider <c>telnyx_e911</c>: emergency addresses of numbers at Telnyx (numbers.md 9.4): an address is made, then bound to the number.</summary>
internal sealed class TelnyxEmergency(ICarrierHost host) : IFeatureProvider
{
    private const string AddressId = "address_id";
    private const string Lost = "making"; // noted while an address is made
    private const string Tries = "tries";
    private const int TriesMax = 3;

    private readonly Guard _guard = new(host);

    /// <inheritdoc/>
    public CarrierName Name { get; } = CarrierName.Parse("telnyx_e911");

    /// <inheritdoc/>
    public CarrierName Document { get; } = CarrierName.Parse("telnyx");

    /// <inheritdoc/>
    public ImmutableArray<string> Features { get; } = [NumberFeatures.E911];

    /// <inheritdoc/>
    public string? MissingKey(CarrierSettings settings) => TelnyxClient.MissingKey(settings);

    /// <summary>There is no question without consequences: an address is looked at when it is made.</summary>
    public Task<FeatureCheck> CheckAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) => Task.FromResult<FeatureCheck>(new FeatureCheck.Accepted());

    /// <inheritdoc/>
    public Task<CarrierOutcome> ApplyAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) =>
        _guard.RunAsync("e911_set", Name, context, isOrder: true, () => SetUpAsync(order, context, ct), ct);

    /// <inheritdoc/>
    public Task<CarrierOutcome> RemoveAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) =>
        _guard.RunAsync("e911_clear", Name, context, isOrder: true, () => TakeAwayAsync(order, context, ct), ct);

    private async Task<CarrierOutcome> SetUpAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        var client = new TelnyxClient(_guard.Http, Name, context);
        var wanted = order.Wanted.ToObject();
        var facts = order.Facts.ToObject();
        List<string> warnings = [];
        var id = TextOf(order.Facts, AddressId);
        // There is no way to ask which addresses there are.
        if (facts.ContainsKey(Lost)) warnings.Add("An address whose making was answered by nobody may be left behind at the service, bound to no number");
        if (id is null)
        {
            facts[Lost] = true;
            await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.From(facts), ct);
            (id, var refusal) = await client.AddAddressAsync(ToWire(wanted, EmergencyAddress.CallerNameOf(wanted, order.AccountName)), ct);
            if (refusal is CarrierOutcome.Refused || (id is not null && warnings.Count == 0)) facts.Remove(Lost);
            if (id is not null) facts[AddressId] = id;
            await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.From(facts), ct);
            if (id is null) return refusal!; // one of the two is there
        }

        if (await client.BindAsync(order.Number, id, ct) is { } refused)
        {
            // The order ends with that, and nobody would ask for the address again.
            if (refused is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotFound or CarrierErrorKind.InvalidRequest })
            {
                facts[Tries] = TriesMax;
                await DropAsync(client, id, facts, context, ct);
            }

            return refused;
        }

        if (OldAddress(order) is { } old && old != id && await DropAsync(client, old, facts, context, ct) is { } warning) warnings.Add(warning);

        wanted["location_id"] = id;
        wanted["status"] = "PROVISIONED";
        return new CarrierOutcome.Done(DocumentText.From(wanted)) { CarrierOrderId = id, Warnings = warnings };
    }

    private async Task<CarrierOutcome> TakeAwayAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        var client = new TelnyxClient(_guard.Http, Name, context);
        // A number that the carrier no longer has for us is bound to nothing.
        if (await client.BindAsync(order.Number, null, ct) is { } refused and not CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotFound }) return refused;
        var warning = OldAddress(order) is { } old ? await DropAsync(client, old, order.Facts.ToObject(), context, ct) : null;
        return new CarrierOutcome.Done(DocumentText.Empty) { Warnings = warning is null ? [] : [warning] };
    }

    // Bound to nothing it has no effect: what cannot be removed is tried a few times, then it is named, and holds up nothing any longer.
    private static async Task<string?> DropAsync(TelnyxClient client, string id, JsonObject facts, CarrierContext context, CancellationToken ct)
    {
        try
        {
            await client.RemoveAddressAsync(id, ct);
            return null;
        }
        catch (CarrierException failed)
        {
            var tries = 1 + ((int?)facts[Tries] ?? 0);
            if (tries >= TriesMax || failed.Error.Kind is CarrierErrorKind.InvalidRequest or CarrierErrorKind.DuplicateOrder)
                return $"Address {id} is left behind at the service, bound to no number: {failed.Error.Name}";
            facts[Tries] = tries;
            await context.Notes.NoteAsync(OrderPhase.Sending, DocumentText.From(facts), ct);
            throw;
        }
    }

    // Documents of Kazoo keep it with the number's carrier data; an order that was given up has it among its notes. What another provider has set up is none of ours.
    private string? OldAddress(FeatureOrder order) =>
        (FeatureRemovals.IsBy(order.Current, Name) ? TextOf(order.Current, "location_id") ?? TextOf(order.Current, AddressId) : null) ?? TextOf(order.CarrierData, AddressId);

    private static JsonObject ToWire(JsonObject address, string callerName)
    {
        var wire = new JsonObject { ["business_name"] = callerName };
        Add("line_1", "street_address");
        Add("line_2", "extended_address");
        Add("city", "locality");
        Add("state", "region");
        if (address["postal_code"]?.ToString() is { } code) wire["postal_code"] = code;
        return wire;

        void Add(string name, string member)
        {
            if (address[member]?.ToString() is { } text && Plain(text) is { Length: > 0 } plain) wire[name] = plain;
        }
    }

    // Capitals, digits and blanks are all that is taken.
    private static string Plain(string text) => string.Concat(text.ToUpperInvariant().Where(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == ' '));

    private static string? TextOf(DocumentText document, string name) =>
        document.ToObject()[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
