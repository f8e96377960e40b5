using System.Globalization;
using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Identity;

/// <summary>Reads known members of an open document, kindly, and collects what is wrong (`http-api.md` 1.11).</summary>
internal sealed class FieldReader(JsonObject body)
{
    private readonly List<ConfigProblem> _problems = [];

    public IReadOnlyList<ConfigProblem> Problems => _problems;

    public bool Has(string name) => body.ContainsKey(name);

    /// <summary>Text of a length in range; a number or a truth value counts as its text. Absent or null: <see langword="null"/>.</summary>
    public string? Text(string name, int lengthMin, int lengthMax, bool required = false)
    {
        if (body[name] is not { } node)
        {
            if (required) Add(name, "required", "Field is required but missing");
            return null;
        }

        if (node is not JsonValue value)
        {
            Add(name, "type", "Value did not match type(s): string", "string", node);
            return null;
        }

        var text = value.TryGetValue<string>(out var read) ? read : node.ToJsonString();
        if (text.Length < lengthMin) Add(name, "minLength", string.Create(CultureInfo.InvariantCulture, $"String must be at least {lengthMin} characters"), lengthMin, node);
        if (text.Length > lengthMax) Add(name, "maxLength", string.Create(CultureInfo.InvariantCulture, $"String must not be more than {lengthMax} characters"), lengthMax, node);
        return text;
    }

    /// <summary>A truth value, also as the text of one.</summary>
    public bool? Truth(string name)
    {
        if (body[name] is not { } node) return null;
        if (node is JsonValue value)
        {
            if (value.TryGetValue<bool>(out var truth)) return truth;
            if (value.TryGetValue<string>(out var text) && bool.TryParse(text, out truth)) return truth;
        }

        Add(name, "type", "Value did not match type(s): boolean", "boolean", node);
        return null;
    }

    /// <summary>Checks that a member, where there is one, is an object.</summary>
    public void Object(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (body[name] is { } node and not JsonObject) Add(name, "type", "Value did not match type(s): object", "object", node);
    }

    public void Add(string path, string kind, string message, JsonNode? target = null, JsonNode? value = null) =>
        _problems.Add(new ConfigProblem(path, kind, message, target, value?.DeepClone()));
}

/// <summary>Handling of open documents.</summary>
internal static class OpenDocument
{
    /// <summary>A copy without private and read-only members, and without those of value null.</summary>
    public static JsonObject Strip(JsonObject body, IReadOnlySet<string> readOnly)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in body)
        {
            if (name.StartsWith('_') || name.StartsWith("pvt_", StringComparison.Ordinal) || readOnly.Contains(name) || value is null) continue;
            kept[name] = value.DeepClone();
        }
        return kept;
    }

    /// <summary>The patch without private and read-only members; nulls stay, for they delete.</summary>
    public static JsonObject StripPatch(JsonObject patch, IReadOnlySet<string> readOnly)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in patch)
            if (!name.StartsWith('_') && !name.StartsWith("pvt_", StringComparison.Ordinal) && !readOnly.Contains(name)) kept[name] = value?.DeepClone();
        return kept;
    }

    /// <summary>Takes a member out.</summary>
    public static JsonNode? Take(this JsonObject document, string name)
    {
        var value = document[name];
        document.Remove(name);
        return value;
    }
}
