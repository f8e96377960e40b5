namespace Ocarina.Core.Normalization;

/// <content>Parentheses.</content>
internal sealed partial class PatternTranslator
{
    private Kind Group(out Weight weight)
    {
        if (++_depth > DepthMax) throw Stop("parentheses are nested too deep");
        var rest = _pattern.AsSpan(_at + 1);
        if (rest.StartsWith("*")) throw Stop("verbs such as (*PRUNE) are not supported");
        if (rest.StartsWith("?#")) return Comment(out weight);

        var kind = Kind.Atom;
        if (!rest.StartsWith("?")) OpenCapture(1);
        else if (TryName(rest, out var name, out var skipped)) OpenNamed(name, skipped);
        else if (TryOpening(rest, out var opening))
        {
            if (opening is "(?=" or "(?!" or "(?<=" or "(?<!") kind = Kind.Anchor;
            _out.Append(opening);
            _at += opening.Length;
        }
        else if (rest.StartsWith("?P="))
        {
            var end = rest.IndexOf(')');
            if (end < 0) throw Stop("a closing parenthesis is missing");
            Reference(rest[3..end].ToString());
            _at += end + 2;
            _depth--;
            weight = Weight.One;
            return Kind.Atom;
        }
        else if (!Options(out var isWhole))
        {
            throw Unsupported(rest);
        }
        else if (isWhole)
        {
            _depth--;
            weight = default;
            return Kind.Nothing;
        }

        weight = Alternatives();
        if (_at == _pattern.Length) throw Stop("a closing parenthesis is missing");
        _out.Append(')');
        _at++;
        _depth--;
        return kind;
    }

    private Kind Comment(out Weight weight)
    {
        var end = _pattern.IndexOf(')', _at);
        if (end < 0) throw Stop("a comment is not closed");
        _at = end + 1;
        _depth--;
        weight = default;
        return Kind.Nothing;
    }

    private void OpenCapture(int length)
    {
        _groups++;
        _out.Append('(');
        _at += length;
    }

    private void OpenNamed(string name, int length)
    {
        if (name.Length == 0 || name.Length > 32 || char.IsAsciiDigit(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            throw Stop($"'{name}' is no name for a group");
        if (!_names.TryAdd(name, _groups + 1)) throw Stop($"two groups are named '{name}'");
        OpenCapture(length);
    }

    private static bool TryName(ReadOnlySpan<char> rest, out string name, out int length)
    {
        (name, length) = ("", 0);
        var skip = rest.StartsWith("?P<") ? 3 : rest.StartsWith("?'") || (rest.StartsWith("?<") && rest is not [_, _, '=' or '!', ..]) ? 2 : 0;
        if (skip == 0) return false;
        var end = rest[skip..].IndexOf(rest[skip - 1] == '\'' ? '\'' : '>');
        if (end < 0) return false;
        name = rest.Slice(skip, end).ToString();
        length = skip + end + 2;
        return true;
    }

    private static bool TryOpening(ReadOnlySpan<char> rest, out string opening)
    {
        opening = rest switch
        {
            ['?', ':', ..] => "(?:",
            ['?', '=', ..] => "(?=",
            ['?', '!', ..] => "(?!",
            ['?', '>', ..] => "(?>",
            ['?', '<', '=', ..] => "(?<=",
            ['?', '<', '!', ..] => "(?<!",
            _ => "",
        };
        return opening.Length > 0;
    }

    /// <summary>Reads <c>(?i)</c> and <c>(?i:</c>. Only the letters that mean the same in both dialects are taken.</summary>
    private bool Options(out bool isWhole)
    {
        isWhole = false;
        var at = _at + 2;
        while (at < _pattern.Length && _pattern[at] is 'i' or 'm' or 's' or '-') at++;
        if (at == _at + 2 || at == _pattern.Length || _pattern[at] is not (')' or ':')) return false;
        isWhole = _pattern[at] == ')';
        _out.Append(_pattern, _at, at - _at + 1);
        _at = at + 1;
        return true;
    }

    private PatternStop Unsupported(ReadOnlySpan<char> rest) => Stop(rest switch
    {
        ['?', '|', ..] => "groups that share numbers, (?|...), are not supported",
        ['?', '(', ..] => "conditions, (?(...)...), are not supported",
        ['?', 'R' or '&' or '+' or (>= '0' and <= '9'), ..] or ['?', 'P', '>', ..] or ['?', '-', (>= '0' and <= '9'), ..] => "calls of groups are not supported",
        _ => "this kind of group is not supported",
    });
}
