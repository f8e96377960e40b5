using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Carriers.Http;
using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Features;

namespace Ocarina.Carriers.Providers.Telnyx;

/// <summary>The provider <c>telnyx_cnam</c>: caller names of numbers at Telnyx (numbers.md 9.4).</summary>
internal sealed class TelnyxCallerNames(ICarrierHost host) : IFeatureProvider
{
    private const int NameLengthMax = 15;

    private readonly Guard _guard = new(host);

    /// <inheritdoc/>
    public CarrierName Name { get; } = CarrierName.Parse("telnyx_cnam");

    /// <inheritdoc/>
    public CarrierName Document { get; } = CarrierName.Parse("telnyx");

    /// <inheritdoc/>
    public ImmutableArray<string> Features { get; } = [NumberFeatures.OutboundCnam, NumberFeatures.InboundCnam];

    /// <inheritdoc/>
    public string? MissingKey(CarrierSettings settings) => TelnyxClient.MissingKey(settings);

    /// <inheritdoc/>
    public Task<FeatureCheck> CheckAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Task.FromResult<FeatureCheck>(NameIn(order.Wanted) is { Length: > NameLengthMax }
            ? new FeatureCheck.Invalid($"A caller name has at most {NameLengthMax} characters")
            : new FeatureCheck.Accepted());
    }

    /// <inheritdoc/>
    public Task<CarrierOutcome> ApplyAsync(FeatureOrder order, CarrierContext context, CancellationToken ct) => ChangeAsync(
        "cnam_set", order, context, order.Feature == NumberFeatures.InboundCnam
            ? new JsonObject { ["enable_caller_id_name"] = true }
            : new JsonObject { ["cnam_listing_enabled"] = true, ["cnam_listing_details"] = NameIn(order.Wanted) }, ct);

    /// <inheritdoc/>
    public async Task<CarrierOutcome> RemoveAsync(FeatureOrder order, CarrierContext context, CancellationToken ct)
    {
        var outcome = await ChangeAsync("cnam_clear", order, context, order.Feature == NumberFeatures.InboundCnam
            ? new JsonObject { ["enable_caller_id_name"] = false }
            : new JsonObject { ["cnam_listing_enabled"] = false, ["cnam_listing_details"] = null }, ct);
        // A number that the carrier no longer has for us bears no name of ours.
        return outcome is CarrierOutcome.Refused { Error.Kind: CarrierErrorKind.NotFound } ? new CarrierOutcome.Done(DocumentText.Empty) : outcome;
    }

    private Task<CarrierOutcome> ChangeAsync(string operation, FeatureOrder order, CarrierContext context, JsonObject settings, CancellationToken ct) =>
        _guard.RunAsync(operation, Name, context, isOrder: true, async () =>
            await new TelnyxClient(_guard.Http, Name, context).ChangeAsync(order.Number, settings, ct) ?? new CarrierOutcome.Done(order.Wanted), ct);

    private static string? NameIn(DocumentText wanted) => (string?)wanted.ToObject()["display_name"];
}
