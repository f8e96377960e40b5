using System.Globalization;

namespace Ocarina.Core.Normalization;

/// <content>Character classes: <c>[...]</c>.</content>
internal sealed partial class PatternTranslator
{
    private void CharacterClass()
    {
        var opened = _at;
        _at++;
        _out.Append('[');
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            _out.Append('^');
            _at++;
        }

        for (var isFirst = true; ; isFirst = false)
        {
            if (_at == _pattern.Length)
            {
                _at = opened;
                throw Stop("a character class is not closed", _pattern.Insert(opened, "\\"));
            }

            if (_pattern[_at] == ']' && !isFirst) break; // in first place it is a plain character
            ClassItem();
        }

        _at++;
        _out.Append(']');
    }

    private void ClassItem()
    {
        if (TryClassSet()) return;
        var from = ClassSingle();
        var isRange = _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']';
        AppendInClass(from);
        if (!isRange) return;

        var dash = _at++;
        if (IsClassSet())
        {
            _at = dash + 1; // [a-\d] holds a dash
            AppendInClass('-');
            return;
        }

        var to = ClassSingle();
        if (to < from) throw Stop("a range in a character class is out of order");
        _out.Append('-');
        AppendInClass(to);
    }

    private bool IsClassSet() =>
        _pattern[_at] == '\\'
            ? _at + 1 < _pattern.Length && (_pattern[_at + 1] is 'p' or 'P' || CharacterSets.TryGet(_pattern[_at + 1], out _))
            : _pattern.AsSpan(_at).StartsWith("[:") && _pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal) > 0;

    private bool TryClassSet()
    {
        if (!IsClassSet()) return false;
        if (_pattern[_at] == '[')
        {
            var end = _pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal);
            var name = _pattern[(_at + 2)..end];
            if (!CharacterSets.TryGetPosix(name, out var set)) throw Stop($"[:{name}:] is no character class");
            _out.Append(set);
            _at = end + 2;
        }
        else if (CharacterSets.TryGet(_pattern[_at + 1], out var set))
        {
            _out.Append(set);
            _at += 2;
        }
        else
        {
            Property();
        }

        return true;
    }

    private char ClassSingle()
    {
        if (_pattern[_at] != '\\') return _pattern[_at++];
        if (_at + 1 == _pattern.Length) throw Stop("a backslash stands at the end");
        switch (_pattern[_at + 1])
        {
            case 'b':
                _at += 2;
                return '\b';
            case 'B' or 'N' or 'R' or 'X':
                throw Stop($"\\{_pattern[_at + 1]} has no meaning in a character class");
            case 'Q' or 'E':
                throw Stop("\\Q and \\E are not supported in a character class");
            default:
                return Single();
        }
    }

    /// <summary>Everything but letters and digits is written as a code, so that nothing in a class can be read as an operator.</summary>
    private void AppendInClass(char letter)
    {
        if (_literals.Length < 16) _literals.Append(letter);
        if (char.IsAsciiLetterOrDigit(letter)) _out.Append(letter);
        else _out.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
    }
}
