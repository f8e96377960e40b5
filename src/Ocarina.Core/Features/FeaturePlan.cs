using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;
using Ocarina.Core.Errors;

namespace Ocarina.Core.Features;

/// <summary>What new public fields make of a number's features. Closed.</summary>
public abstract record FeatureOutcome
{
    private FeatureOutcome() { }

    /// <summary>The number may be so.</summary>
    /// <param name="After">The record with its features and fields, as far as nobody outside has to be asked: what <see cref="Works"/> wants is as it was before.</param>
    public sealed record Planned(NumberRecord After) : FeatureOutcome
    {
        /// <summary>What providers outside are to set up, in alphabetical order of the features.</summary>
        public ImmutableArray<FeatureWork> Works { get; init; } = [];

        /// <summary>What others are to be told once the change is written.</summary>
        public ImmutableArray<FeatureNotice> Notices { get; init; } = [];

        /// <summary>Features that were active and are no longer allowed: they go, and the operator is told (numbers.md 9.2).</summary>
        public ImmutableArray<string> Withdrawn { get; init; } = [];
    }

    /// <summary>A feature was asked for that this number may not use, or its data is refused.</summary>
    public sealed record Denied(NumberError Error) : FeatureOutcome;
}

/// <summary>One feature that a provider outside is to set up.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Provider">Who.</param>
/// <param name="Wanted">The settings to set up.</param>
/// <param name="Fields">A merge patch that says the same among the public fields.</param>
public sealed record FeatureWork(string Feature, CarrierName Provider, DocumentText Wanted, DocumentText Fields)
{
    /// <summary>What is set up already, to be set up again.</summary>
    public static FeatureWork Again(FeatureRemoval active)
    {
        ArgumentNullException.ThrowIfNull(active);
        var (settings, fields) = (active.Current.ToObject(), new JsonObject());
        PublicFields.Show(fields, active.Feature, settings);
        return new FeatureWork(active.Feature, active.Provider, DocumentText.From(EmergencyAddress.Shown(settings)), DocumentText.From(fields));
    }
}

/// <summary>Sets the features of a number by comparing what it has with what it shall have (numbers.md 9.2). Pure: nobody outside is asked here.</summary>
public static class FeaturePlan
{
    /// <summary>The features that providers outside set up and that a patch of fields says something of.</summary>
    public static ImmutableArray<string> Mentioned(JsonObject patch) => [.. FeatureRemovals.Outside.Where(feature => FeatureFields.IsMentioned(patch, feature))];

    /// <summary>A record as it will be when providers have set features up.</summary>
    public static NumberRecord With(NumberRecord record, ImmutableArray<FeatureWork> works)
    {
        if (works.IsDefaultOrEmpty) return record;
        var features = record.Features.ToObject();
        foreach (var work in works) features[work.Feature] = work.Wanted.ToObject();
        return record with { Features = DocumentText.From(features) };
    }

    /// <summary>Decides the features of a record whose state, owner, carrier and public fields are already the new ones.</summary>
    /// <param name="before">The number as it was; <see langword="null"/> when it is new.</param>
    /// <param name="after">The number as it will be; its features are those that are active now.</param>
    /// <param name="lists">The feature lists of the owner's reseller and the system, and their providers.</param>
    /// <param name="isAdmin">True when the actor may rename carriers.</param>
    public static FeatureOutcome Decide(NumberRecord? before, NumberRecord after, FeatureLists lists, bool isAdmin)
    {
        var fields = after.PublicFields.ToObject();
        var old = before?.PublicFields.ToObject() ?? [];
        var available = FeatureAvailability.Of(after, lists, isAdmin).Names;

        foreach (var feature in FeatureFields.Requested(fields))
        {
            // Only what is new or changed is refused; what was active and is no longer allowed goes with a warning (9.2, DECISION).
            if (!available.Contains(feature) && !JsonNode.DeepEquals(FeatureFields.Of(fields, feature), FeatureFields.Of(old, feature)))
                return new FeatureOutcome.Denied(NumberErrors.Forbidden(feature));
        }

        if (fields.Remove(NumberFeatures.CarrierName, out var written))
        {
            // Nothing is sent to either carrier: the name tag changes, and with it what the number may use (9.4, rename_carrier).
            var name = Core.CarrierName.Parse(written?.ToString());
            if (CarrierCatalogue.Find(name) is not { IsSearchSource: false })
                return new FeatureOutcome.Denied(NumberErrors.UnknownCarrier(written?.ToString() ?? ""));
            after = after with { Carrier = name, CarrierCost = null };
            available = FeatureAvailability.Of(after, lists, isAdmin).Names;
            FeatureFields.RemoveDenied(fields, available);
        }

        var change = new FeatureChange(before, after, old, fields, lists, available);
        PlatformFeatures.Plan(change);
        CallerNames.Plan(change);
        EmergencyService.Plan(change);
        Announcements.Plan(change);
        return change.Outcome();
    }
}
