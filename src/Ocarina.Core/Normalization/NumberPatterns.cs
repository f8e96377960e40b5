using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Ocarina.Core.Normalization;

/// <summary>Where prepared expressions come from. Accounts with rules of their own mostly repeat those of the system: one text is prepared once.</summary>
internal static class NumberPatterns
{
    private const int SweepAbove = 1024;

    private static readonly ConcurrentDictionary<string, WeakReference<NumberPattern>> Prepared = new(StringComparer.Ordinal);

    /// <summary>The prepared expression, or why there is none.</summary>
    public static bool TryGet(
        string source, PatternBudget budget, [NotNullWhen(true)] out NumberPattern? pattern, [NotNullWhen(false)] out PatternFault? fault)
    {
        fault = null;
        if (Prepared.TryGetValue(source, out var held) && held.TryGetTarget(out pattern)) return budget.Allows(pattern, out fault);
        if (!NumberPattern.TryCreate(source, out pattern, out fault) || !budget.Allows(pattern, out fault)) return false;
        if (!pattern.IsQuick())
        {
            fault = new PatternFault("it takes too long on some numbers");
            return false;
        }

        Prepared[source] = new WeakReference<NumberPattern>(pattern);
        if (Prepared.Count > SweepAbove) Sweep();
        return true;
    }

    private static void Sweep()
    {
        foreach (var entry in Prepared)
            if (!entry.Value.TryGetTarget(out _)) Prepared.TryRemove(entry);
    }
}

/// <summary>Bounds what one document may cost: only so many of its expressions may run by backtracking.</summary>
internal sealed class PatternBudget
{
    /// <summary>Most backtracking expressions of one document.</summary>
    public const int BacktrackingMax = 16;

    private int _backtracking;

    /// <summary>Counts an expression. False, with the reason, when it is one too many.</summary>
    public bool Allows(NumberPattern pattern, [NotNullWhen(false)] out PatternFault? fault)
    {
        fault = null;
        if (!pattern.IsBacktracking || ++_backtracking <= BacktrackingMax) return true;
        fault = new PatternFault($"more than {BacktrackingMax} expressions of the document look around, refer back or nest counted repeats");
        return false;
    }
}
