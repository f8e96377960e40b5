using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Features;

/// <summary>One feature that a provider outside has set up and is to take away.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Provider">Who set it up.</param>
/// <param name="Current">Its settings.</param>
public sealed record FeatureRemoval(string Feature, CarrierName Provider, DocumentText Current);

/// <summary>What a change of a number takes away from it that somebody outside still provides: an address that emergency services would find, a name in a directory.</summary>
public static class FeatureRemovals
{
    internal static readonly string[] Outside = [NumberFeatures.E911, NumberFeatures.InboundCnam, NumberFeatures.OutboundCnam];

    /// <summary>The removals, in alphabetical order.</summary>
    /// <param name="before">The number as it was; none when it is new.</param>
    /// <param name="after">The number as it will be; none when it is erased.</param>
    /// <param name="emergencyProvider">Who set up addresses that do not say so: those of imported documents.</param>
    public static ImmutableArray<FeatureRemoval> Of(NumberRecord? before, NumberRecord? after, CarrierName? emergencyProvider)
    {
        if (before is null || before.Features.IsEmpty || before.Features == after?.Features) return [];
        var had = before.Features.ToObject();
        var has = after?.Features.ToObject() ?? [];
        return
        [
            .. from feature in Outside
               let current = had[feature] as JsonObject
               where current is not null
               let provider = ProviderOf(current, feature, emergencyProvider)
               where provider is not null && ProviderOf(has[feature] as JsonObject, feature, emergencyProvider) != provider
               select new FeatureRemoval(feature, provider.Value, DocumentText.From(current)),
        ];
    }

    /// <summary>True when settings say that a provider set them up, or do not say who.</summary>
    public static bool IsBy(DocumentText settings, CarrierName provider) =>
        settings.ToObject()[EmergencyAddress.Provider] is not JsonValue value || !value.TryGetValue<string>(out var name) || CarrierName.Parse(name) == provider;

    /// <summary>Settings with a note of who set them up.</summary>
    public static JsonObject WithProvider(JsonObject settings, CarrierName provider)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var noted = (JsonObject)settings.DeepClone();
        noted[EmergencyAddress.Provider] = provider.ToString();
        return noted;
    }

    private static CarrierName? ProviderOf(JsonObject? settings, string feature, CarrierName? emergencyProvider) =>
        settings is null ? null
        : settings[EmergencyAddress.Provider] is JsonValue value && value.TryGetValue<string>(out var name) && name.Length > 0 ? CarrierName.Parse(name)
        : feature == NumberFeatures.E911 ? emergencyProvider
        : null;
}
