using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Features;

/// <summary>The lists of the reseller and the system that say which features numbers may use (numbers.md 9.3). Safe to share between threads.</summary>
/// <remarks>A listing asks for every row, and few kinds of rows differ: answers are kept as long as the lists are.</remarks>
/// <param name="allow">Allow list in force for the owner; <see langword="null"/> = every known feature.</param>
/// <param name="deny">Deny list of the owner's reseller; <see langword="null"/> = none set.</param>
/// <param name="localOverride">Lets local numbers use external features (<c>local_feature_override</c>).</param>
public sealed class FeatureLists(ImmutableArray<string>? allow, ImmutableArray<string>? deny, bool localOverride)
{
    private readonly ConcurrentDictionary<(bool, bool, bool, bool, bool, bool), UsableFeatures> _answers = new();

    /// <summary>The provider outside who sets up emergency addresses; none when there is none in this process: then no address becomes active.</summary>
    public CarrierName? EmergencyProvider { get; init; }

    /// <summary>The name of a provider that is configured for emergency addresses and that this process does not have: then a new address is refused.</summary>
    public CarrierName? MissingEmergencyProvider { get; init; }

    /// <summary>The provider outside who sets up callers' names; none when people do (<see cref="HasCnamNotifier"/>), or nobody.</summary>
    public CarrierName? CnamOutside { get; init; }

    /// <summary>True when callers' names are set up by people, who are told by a message (<c>cnam_notifier</c>).</summary>
    public bool HasCnamNotifier { get; init; }

    /// <summary>What a carrier's document says of <c>sms</c> and <c>mms</c>; nothing is said when absent.</summary>
    public Func<CarrierName, string, MessagingTerms?>? Messaging { get; init; }

    /// <summary>Whether what an account is billed by enables <c>sms</c> or <c>mms</c>; nobody asks when absent.</summary>
    public Func<AccountId, string, bool>? PlanEnables { get; init; }

    internal IEnumerable<string>? Allow => allow;

    internal IEnumerable<string>? Deny => deny;

    internal bool LocalOverride => localOverride;

    internal MessagingTerms? MessagingOf(CarrierName carrier, string feature) => Messaging?.Invoke(carrier, feature);

    internal bool HasMessaging(NumberRecord number, string feature) =>
        number is { State: NumberState.InService, Account: { } owner } && MessagingOf(number.Carrier, feature) is { IsEnabled: true } && (PlanEnables?.Invoke(owner, feature) ?? true);

    internal UsableFeatures Answer(NumberRecord number, bool isAdmin)
    {
        if (number.FeaturesAllowed is { IsEmpty: false } || number.FeaturesDenied is { IsEmpty: false }) return FeatureAvailability.Compute(number, this, isAdmin);
        var kind = (
            number.Account is null, CarrierCatalogue.IsLocalFamilyMarker(number.Carrier), number.UsedBy == FeatureAvailability.Trunk, isAdmin,
            HasMessaging(number, NumberFeatures.Sms), HasMessaging(number, NumberFeatures.Mms));
        return _answers.GetOrAdd(kind, static (_, ask) => FeatureAvailability.Compute(ask.number, ask.lists, ask.isAdmin), (number, lists: this, isAdmin));
    }
}

/// <summary>What a carrier's document says of a messaging feature: <c>features.sms</c> and <c>features.mms</c> (numbers.md 2.3).</summary>
/// <param name="IsEnabled">True when the carrier has it. Default no.</param>
/// <param name="IsManual">True when the carrier's people switch it, and have to be told (<c>activation: manual</c>). Default no.</param>
/// <param name="NotifyTo">Their mail address.</param>
public sealed record MessagingTerms(bool IsEnabled, bool IsManual, string? NotifyTo);

/// <summary>Names of features, families spelt out.</summary>
/// <param name="Names">To ask whether one is among them.</param>
/// <param name="Sorted">The same, in order.</param>
public sealed record UsableFeatures(FrozenSet<string> Names, ImmutableArray<string> Sorted);

/// <summary>Which features a number may use (numbers.md 9.3).</summary>
public static class FeatureAvailability
{
    internal const string Trunk = "trunkstore";

    /// <summary>The usable features, families spelt out.</summary>
    /// <param name="number">The number as it will be: its carrier, owner and application count.</param>
    /// <param name="lists">The lists in force.</param>
    /// <param name="isAdmin">True when the actor may rename carriers.</param>
    public static UsableFeatures Of(NumberRecord number, FeatureLists lists, bool isAdmin) => lists.Answer(number, isAdmin);

    internal static UsableFeatures Compute(NumberRecord number, FeatureLists lists, bool isAdmin)
    {
        var allowed = NumberFeatures.Canonical(number.FeaturesAllowed is { IsEmpty: false } own ? own : lists.Allow ?? NumberFeatures.All);
        var denied = new HashSet<string>(NumberFeatures.Canonical(Denied(number, lists)), StringComparer.Ordinal);
        if (!isAdmin) denied.Add(NumberFeatures.CarrierName);
        // Messaging is offered where the carrier's configuration and the account's plan say so (9.3).
        denied.UnionWith(((string[])[NumberFeatures.Sms, NumberFeatures.Mms]).Where(feature => !lists.HasMessaging(number, feature)));
        ImmutableArray<string> sorted = [.. allowed.Where(name => !denied.Contains(name)).Order(StringComparer.Ordinal)];
        return new UsableFeatures(sorted.ToFrozenSet(StringComparer.Ordinal), sorted);
    }

    // A list on the number, and one of the reseller, replaces all automatic denials: operators use that on purpose.
    private static IEnumerable<string> Denied(NumberRecord number, FeatureLists lists)
    {
        if (number.FeaturesDenied is { IsEmpty: false } own) return own;

        IEnumerable<string> denied = number.Account is null ? NumberFeatures.External
            : lists.Deny is { } listed ? listed
            : CarrierCatalogue.IsLocalFamilyMarker(number.Carrier) && !lists.LocalOverride ? NumberFeatures.External
            : [];
        return number.UsedBy == Trunk ? denied : denied.Append(NumberFeatures.Failover);
    }
}
