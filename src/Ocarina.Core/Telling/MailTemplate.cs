using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Telling;

/// <summary>
/// A text with places to fill, in a part of Mustache's language: <c>{{name}}</c>, <c>{{a.b}}</c>, <c>{{#list}}…{{/list}}</c>, <c>{{^absent}}…{{/absent}}</c>, <c>{{.}}</c>.
/// </summary>
/// <remarks>Operators write templates, and what fills them comes from tenants: HTML is always escaped, and neither size nor loops can get out of hand. Immutable.</remarks>
public sealed class MailTemplate
{
    /// <summary>Most characters of a template.</summary>
    public const int LengthMax = 64 * 1024;

    private const int DepthMax = 16;
    private const int PathMax = 256; // looked up at every step: without a bound 20,000 of them take minutes
    private const int StepsMax = 20_000;
    private const int OutputMax = 256 * 1024;

    private readonly IReadOnlyList<Piece> _pieces;

    private MailTemplate(IReadOnlyList<Piece> pieces) => _pieces = pieces;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="template">It; none when something is wrong.</param>
    /// <returns>What is wrong, as a sentence with its line; none when nothing is.</returns>
    public static string? TryParse(string text, out MailTemplate? template)
    {
        template = null;
        if (text.Length > LengthMax) return string.Create(CultureInfo.InvariantCulture, $"A template has at most {LengthMax} characters");
        var open = new Stack<(string Path, bool IsInverse, List<Piece> Pieces, int At)>();
        List<Piece> pieces = [];
        for (var at = 0; at < text.Length;)
        {
            var begin = text.IndexOf("{{", at, StringComparison.Ordinal);
            pieces.Add(new Piece.Words(text[at..(begin < 0 ? text.Length : begin)]));
            if (begin < 0) break;
            var end = text.IndexOf("}}", begin, StringComparison.Ordinal);
            if (end < 0) return Wrong("{{ is not closed", begin);
            var tag = text[(begin + 2)..end].Trim();
            at = end + 2;
            var path = tag.TrimStart('#', '^', '/').Trim();
            if (path.Length is 0 or > PathMax || !path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-')) return Wrong($"'{(tag.Length > PathMax ? $"{tag[..32]}…" : tag)}' is no place to fill", begin);
            switch (tag[0])
            {
                case '#' or '^':
                    if (open.Count == DepthMax) return Wrong(string.Create(CultureInfo.InvariantCulture, $"More than {DepthMax} sections in each other"), begin);
                    open.Push((path, tag[0] == '^', pieces, begin));
                    pieces = [];
                    break;
                case '/':
                    if (!open.TryPop(out var section) || section.Path != path) return Wrong($"'{path}' is closed but not open", begin);
                    section.Pieces.Add(new Piece.Section(path, section.IsInverse, pieces));
                    pieces = section.Pieces;
                    break;
                default:
                    pieces.Add(new Piece.Value(path));
                    break;
            }
        }

        if (open.TryPeek(out var left)) return Wrong($"'{left.Path}' is not closed", left.At);
        template = new MailTemplate(pieces);
        return null;

        string Wrong(string what, int at) => string.Create(CultureInfo.InvariantCulture, $"{what} (line {text.AsSpan(0, at).Count('\n') + 1})");
    }

    /// <summary>Fills it.</summary>
    /// <param name="model">What it is filled with.</param>
    /// <param name="isHtml">True escapes what is filled in.</param>
    /// <returns>The text; none when it would be too long or take too many steps.</returns>
    public string? Render(JsonObject model, bool isHtml)
    {
        var run = new Run(isHtml);
        return run.Write(_pieces, [model]) ? run.ToString() : null;
    }

    private abstract record Piece
    {
        internal sealed record Words(string Text) : Piece;

        internal sealed record Value(string Path) : Piece;

        internal sealed record Section(string Path, bool IsInverse, IReadOnlyList<Piece> Pieces) : Piece;
    }

    // One filling. The innermost of the things that sections stand on is looked at first.
    private sealed class Run(bool isHtml)
    {
        private readonly StringBuilder _output = new();
        private int _steps;

        public override string ToString() => _output.ToString();

        public bool Write(IReadOnlyList<Piece> pieces, List<JsonNode?> scopes)
        {
            foreach (var piece in pieces)
            {
                if (++_steps > StepsMax || _output.Length > OutputMax) return false;
                switch (piece)
                {
                    case Piece.Words words:
                        _output.Append(words.Text);
                        break;
                    case Piece.Value value:
                        var text = TextOf(Find(value.Path, scopes));
                        _output.Append(isHtml ? WebUtility.HtmlEncode(text) : text);
                        break;
                    case Piece.Section section when !WriteSection(section, scopes):
                        return false;
                }
            }

            return _output.Length <= OutputMax;
        }

        private bool WriteSection(Piece.Section section, List<JsonNode?> scopes)
        {
            var found = Find(section.Path, scopes);
            if (section.IsInverse) return !IsAbsent(found) || Write(section.Pieces, scopes);
            if (IsAbsent(found)) return true;
            return (found is JsonArray items ? items : (IEnumerable<JsonNode?>)[found]).All(item => Write(section.Pieces, [.. scopes, item]));
        }

        private static JsonNode? Find(string path, List<JsonNode?> scopes)
        {
            if (path == ".") return scopes[^1];
            var names = path.Split('.');
            for (var i = scopes.Count - 1; i >= 0; i--)
            {
                if (scopes[i] is not JsonObject scope || !scope.TryGetPropertyValue(names[0], out var found)) continue;
                foreach (var name in names.Skip(1)) found = found is JsonObject members ? members[name] : null;
                return found;
            }

            return null;
        }

        private static bool IsAbsent(JsonNode? node) => node switch
        {
            null => true,
            JsonArray items => items.Count == 0,
            JsonObject => false,
            _ => node.GetValueKind() is JsonValueKind.False || TextOf(node).Length == 0,
        };

        private static string TextOf(JsonNode? node) => node switch
        {
            null => "",
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            _ => node.ToJsonString(),
        };
    }
}
