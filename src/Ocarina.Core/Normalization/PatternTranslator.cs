using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Ocarina.Core.Normalization;

/// <summary>Turns the operators' expressions, written for PCRE, into the framework's dialect with the same meaning (numbers.md 3.1, port notes).</summary>
/// <remarks>
/// <c>\d \w \s</c> and the POSIX classes mean ASCII. Named groups lose their names, for the framework counts them after the unnamed ones.
/// What PCRE has and the framework has not is refused by name. A recursive-descent reader; nesting is bounded.
/// </remarks>
internal sealed partial class PatternTranslator
{
    private const int DepthMax = 40;
    private const int SizeMax = 1_000_000;

    private readonly string _pattern;
    private readonly PatternTranslator? _scan;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _literals = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _groups;
    private int _depth;

    private PatternTranslator(string pattern, PatternTranslator? scan) => (_pattern, _scan) = (pattern, scan);

    private enum Kind
    {
        Atom,
        Anchor,
        Nothing,
    }

    /// <summary>Translates an expression, or says why not. What the framework itself refuses shows only when the result is compiled.</summary>
    public static bool TryTranslate(
        string pattern, [NotNullWhen(true)] out TranslatedPattern? translated, [NotNullWhen(false)] out PatternFault? fault)
    {
        (translated, fault) = (null, null);
        try
        {
            var scan = new PatternTranslator(pattern, null); // the first pass counts and names the groups, so that references may look ahead
            scan.Run();
            var real = new PatternTranslator(pattern, scan);
            var weight = real.Run();
            translated = new TranslatedPattern(real._out.ToString(), real._groups, weight.Size, weight.Nests, real._literals.ToString());
            return true;
        }
        catch (PatternStop stop)
        {
            fault = stop.Fault;
            return false;
        }
    }

    private Weight Run()
    {
        var weight = Alternatives();
        if (_at < _pattern.Length) throw Stop("a closing parenthesis has no opening one");
        return weight;
    }

    private Weight Alternatives()
    {
        var weight = Sequence();
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _out.Append('|');
            _at++;
            weight = weight.Plus(Sequence());
        }

        return weight;
    }

    private Weight Sequence()
    {
        var weight = default(Weight);
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var start = _at;
            var kind = Item(out var item);
            if (TryQuantifier(out var least, out var most))
            {
                if (kind != Kind.Atom)
                    throw Stop($"a quantifier right after '{_pattern[start.._at]}' repeats nothing", _pattern.Insert(_at, "\\"));
                item = Quantify(item, least, most);
            }

            weight = weight.Plus(item);
        }

        return weight;
    }

    private Kind Item(out Weight weight)
    {
        weight = Weight.One;
        var letter = _pattern[_at];
        switch (letter)
        {
            case '^' or '$':
                weight = default;
                _out.Append(letter);
                _at++;
                return Kind.Anchor;
            case '.':
                _out.Append('.');
                _at++;
                return Kind.Atom;
            case '(':
                return Group(out weight);
            case '[':
                CharacterClass();
                return Kind.Atom;
            case '\\':
                return Escape(ref weight);
            case '*' or '+' or '?':
                throw Stop("there is nothing to repeat", _pattern.Insert(_at, "\\"));
            default:
                if (letter == '{' && TryBraces(_at, out _, out _, out _)) throw Stop("there is nothing to repeat", _pattern.Insert(_at, "\\"));
                Literal(letter);
                _at++;
                return Kind.Atom;
        }
    }

    private bool TryQuantifier(out int least, out int? most)
    {
        (least, most) = (0, null);
        if (_at == _pattern.Length) return false;
        switch (_pattern[_at])
        {
            case '*':
                return true;
            case '+':
                least = 1;
                return true;
            case '?':
                most = 1;
                return true;
            default:
                return TryBraces(_at, out least, out most, out _);
        }
    }

    private Weight Quantify(Weight item, int least, int? most)
    {
        var length = 1;
        if (_pattern[_at] == '{') TryBraces(_at, out _, out _, out length);
        _out.Append(_pattern, _at, length);
        _at += length;

        if (_at < _pattern.Length && _pattern[_at] == '+')
            throw Stop("possessive quantifiers are not supported", _pattern.Remove(_at, 1));
        if (_at < _pattern.Length && _pattern[_at] == '?')
        {
            _out.Append('?');
            _at++;
        }

        return item.Times(least, most);
    }

    /// <summary>Reads <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; other braces are plain characters, as in PCRE.</summary>
    private bool TryBraces(int at, out int least, out int? most, out int length)
    {
        (least, most, length) = (0, null, 0);
        if (_pattern[at] != '{') return false;
        var close = _pattern.IndexOf('}', at);
        if (close < 0) return false;
        length = close - at + 1;
        var inside = _pattern.AsSpan(at + 1, close - at - 1);
        var comma = inside.IndexOf(',');
        if (!TryCount(comma < 0 ? inside : inside[..comma], out least)) return false;
        if (comma < 0) most = least;
        else if (comma < inside.Length - 1)
        {
            if (!TryCount(inside[(comma + 1)..], out var top)) return false;
            most = top;
        }

        if (most < least) throw Stop("the bounds of a quantifier are out of order");
        return true;
    }

    private static bool TryCount(ReadOnlySpan<char> digits, out int count)
    {
        count = 0;
        return digits.Length is > 0 and <= 5 && !digits.ContainsAnyExceptInRange('0', '9') && int.TryParse(digits, CultureInfo.InvariantCulture, out count);
    }

    private void Literal(char letter)
    {
        if (_literals.Length < 16) _literals.Append(letter);
        if (char.IsAsciiLetterOrDigit(letter) || letter > '\u007F') _out.Append(letter);
        else _out.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
    }

    private PatternStop Stop(string why, string? hint = null) =>
        new(new PatternFault(string.Create(CultureInfo.InvariantCulture, $"{why} (at character {_at + 1})"), hint));

    /// <summary>What a part of an expression costs; see <see cref="TranslatedPattern"/>.</summary>
    /// <param name="Size">Places, with counted repeats written out.</param>
    /// <param name="Loops">True when it repeats something.</param>
    /// <param name="Counts">True when it repeats something a counted number of times.</param>
    /// <param name="Nests">True when a counted repeat lies in or around another repeat.</param>
    private readonly record struct Weight(int Size, bool Loops = false, bool Counts = false, bool Nests = false)
    {
        public static Weight One => new(1);

        public Weight Plus(Weight other) =>
            new(Math.Min(SizeMax, Size + other.Size), Loops || other.Loops, Counts || other.Counts, Nests || other.Nests);

        public Weight Times(int least, int? most)
        {
            var loops = most is null or > 1;
            var counts = loops && (most is not null || least > 1);
            var size = (int)Math.Min(SizeMax, (long)Size * Math.Max(1, most ?? least));
            return new Weight(size, Loops || loops, Counts || counts, Nests || (loops && Loops && (counts || Counts)));
        }
    }

    private sealed class PatternStop(PatternFault fault) : Exception
    {
        public PatternFault Fault { get; } = fault;
    }
}
