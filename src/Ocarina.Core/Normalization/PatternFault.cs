namespace Ocarina.Core.Normalization;

/// <summary>Why a regular expression cannot be used.</summary>
/// <param name="Why">Part of a sentence.</param>
/// <param name="Hint">An expression that may be what was meant; may be absent.</param>
internal sealed record PatternFault(string Why, string? Hint = null);

/// <summary>An operator's expression, translated.</summary>
/// <param name="Text">The same in the framework's dialect, all groups unnamed and counted by their opening parenthesis.</param>
/// <param name="Groups">Count of capture groups.</param>
/// <param name="Size">How many places the expression has when its counted repeats are written out: a measure of the automaton.</param>
/// <param name="NestsCountedLoops">True when a counted repeat lies in or around another repeat: expensive for an automaton.</param>
/// <param name="Literals">Characters that stand in the expression; used to find the strings on which it is slow.</param>
internal sealed record TranslatedPattern(string Text, int Groups, int Size, bool NestsCountedLoops, string Literals);
