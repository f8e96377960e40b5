using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Core.Errors;
using Ocarina.Core.Features;
using Ocarina.Core.Ledger;
using Ocarina.Manager.Features;
using Ocarina.Manager.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>The decision about one number of a batch: a change to write, nothing to do, or an error. Made before anything is written.</summary>
internal abstract record NumberPlan(string Key)
{
    internal sealed record Write(string Key, NumberChange Change) : NumberPlan(Key)
    {
        /// <summary>What providers outside are to set up once it is written.</summary>
        internal ImmutableArray<FeatureWork> Works { get; init; } = [];

        /// <summary>The number as it will be when they have: what all of it costs. None when it is erased.</summary>
        internal NumberRecord? Priced => Change.After is { } after ? FeaturePlan.With(after, Works) : null;
    }

    /// <summary>A change of fields that providers outside have to carry out first.</summary>
    /// <param name="Key">The number's key in the reply.</param>
    /// <param name="Before">The stored record.</param>
    /// <param name="Priced">The number as it will be: what it costs.</param>
    /// <param name="Works">What is to be set up.</param>
    /// <param name="Removals">What is to be taken away.</param>
    /// <param name="Request">What is written then.</param>
    /// <param name="Actor">Who asks.</param>
    internal sealed record Arrange(
        string Key, NumberRecord Before, NumberRecord Priced, ImmutableArray<FeatureWork> Works, ImmutableArray<FeatureRemoval> Removals, FieldWrite Request, Actor Actor)
        : NumberPlan(Key);

    internal sealed record Keep(string Key, NumberRecord Record) : NumberPlan(Key);

    /// <summary>A carrier has to sell it first.</summary>
    /// <param name="Key">The number's key in the reply; for some number of a group, the offer's id.</param>
    /// <param name="Before">The stored record; none when the number is only offered.</param>
    /// <param name="Known">The number as it is known: the stored record, or the discovery of a search. Its number is empty for some number of a group.</param>
    /// <param name="Wish">What it shall become.</param>
    /// <param name="After">The number as it will be: what it costs.</param>
    /// <param name="Offer">Id of the offer of a group.</param>
    internal sealed record Buy(string Key, NumberRecord? Before, NumberRecord Known, OrderWish Wish, NumberRecord After, string? Offer = null) : NumberPlan(Key)
    {
        /// <summary>What providers outside are to set up once it is bought.</summary>
        internal ImmutableArray<FeatureWork> Works { get; init; } = [];

        /// <summary>The number as it will be when they have: what all of it costs.</summary>
        internal NumberRecord Priced => FeaturePlan.With(After, Works);
    }

    internal sealed record Fail(string Key, NumberError Error, IReadOnlyList<ConfigProblem>? Problems = null) : NumberPlan(Key);
}

/// <summary>One entry of a request: what was written, and the number it means.</summary>
internal readonly record struct WantedNumber(string Text, PhoneNumber Number, NumberError? Error)
{
    internal string Key => Error is null ? Number.ToString() : Text;
}
