using System.Globalization;

namespace Ocarina.Core.Normalization;

/// <content>Backslashes outside of character classes.</content>
internal sealed partial class PatternTranslator
{
    private Kind Escape(ref Weight weight)
    {
        if (_at + 1 == _pattern.Length) throw Stop("a backslash stands at the end", _pattern + "\\");
        var letter = _pattern[_at + 1];
        switch (letter)
        {
            case 'b' or 'B' or 'A' or 'Z' or 'z':
                weight = default;
                _out.Append('\\').Append(letter);
                _at += 2;
                return Kind.Anchor;
            case 'Q':
                return Quoted(out weight);
            case 'E':
                weight = default;
                _at += 2;
                return Kind.Nothing;
            case 'N':
                _out.Append("[^\\n]");
                _at += 2;
                return Kind.Atom;
            case 'R':
                _out.Append("(?:\\r\\n|[\\n\\v\\f\\r])");
                _at += 2;
                return Kind.Atom;
            case 'K':
                throw Stop("\\K is not supported; put a group around what is to be kept", _pattern.Remove(_at, 2));
            case 'C' or 'G' or 'L' or 'U' or 'X' or 'l' or 'u':
                throw Stop($"\\{letter} is not supported");
            case 'k' or 'g':
                NamedReference(letter);
                return Kind.Atom;
            case 'p' or 'P':
                Property();
                return Kind.Atom;
            case >= '1' and <= '9' when TryNumberedReference():
                return Kind.Atom;
            default:
                if (CharacterSets.TryGet(letter, out var set))
                {
                    _out.Append('[').Append(set).Append(']');
                    _at += 2;
                }
                else
                {
                    Literal(Single());
                }

                return Kind.Atom;
        }
    }

    private Kind Quoted(out Weight weight)
    {
        var end = _pattern.IndexOf("\\E", _at + 2, StringComparison.Ordinal);
        var quoted = _pattern[(_at + 2)..(end < 0 ? _pattern.Length : end)];
        _at = end < 0 ? _pattern.Length : end + 2;
        foreach (var letter in quoted) Literal(letter);
        weight = new Weight(quoted.Length);
        return quoted.Length == 0 ? Kind.Nothing : Kind.Atom; // a quantifier after it takes the last character, in both dialects
    }

    private bool TryNumberedReference()
    {
        var digits = _pattern.AsSpan(_at + 1);
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = digits.Length;
        if (length > 2) return false;
        var number = int.Parse(digits[..length], CultureInfo.InvariantCulture);
        if (number > 9 && _scan is not null && number > _scan._groups) return false; // then it is a character in octal
        Reference(number);
        _at += 1 + length;
        return true;
    }

    private void NamedReference(char letter)
    {
        var rest = _pattern.AsSpan(_at + 2);
        var close = rest switch { ['{', ..] => '}', ['<', ..] => '>', ['\'', ..] => '\'', _ => '\0' };
        if (letter == 'g' && close is '>' or '\'') throw Stop("calls of groups are not supported");

        string name;
        if (close == '\0')
        {
            var length = rest.IndexOfAnyExceptInRange('0', '9');
            name = rest[..(length < 0 ? rest.Length : length)].ToString();
            _at += 2 + name.Length;
        }
        else
        {
            var end = rest[1..].IndexOf(close);
            if (end < 0) throw Stop("a reference is not closed");
            name = rest.Slice(1, end).ToString();
            _at += 2 + end + 2;
        }

        Reference(name);
    }

    private void Reference(string name)
    {
        if (int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) Reference(number < 0 ? _groups + 1 + number : number);
        else if (_scan is null) _out.Append("\\k<1>"); // the first pass only counts
        else if (_scan._names.TryGetValue(name, out var named)) Reference(named);
        else throw Stop($"no group is named '{name}'");
    }

    private void Reference(int number)
    {
        if (_scan is not null && (number < 1 || number > _scan._groups)) throw Stop($"there is no group {number}");
        _out.Append(CultureInfo.InvariantCulture, $"\\k<{number}>");
    }

    private void Property()
    {
        var isNegated = _pattern[_at + 1] == 'P';
        var rest = _pattern.AsSpan(_at + 2);
        if (rest.IsEmpty) throw Stop("a property has no name");
        var end = rest[0] == '{' ? rest.IndexOf('}') : 0;
        if (end < 0) throw Stop("the name of a property is not closed");
        var name = end > 0 ? rest[1..end] : rest[..1];
        _at += 2 + (end > 0 ? end + 1 : 1);
        if (name is ['^', ..])
        {
            isNegated = !isNegated;
            name = name[1..];
        }

        _out.Append(isNegated ? "\\P{" : "\\p{").Append(name).Append('}');
    }

    /// <summary>Reads an escape that means one character, and steps over it.</summary>
    private char Single()
    {
        var letter = _pattern[_at + 1];
        _at += 2;
        switch (letter)
        {
            case 'a':
                return '\a';
            case 'e':
                return '\u001B';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'c':
                return _at < _pattern.Length && _pattern[_at] is > ' ' and <= '~' ? (char)(char.ToUpperInvariant(_pattern[_at++]) ^ 64) : throw Stop("\\c has no letter");
            case 'x':
                return Hexadecimal();
            case 'o' when _at < _pattern.Length && _pattern[_at] == '{':
                throw Stop("\\o{...} is not supported; write \\x{...}");
            case >= '0' and <= '7':
                var value = letter - '0';
                for (var i = 0; i < 2 && _at < _pattern.Length && _pattern[_at] is >= '0' and <= '7'; i++) value = (value * 8) + (_pattern[_at++] - '0');
                return (char)value;
            default:
                return letter; // an escape without meaning stands for its letter
        }
    }

    private char Hexadecimal()
    {
        var rest = _pattern.AsSpan(_at);
        ReadOnlySpan<char> digits;
        if (rest is ['{', ..])
        {
            var end = rest.IndexOf('}');
            digits = end is > 1 and <= 5 ? rest[1..end] : throw Stop("\\x{...} takes one to four hexadecimal digits");
            _at += end + 1;
        }
        else
        {
            var length = 0;
            while (length < 2 && length < rest.Length && char.IsAsciiHexDigit(rest[length])) length++;
            digits = rest[..length];
            _at += length;
        }

        if (digits.IsEmpty) return '\0';
        return ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? (char)code : throw Stop("\\x takes hexadecimal digits");
    }
}
