using Ocarina.Core.Carriers;

namespace Ocarina.Core.Lifecycle;

/// <summary>The settings that decide how numbers live (numbers.md 2.2 and 2.3), read from configuration once per operation.</summary>
public sealed record LifecyclePolicy
{
    /// <summary>The actor must stand above the target of every move. Default true (numbers.md 6.1).</summary>
    public bool StrictTargetCheck { get; init; } = true;

    /// <summary>How long after its release the previous owner may take an aging number back; <see langword="null"/> = as long as it ages.</summary>
    public TimeSpan? AgingGrace { get; init; }

    /// <summary>State of a number that nobody holds any more. Default available.</summary>
    public NumberState ReleasedState { get; init; } = NumberState.Available;

    /// <summary>What would become available ages first. Built-in default false; a fresh installation sets it.</summary>
    public bool ShouldAge { get; init; }

    /// <summary>A released number that nobody holds is erased. Default false.</summary>
    public bool ShouldPermanentlyDelete { get; init; }

    /// <summary>Length of the quarantine. Default 90 days.</summary>
    public TimeSpan AgingExpiry { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long an unused discovery is kept. Default 1 day.</summary>
    public TimeSpan DiscoveryExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>True when <c>other</c> has a phonebook, which then must sell its discoveries. Default false: nobody is asked for them (numbers.md 11.4).</summary>
    public bool HasPhonebook { get; init; }

    /// <summary>True when buying or releasing a number of the carrier concerns nobody outside.</summary>
    public bool AsksNobody(CarrierName carrier) => CarrierCatalogue.AsksNobody(carrier) && !(HasPhonebook && carrier == CarrierName.Other);

    /// <summary>When a timer moves a number on that enters a state now; <see langword="null"/> for states without timer.</summary>
    public DateTimeOffset? DueAt(NumberState state, DateTimeOffset since) => state switch
    {
        NumberState.Aging or NumberState.Released => since + AgingExpiry,
        NumberState.Discovery => since + DiscoveryExpiry,
        _ => null,
    };
}
