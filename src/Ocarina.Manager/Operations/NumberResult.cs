using Ocarina.Core;
using Ocarina.Core.Carriers;
using Ocarina.Core.Configuration;
using Ocarina.Core.Errors;

namespace Ocarina.Manager.Operations;

/// <summary>What became of one number of a batch. Closed.</summary>
/// <param name="Key">The number as failures and successes are keyed: normalised where that was possible, else as given.</param>
public abstract record NumberResult(string Key)
{
    /// <summary>It was done, or there was nothing to do.</summary>
    /// <param name="Key">The normalised number.</param>
    /// <param name="Record">The number afterwards.</param>
    /// <param name="IsErased">True when the number is gone; <paramref name="Record"/> is then what it was.</param>
    /// <param name="IsUnchanged">True when nothing had to be written.</param>
    public sealed record Done(string Key, NumberRecord Record, bool IsErased = false, bool IsUnchanged = false) : NumberResult(Key)
    {
        /// <summary>Features that were asked for and that their providers refused: the number is done without them.</summary>
        public IReadOnlyList<string> FeaturesFailed { get; init; } = [];

        /// <summary>Features that were asked for and on which their providers still work.</summary>
        public IReadOnlyList<string> FeaturesPending { get; init; } = [];
    }

    /// <summary>A carrier has not given his last word; the order goes on by itself, and the number is held for the account meanwhile.</summary>
    /// <param name="Key">The normalised number; for some number of a group, the offer's id.</param>
    /// <param name="Record">The number with unchanged state: a discovery, or what is stored. Its number is empty as long as the carrier names none.</param>
    /// <param name="Order">The order's key.</param>
    /// <param name="Phase">How far the order is.</param>
    public sealed record Pending(string Key, NumberRecord Record, OrderKey Order, OrderPhase Phase) : NumberResult(Key);

    /// <summary>It was not done, and nothing was written for this number.</summary>
    /// <param name="Key">The number.</param>
    /// <param name="Error">Why.</param>
    /// <param name="Problems">The fields that were refused, when that is why.</param>
    public sealed record Failed(string Key, NumberError Error, IReadOnlyList<ConfigProblem>? Problems = null) : NumberResult(Key);
}

/// <summary>What became of an operation on a list of numbers, in the order of the request. Closed.</summary>
public abstract record BatchOutcome
{
    private BatchOutcome() { }

    /// <summary>Each number has its own result.</summary>
    public sealed record Finished(IReadOnlyList<NumberResult> Results) : BatchOutcome;

    /// <summary>The request as a whole was refused; nothing was written.</summary>
    public sealed record Invalid(IReadOnlyList<ConfigProblem> Problems) : BatchOutcome;

    /// <summary>The actor may not do this with any number.</summary>
    public sealed record Refused(NumberError Error) : BatchOutcome;
}
