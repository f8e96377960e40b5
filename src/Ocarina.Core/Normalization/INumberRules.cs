using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>The number rules of a system or an account, prepared once when a document changes (numbers.md 3).</summary>
/// <remarks>Immutable and safe to share between threads. Every answer comes in bounded time, whatever the rules and the number are.</remarks>
public interface INumberRules
{
    /// <summary>The classes in order of evaluation. A class whose expression cannot be used is missing, and named in <see cref="Warnings"/>.</summary>
    IReadOnlyList<NumberClass> Classes { get; }

    /// <summary>Rules that are skipped, and why.</summary>
    IReadOnlyList<ConfigProblem> Warnings { get; }

    /// <summary>The universal form of a number (numbers.md 3.1), by the account's dial plan first when the rules were prepared with one (3.2).</summary>
    /// <param name="number">As dialled or sent. Text that no rule is for, and text of more than 64 characters, comes back unchanged.</param>
    string Normalize(string number);

    /// <summary>True when the normalised number is globally routable and may be stored (numbers.md 3.3): 5 to 64 visible ASCII characters that the reconcile expression finds.</summary>
    bool IsReconcilable(string number);

    /// <summary>The first class whose expression finds the normalised number; none when there is no such class, or the number has more than 64 characters.</summary>
    NumberClass? Classify(string number);

    /// <summary>The number as people read it (numbers.md 3.6).</summary>
    string PrettyPrint(string? number);

    /// <summary>Normalises a number and answers it as a key when it is reconcilable.</summary>
    bool TryNormalize(string number, out PhoneNumber normalized)
    {
        normalized = default;
        return IsReconcilable(number) && PhoneNumber.TryParse(Normalize(number), out normalized);
    }
}
