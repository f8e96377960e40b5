using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ocarina.Core;
using Ocarina.Core.Normalization;

namespace Ocarina.Manager.Billing;

/// <summary>Classes of numbers by the rules that found them, for as long as these are in force: a bill asks again for all that an account has. Safe to share.</summary>
internal sealed class ClassMemory
{
    // Some 30 MB; the numbers of larger accounts are classified anew each time.
    private const int KnownMax = 250_000;

    private static readonly ConditionalWeakTable<INumberRules, ClassMemory> ByRules = [];

    private readonly ConcurrentDictionary<PhoneNumber, string> _known = new();
    private int _count;

    internal static ClassMemory Of(INumberRules rules) => ByRules.GetOrCreateValue(rules);

    /// <summary>Name of a number's class; none for one without.</summary>
    internal string? Classify(PhoneNumber number, INumberRules rules)
    {
        if (_known.TryGetValue(number, out var known)) return known.Length == 0 ? null : known;
        var name = rules.Classify(number.ToString())?.Name;
        if (Volatile.Read(ref _count) < KnownMax && _known.TryAdd(number, name ?? "")) Interlocked.Increment(ref _count);
        return name;
    }
}
