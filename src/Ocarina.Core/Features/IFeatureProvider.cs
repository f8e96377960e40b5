using System.Collections.Immutable;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Features;

/// <summary>How to talk to somebody outside who sets features up: emergency addresses, caller names (numbers.md 9.4).</summary>
/// <remarks>
/// A module returns facts and never changes a number. Every call is safe to repeat with the facts it has noted: what was done already is found and not done again, so that an
/// answer that was lost costs nothing but another question (docs/decisions/0014-features.md). Safe to share between threads.
/// </remarks>
public interface IFeatureProvider
{
    /// <summary>The name it is chosen by in <c>e911_provider</c> and <c>cnam_provider</c>, and stored with what it set up: never changed.</summary>
    CarrierName Name { get; }

    /// <summary>Whose configuration document it reads: <c>number_manager.{name}</c>. Its own name, or the carrier's it belongs to.</summary>
    CarrierName Document { get; }

    /// <summary>The features it serves, by the names of <see cref="NumberFeatures"/>.</summary>
    ImmutableArray<string> Features { get; }

    /// <summary>The first key of its document without which it cannot be asked; none when it is configured.</summary>
    string? MissingKey(CarrierSettings settings);

    /// <summary>Says whether the settings could be set up. May ask outside, changes nothing.</summary>
    Task<FeatureCheck> CheckAsync(FeatureOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Sets the feature up. <see cref="CarrierOutcome.Done"/> carries the settings as they stand at the provider.</summary>
    Task<CarrierOutcome> ApplyAsync(FeatureOrder order, CarrierContext context, CancellationToken ct);

    /// <summary>Takes the feature away. What is not there any more is done.</summary>
    Task<CarrierOutcome> RemoveAsync(FeatureOrder order, CarrierContext context, CancellationToken ct);
}

/// <summary>The feature providers of this process.</summary>
public interface IFeatureProviders
{
    /// <summary>The provider of a name, else <see langword="null"/>.</summary>
    IFeatureProvider? Find(CarrierName name);
}

/// <summary>What a provider is asked for.</summary>
/// <param name="Key">Our reference.</param>
/// <param name="Number">The number.</param>
/// <param name="Feature">The feature.</param>
public sealed record FeatureOrder(OrderKey Key, PhoneNumber Number, string Feature)
{
    /// <summary>The settings that are wanted; empty for a removal.</summary>
    public DocumentText Wanted { get; init; }

    /// <summary>The settings that are set up now; empty when there are none.</summary>
    public DocumentText Current { get; init; }

    /// <summary>The number's carrier data.</summary>
    public DocumentText CarrierData { get; init; }

    /// <summary>What the module noted on the way (<see cref="IOrderNotes"/>). Empty at first.</summary>
    public DocumentText Facts { get; init; }

    /// <summary>The account's name, for what callers are shown when nothing was said.</summary>
    public string? AccountName { get; init; }
}

/// <summary>What a provider thinks of settings. Closed.</summary>
public abstract record FeatureCheck
{
    private FeatureCheck() { }

    /// <summary>They can be set up.</summary>
    public sealed record Accepted : FeatureCheck;

    /// <summary>They are refused.</summary>
    /// <param name="Why">The provider's words.</param>
    public sealed record Invalid(string Why) : FeatureCheck;

    /// <summary>They mean more than one thing; the caller chooses one and sends it.</summary>
    /// <param name="Choices">Complete settings, two or more.</param>
    public sealed record Ambiguous(ImmutableArray<DocumentText> Choices) : FeatureCheck;

    /// <summary>The provider could not be asked.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(CarrierError Error) : FeatureCheck;
}
