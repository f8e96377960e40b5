using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Ocarina.Core.Normalization;

/// <summary>One operator's expression, ready to run. Its answer always comes: the expression is hostile input, the number is short.</summary>
/// <remarks>
/// <para>Whether the expression is found is asked of an automaton, whose time grows with the length of the number only. What its groups
/// hold is asked of a backtracking engine, and only when it was found: the two engines take different choices where a choice or a repeat
/// may be empty, and it is the backtracking one that takes those of PCRE.</para>
/// <para>Expressions that no automaton can express (look-around, references back), or on which it is slow (counted repeats within
/// repeats), run by backtracking alone. Either stops after <see cref="TimeoutMs"/>; an expression that ran out of time on
/// <see cref="StrikesMax"/> occasions, twice on each, is switched off for good.</para>
/// <para>Immutable but for the count of strikes; safe to share between threads. Prepared by <see cref="NumberPatterns"/>.</para>
/// </remarks>
internal sealed class NumberPattern
{
    /// <summary>Longest expression, in characters.</summary>
    public const int LengthMax = 1024;

    /// <summary>Longest number that rules are run on, in characters: no longer one can be stored.</summary>
    public const int InputMax = PhoneNumber.LengthMax;

    /// <summary>Longest run over one number.</summary>
    public const int TimeoutMs = 100;

    /// <summary>Runs out of time that are forgiven, and one.</summary>
    public const int StrikesMax = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(TimeoutMs);

    private const int SlowProbeMs = 25;
    private const int AutomatonSizeMax = 2000;

    private readonly Regex? _automaton;
    private readonly Regex? _backtracking;
    private readonly string _literals;
    private int _strikes;

    private NumberPattern(string source, TranslatedPattern translated, Regex? automaton)
    {
        (Source, Groups, _literals, _automaton) = (source, translated.Groups, translated.Literals, automaton);
        if (automaton is null || Groups > 0) _backtracking = new Regex(translated.Text, RegexOptions.CultureInvariant, Timeout);
    }

    /// <summary>The expression as the operator wrote it.</summary>
    public string Source { get; }

    /// <summary>Count of its capture groups.</summary>
    public int Groups { get; }

    /// <summary>True when no automaton guards it: it runs by backtracking even on numbers it is not for.</summary>
    public bool IsBacktracking => _automaton is null;

    /// <summary>True once it ran out of time too often; from then on it matches nothing.</summary>
    public bool IsDisabled => Volatile.Read(ref _strikes) >= StrikesMax;

    /// <summary>Prepares an expression, or says why it cannot be used.</summary>
    public static bool TryCreate(string source, [NotNullWhen(true)] out NumberPattern? pattern, [NotNullWhen(false)] out PatternFault? fault)
    {
        pattern = null;
        if (source.Length > LengthMax)
        {
            fault = new PatternFault($"it is longer than {LengthMax} characters");
            return false;
        }

        if (!PatternTranslator.TryTranslate(source, out var translated, out fault)) return false;
        try
        {
            pattern = new NumberPattern(source, translated, BuildAutomaton(translated));
        }
        catch (ArgumentException broken)
        {
            fault = new PatternFault(Reason(broken.Message));
            return false;
        }

        return true;
    }

    /// <summary>Tries the expression on the numbers on which bad ones are known to be slow. True when it was quick on all.</summary>
    public bool IsQuick() => !IsBacktracking || Probes(_literals).All(probe => Probe(probe) || Probe(probe)); // twice: the machine may have been busy

    /// <summary>True when the expression is found anywhere in the number.</summary>
    public bool IsMatch(string number)
    {
        if (number.Length > InputMax || IsDisabled) return false;
        return TryMatch(_automaton ?? _backtracking!, number, wantsGroups: false, out _); // there is one of the two
    }

    /// <summary>Finds the root of a number (numbers.md 3.1, N3): what the highest-numbered group holds that took part, else the whole number.</summary>
    public bool TryFindRoot(string number, out ReadOnlySpan<char> root)
    {
        root = number;
        if (_automaton is not null && !IsMatch(number)) return false;
        if (_backtracking is null) return true;
        if (number.Length > InputMax || IsDisabled || !TryMatch(_backtracking, number, wantsGroups: true, out var match)) return false;

        for (var i = Groups; i > 0; i--)
        {
            if (match.Groups[i] is not { Success: true } group) continue;
            root = group.ValueSpan;
            break;
        }

        return true;
    }

    private static Regex? BuildAutomaton(TranslatedPattern translated)
    {
        if (translated.NestsCountedLoops || translated.Size > AutomatonSizeMax) return null;
        try
        {
            return new Regex(translated.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout);
        }
        catch (NotSupportedException)
        {
            return null; // look-around and the like
        }
    }

    /// <remarks>The limit is one of the clock, and a process can be stopped in the middle of a match. So the first time-out is only a
    /// suspicion: a good rule must not be lost, nor give another answer, because the machine paused.</remarks>
    private bool TryMatch(Regex regex, string number, bool wantsGroups, out Match match)
    {
        match = Match.Empty;
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            try
            {
                if (!wantsGroups) return regex.IsMatch(number);
                match = regex.Match(number);
                return match.Success;
            }
            catch (RegexMatchTimeoutException)
            {
                if (attempt == 2) Interlocked.Increment(ref _strikes);
            }
        }

        return false;
    }

    private bool Probe(string probe)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            _ = _backtracking!.IsMatch(probe); // only asked of expressions without automaton
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds < SlowProbeMs;
    }

    /// <summary>One character over and over, and the same with a misfit at the end.</summary>
    private static IEnumerable<string> Probes(string literals)
    {
        foreach (var letter in $"1{literals}".Distinct().Take(6))
        {
            yield return new string(letter, InputMax);
            yield return new string(letter, InputMax - 1) + '!';
        }
    }

    /// <summary>The framework's own words without its prefix, which repeats the expression.</summary>
    private static string Reason(string message)
    {
        var at = message.IndexOf(". ", StringComparison.Ordinal);
        var reason = message.StartsWith("Invalid pattern", StringComparison.Ordinal) && at > 0 ? message[(at + 2)..] : message;
        return reason.TrimEnd('.');
    }
}
