using System.Collections.Frozen;
using System.Collections.Immutable;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Features;

/// <summary>The lists of the reseller and the system that say which features numbers may use (numbers.md 9.3).</summary>
/// <param name="Allow">Allow list in force for the owner; <see langword="null"/> = every known feature.</param>
/// <param name="Deny">Deny list of the owner's reseller; <see langword="null"/> = none set.</param>
/// <param name="LocalOverride">Lets local numbers use external features (<c>local_feature_override</c>).</param>
public sealed record FeatureLists(ImmutableArray<string>? Allow, ImmutableArray<string>? Deny, bool LocalOverride);

/// <summary>Which features a number may use (numbers.md 9.3).</summary>
public static class FeatureAvailability
{
    /// <summary>The usable features, families spelt out.</summary>
    /// <param name="number">The number as it will be: its carrier, owner and application count.</param>
    /// <param name="lists">The lists in force.</param>
    /// <param name="isAdmin">True when the actor may rename carriers.</param>
    public static FrozenSet<string> Of(NumberRecord number, FeatureLists lists, bool isAdmin)
    {
        var allowed = NumberFeatures.Canonical(
            number.FeaturesAllowed is { IsEmpty: false } own ? own : lists.Allow is { } listed ? listed : NumberFeatures.All);
        var denied = new HashSet<string>(NumberFeatures.Canonical(Denied(number, lists)), StringComparer.Ordinal);
        if (!isAdmin) denied.Add(NumberFeatures.CarrierName);
        // Messaging is offered where a carrier's configuration says so (9.4); none that is here yet does.
        denied.UnionWith([NumberFeatures.Sms, NumberFeatures.Mms]);
        return allowed.Where(name => !denied.Contains(name)).ToFrozenSet(StringComparer.Ordinal);
    }

    // A list on the number, and one of the reseller, replaces all automatic denials: operators use that on purpose.
    private static IEnumerable<string> Denied(NumberRecord number, FeatureLists lists)
    {
        if (number.FeaturesDenied is { IsEmpty: false } own) return own;

        IEnumerable<string> denied = number.Account is null ? NumberFeatures.External
            : lists.Deny is { } listed ? listed
            : CarrierCatalogue.IsLocalFamilyMarker(number.Carrier) && !lists.LocalOverride ? NumberFeatures.External
            : [];
        return number.UsedBy == "trunkstore" ? denied : denied.Append(NumberFeatures.Failover);
    }
}
