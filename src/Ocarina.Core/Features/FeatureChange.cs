using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Features;

/// <summary>One number's features while they are being decided. Made and used by <see cref="FeaturePlan"/> alone.</summary>
/// <param name="before">The number as it was; none when it is new.</param>
/// <param name="after">The number as it will be, its features as they are now.</param>
/// <param name="oldFields">Its public fields as they were.</param>
/// <param name="fields">Its public fields as they shall be; changed on the way.</param>
/// <param name="lists">Lists and providers.</param>
/// <param name="available">The features that it may use.</param>
internal sealed class FeatureChange(
    NumberRecord? before, NumberRecord after, JsonObject oldFields, JsonObject fields, FeatureLists lists, FrozenSet<string> available)
{
    private readonly JsonObject _current = after.Features.ToObject();
    private readonly JsonObject _active = [];
    private readonly List<FeatureWork> _works = [];
    private readonly List<FeatureNotice> _notices = [];

    internal NumberRecord? Before => before;

    internal NumberRecord After => after;

    internal JsonObject OldFields => oldFields;

    internal JsonObject Fields => fields;

    internal FeatureLists Lists => lists;

    internal bool IsAvailable(string feature) => available.Contains(feature);

    /// <summary>The settings of a feature that is active now.</summary>
    internal JsonNode? Current(string feature) => _current[feature];

    internal void Activate(string feature, JsonNode settings) => _active[feature] = settings.DeepClone();

    /// <summary>What is active stays as it is.</summary>
    internal void Keep(string feature)
    {
        if (_current[feature] is { } settings) _active[feature] = settings.DeepClone();
    }

    internal void Announce(FeatureNotice notice) => _notices.Add(notice);

    /// <summary>A provider outside has to set the feature up first: until then field and feature are what they were.</summary>
    internal void Order(string feature, CarrierName provider, JsonObject wanted)
    {
        _works.Add(new FeatureWork(feature, provider, DocumentText.From(wanted), DocumentText.From(FeatureFields.Patch(fields, feature))));
        FeatureFields.Set(fields, feature, FeatureFields.Of(oldFields, feature));
        Keep(feature);
    }

    internal FeatureOutcome.Planned Outcome()
    {
        if (CarrierCatalogue.IsLocalFamilyMarker(after.Carrier)) _active[NumberFeatures.Local] = new JsonObject();
        var sorted = new JsonObject();
        foreach (var (name, value) in _active.OrderBy(member => member.Key, StringComparer.Ordinal)) sorted[name] = value?.DeepClone();
        return new FeatureOutcome.Planned(after with { PublicFields = DocumentText.From(fields), Features = DocumentText.From(sorted) })
        {
            Works = [.. _works.OrderBy(work => work.Feature, StringComparer.Ordinal)],
            Notices = [.. _notices],
            Withdrawn = [.. _current.Select(member => member.Key).Where(IsWithdrawn).Order(StringComparer.Ordinal)],
        };
    }

    private bool IsWithdrawn(string feature) =>
        !_active.ContainsKey(feature) && NumberFeatures.All.Contains(feature) && !available.Contains(feature) && FeatureFields.Of(fields, feature) is not null;
}
