using System.Collections.Frozen;

namespace Ocarina.Core.Normalization;

/// <summary>The short-hand character classes of PCRE, in their ASCII meaning, as the inside of a class.</summary>
internal static class CharacterSets
{
    private static readonly FrozenDictionary<char, string> Short = new Dictionary<char, string>
    {
        ['d'] = "0-9",
        ['w'] = "0-9A-Z_a-z",
        ['s'] = "\\u0009-\\u000D\\u0020",
        ['h'] = "\\u0009\\u0020",
        ['v'] = "\\u000A-\\u000D",
        ['D'] = "\\u0000-\\u002F\\u003A-\\uFFFF",
        ['W'] = "\\u0000-\\u002F\\u003A-\\u0040\\u005B-\\u005E\\u0060\\u007B-\\uFFFF",
        ['S'] = "\\u0000-\\u0008\\u000E-\\u001F\\u0021-\\uFFFF",
        ['H'] = "\\u0000-\\u0008\\u000A-\\u001F\\u0021-\\uFFFF",
        ['V'] = "\\u0000-\\u0009\\u000E-\\uFFFF",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Posix = new Dictionary<string, string>
    {
        ["digit"] = Short['d'],
        ["word"] = Short['w'],
        ["space"] = Short['s'],
        ["blank"] = Short['h'],
        ["alpha"] = "A-Za-z",
        ["alnum"] = "0-9A-Za-z",
        ["lower"] = "a-z",
        ["upper"] = "A-Z",
        ["xdigit"] = "0-9A-Fa-f",
        ["punct"] = "\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E",
        ["cntrl"] = "\\u0000-\\u001F\\u007F",
        ["graph"] = "\\u0021-\\u007E",
        ["print"] = "\\u0020-\\u007E",
        ["ascii"] = "\\u0000-\\u007F",
        ["^digit"] = Short['D'],
        ["^word"] = Short['W'],
        ["^space"] = Short['S'],
    }.ToFrozenDictionary();

    public static bool TryGet(char letter, out string set) => Short.TryGetValue(letter, out set!);

    public static bool TryGetPosix(string name, out string set) => Posix.TryGetValue(name, out set!);
}
