using System.Collections.Immutable;
using Ocarina.Core.Classification;
using Ocarina.Core.Configuration;

namespace Ocarina.Core.Normalization;

/// <summary>Number rules that run the operators' expressions one after another, in their order.</summary>
internal sealed class RegexNumberRules : INumberRules
{
    private readonly bool _convertsPlus;
    private readonly Converter[][] _dialPlans;
    private readonly Converter[] _converters;
    private readonly Classifier[] _classifiers;
    private readonly NumberPattern _reconcile;
    private readonly ImmutableArray<ConfigProblem> _problems;
    private readonly NumberPattern[] _disablable;

    public RegexNumberRules(
        bool convertsPlus, Converter[][] dialPlans, Converter[] converters, Classifier[] classifiers, NumberPattern reconcile, IEnumerable<ConfigProblem> problems)
    {
        (_convertsPlus, _dialPlans, _converters, _classifiers, _reconcile) = (convertsPlus, dialPlans, converters, classifiers, reconcile);
        _problems = [.. problems.Select(problem => problem with { IsWarning = true })];
        _disablable =
        [
            .. dialPlans.SelectMany(plan => plan).Concat(converters).Select(rule => rule.Pattern)
                .Concat(classifiers.Select(classifier => classifier.Pattern)).Append(reconcile),
        ];
        Classes = [.. classifiers.Select(classifier => classifier.Class)];
    }

    public IReadOnlyList<NumberClass> Classes { get; }

    public IReadOnlyList<ConfigProblem> Warnings
    {
        get
        {
            var disabled = _disablable.Where(pattern => pattern.IsDisabled).Distinct()
                .Select(pattern => ConfigProblems.Warning("", $"The expression {pattern.Source} took too long and is switched off", pattern.Source));
            return [.. _problems, .. disabled];
        }
    }

    public string Normalize(string number)
    {
        if (number.Length > NumberPattern.InputMax || IsFinal(number)) return number;
        foreach (var plan in _dialPlans)
        {
            number = Apply(plan, number);
            if (IsFinal(number)) return number;
        }

        return Apply(_converters, number);
    }

    public bool IsReconcilable(string number) => TryNormalize(number, out _);

    public bool TryNormalize(string number, out PhoneNumber normalized)
    {
        var key = Normalize(number);
        if (PhoneNumber.TryParse(key, out normalized) && MatchesReconcile(key)) return true;
        normalized = default;
        return false;
    }

    public NumberClass? Classify(string number) => ClassOf(Normalize(number));

    public string PrettyPrint(string? number)
    {
        if (number is null) return PrettyFormat.NoNumber;
        var normalized = Normalize(number);
        if (ClassOf(normalized)?.PrettyPrint is { } format) return PrettyFormat.Apply(format, normalized);
        if (normalized.StartsWith("+1", StringComparison.Ordinal)) return PrettyFormat.Apply(PrettyFormat.NorthAmerica, normalized);
        return normalized.StartsWith('+') ? normalized : number;
    }

    /// <summary>The expression alone, without the bounds of what can be stored (numbers.md 3.3, QUIRK).</summary>
    internal bool MatchesReconcile(string normalized) => _reconcile.IsMatch(normalized);

    private NumberClass? ClassOf(string normalized)
    {
        foreach (var classifier in _classifiers)
            if (classifier.Pattern.IsMatch(normalized)) return classifier.Class;
        return null;
    }

    /// <summary>N1: what starts with a plus is in universal form already, unless the operator says otherwise.</summary>
    private bool IsFinal(string number) => !_convertsPlus && number.StartsWith('+');

    private static string Apply(Converter[] rules, string number)
    {
        foreach (var rule in rules)
            if (rule.TryConvert(number, out var converted)) return converted;
        return number;
    }
}
