using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Reads JSON as manuals print it and notes every correction (numbers.md 2.1). What has two readings is refused with its place.</summary>
internal sealed class ManualJsonReader(string text)
{
    private const int RepairsMax = 1000;

    private static readonly SearchValues<char> BareName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-");

    private static readonly SearchValues<char> EndsBareRun = SearchValues.Create("\"{}[]:,/ \t\r\n");

    private readonly List<JsonRepair> _repairs = [];
    private int _at;
    private int _depth;

    /// <summary>Corrections so far.</summary>
    public IReadOnlyList<JsonRepair> Repairs => _repairs;

    /// <summary>The corrections in words, in the order of the text.</summary>
    public IReadOnlyList<string> Notes => [.. _repairs.Where(repair => repair.What.Length > 0).OrderBy(repair => repair.At).Select(repair => repair.ToString())];

    public JsonObject ReadDocument()
    {
        if (text.StartsWith('\uFEFF')) _at = 1;
        SkipBlank();
        if (_at == text.Length) throw Stop("The text is empty; a document is a JSON object.");
        if (text[_at] == '[') throw Stop("A document is a JSON object, this begins a list.");

        JsonObject document;
        if (text[_at] == '{')
        {
            document = ReadObject();
        }
        else
        {
            Mend(_at, 0, "{", "the braces around the members were missing");
            document = ReadMembers(braced: false);
            Insert(text.Length, "}");
        }

        SkipBlank();
        if (_at < text.Length) throw Stop("Something follows the end of the document.");
        return document;
    }

    private JsonNode? ReadValue()
    {
        if (_at == text.Length) throw Stop("A value is missing at the end of the text.");
        return text[_at] switch
        {
            '{' => ReadObject(),
            '[' => ReadList(),
            '"' => JsonValue.Create(ReadText()),
            _ => ReadBareValue(),
        };
    }

    private JsonObject ReadObject()
    {
        Enter();
        _at++;
        var members = ReadMembers(braced: true);
        _at++;
        _depth--;
        return members;
    }

    private JsonObject ReadMembers(bool braced)
    {
        var members = new JsonObject();
        var comma = -1;
        while (true)
        {
            SkipBlank();
            if (_at == text.Length && braced) throw Stop("A closing brace is missing.");
            if (_at == text.Length || (braced && text[_at] == '}')) break;

            var nameAt = _at;
            var name = ReadName();
            if (members.ContainsKey(name)) throw StopAt(nameAt, $"The member '{name}' is given twice.");
            SkipBlank();
            if (_at == text.Length || text[_at] != ':') throw Stop($"A colon is missing after '{name}'.");
            _at++;
            SkipBlank();
            members[name] = ReadValue();
            comma = ReadSeparator('}', braced);
        }

        if (comma >= 0) Mend(comma, 1, "", "a comma stood after the last member");
        return members;
    }

    private JsonArray ReadList()
    {
        Enter();
        _at++;
        var items = new JsonArray();
        var comma = -1;
        while (true)
        {
            SkipBlank();
            if (_at == text.Length) throw Stop("A closing bracket is missing.");
            if (text[_at] == ']') break;
            items.Add(ReadValue());
            comma = ReadSeparator(']', braced: true);
        }

        if (comma >= 0) Mend(comma, 1, "", "a comma stood after the last item");
        _at++;
        _depth--;
        return items;
    }

    /// <summary>Reads the comma after a value. Answers its place, or -1 when there was none.</summary>
    private int ReadSeparator(char end, bool braced)
    {
        var after = _at;
        SkipBlank();
        if (_at == text.Length || (braced && text[_at] == end)) return -1;
        if (text[_at] == ',') return _at++;

        // Two values in a row have one reading only when white space parts them: "a""b" may be a lost backslash.
        var startsValue = text[_at] is '"' or '{' or '[' or '-' or '_' || char.IsAsciiLetterOrDigit(text[_at]);
        if (_at == after || !startsValue || (!braced && text[_at] == '{')) throw Stop("A comma or the end is missing here.");
        Mend(after, 0, ",", "a comma was missing");
        return -1;
    }

    private string ReadName()
    {
        if (text[_at] == '"') return ReadText();

        var run = BareRun();
        var next = _at + run.Length;
        if (run.Length > 0 && next < text.Length && text[next] == '"') return ReadUnopened("a name had lost its opening quote");
        if (run.Length > 0 && !run.ContainsAnyExcept(BareName))
        {
            var name = run.ToString();
            Mend(_at, 0, "\"", "a name stood without quotes");
            Insert(next, "\"");
            _at = next;
            return name;
        }

        throw Stop("The name of a member is expected here.");
    }

    private JsonNode? ReadBareValue()
    {
        var run = BareRun();
        var next = _at + run.Length;
        if (run.Length > 0 && next < text.Length && text[next] == '"') return JsonValue.Create(ReadUnopened("a text had lost its opening quote"));

        switch (run)
        {
            case "true" or "false" or "null":
                var word = JsonNode.Parse(run.ToString());
                _at = next;
                return word;
            case [('-' or (>= '0' and <= '9')), ..]:
                return ReadNumber(run, next);
            default:
                throw Stop("A value is expected here.");
        }
    }

    private JsonNode? ReadNumber(ReadOnlySpan<char> run, int next)
    {
        try
        {
            var number = JsonNode.Parse(run.ToString()); // keeps the digits as they were written
            _at = next;
            return number;
        }
        catch (JsonException)
        {
            throw Stop($"'{run}' is no number.");
        }
    }

    private ReadOnlySpan<char> BareRun()
    {
        var rest = text.AsSpan(_at);
        var length = rest.IndexOfAny(EndsBareRun);
        return length < 0 ? rest : rest[..length];
    }

    private string ReadUnopened(string what)
    {
        Mend(_at, 0, "\"", what);
        return ReadTextBody(_at);
    }

    private string ReadText()
    {
        var opened = _at;
        _at++;
        return ReadTextBody(opened);
    }

    private string ReadTextBody(int opened)
    {
        var read = new StringBuilder();
        while (true)
        {
            if (_at == text.Length || text[_at] is '\r' or '\n') throw StopAt(opened, "The text that begins here is not closed on its line.");
            var letter = text[_at];
            if (letter < ' ') throw Stop("A control character cannot stand in a text.");
            _at++;
            if (letter == '"') return read.ToString();
            read.Append(letter == '\\' ? ReadEscape() : letter);
        }
    }

    private char ReadEscape()
    {
        var letter = _at < text.Length ? text[_at] : throw Stop("The text ends within an escape.");
        switch (letter)
        {
            case '"' or '\\' or '/':
                _at++;
                return letter;
            case 'b' or 'f' or 'n' or 'r' or 't':
                _at++;
                return letter switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', _ => '\t' };
            case 'u':
                if (_at + 5 > text.Length || !ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                    throw Stop("Four hexadecimal digits are expected after \\u.");
                _at += 5;
                return (char)code;
            default: // a regular expression with single backslashes: JSON knows no such escape, so only one reading is left
                Mend(_at, 0, "\\", "a backslash was not doubled");
                return '\\';
        }
    }

    private void SkipBlank()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\r' or '\n')
            {
                _at++;
                continue;
            }

            var rest = text.AsSpan(_at);
            if (rest.StartsWith("//"))
            {
                var length = rest.IndexOfAny('\r', '\n');
                SkipComment(length < 0 ? rest.Length : length);
            }
            else if (rest.StartsWith("/*"))
            {
                var length = rest[2..].IndexOf("*/", StringComparison.Ordinal);
                SkipComment(length < 0 ? throw Stop("The comment that begins here is not closed.") : length + 4);
            }
            else
            {
                return;
            }
        }
    }

    private void SkipComment(int length)
    {
        Mend(_at, length, "", "a comment was left out");
        _at += length;
    }

    private void Enter()
    {
        if (++_depth > ConfigJson.DepthMax) throw Stop("The document is nested too deep.");
    }

    private void Mend(int at, int removed, string inserted, string what)
    {
        if (_repairs.Count >= RepairsMax) throw Stop("Too much would have to be mended; this is hardly JSON.");
        var (line, column) = PlaceOf(at);
        _repairs.Add(new JsonRepair(at, removed, inserted, line, column, what));
    }

    /// <summary>The second half of a correction; it has no note of its own.</summary>
    private void Insert(int at, string inserted) => _repairs.Add(new JsonRepair(at, 0, inserted, 0, 0, ""));

    private ConfigJsonException Stop(string reason) => StopAt(_at, reason);

    private ConfigJsonException StopAt(int at, string reason)
    {
        var (line, column) = PlaceOf(at);
        return new ConfigJsonException(line, column, reason);
    }

    private (int Line, int Column) PlaceOf(int at)
    {
        var before = text.AsSpan(0, at);
        return (before.Count('\n') + 1, at - (before.LastIndexOf('\n') + 1) + 1);
    }
}
