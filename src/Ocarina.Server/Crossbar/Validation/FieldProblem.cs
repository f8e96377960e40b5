using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Server.Crossbar.Validation;

/// <summary>One thing wrong with one field of a request, as `http-api.md` 1.11 writes it.</summary>
/// <param name="Path">Dotted path; a dot inside a name is written <c>%2E</c>.</param>
/// <param name="Kind">Stable word, such as <c>required</c>.</param>
/// <param name="Message">Sentence for people.</param>
/// <param name="Target">What would have been right, when that can be said.</param>
/// <param name="Value">What came instead.</param>
/// <param name="Cause">What in particular is wrong.</param>
internal sealed record FieldProblem(
    string Path, string Kind, string Message, JsonNode? Target = null, JsonNode? Value = null, JsonNode? Cause = null)
{
    public static FieldProblem Required(string path) => new(path, "required", "Field is required but missing");

    public static FieldProblem Type(string path, string types) => new(path, "type", $"Value did not match type(s): {types}", types);

    public static FieldProblem Minimum(string path, long minimum) =>
        new(path, "minimum", $"Value must be at least {minimum.ToString(CultureInfo.InvariantCulture)}", minimum);

    public static FieldProblem Maximum(string path, long maximum) =>
        new(path, "maximum", $"Value must be at most {maximum.ToString(CultureInfo.InvariantCulture)}", maximum);

    public static FieldProblem MinLength(string path, int length) => new(path, "minLength", $"String must be at least {length} characters", length);

    public static FieldProblem MaxLength(string path, int length, string value) =>
        new(path, "maxLength", $"String must not be more than {length} characters", length, value, value);

    public static FieldProblem MinItems(string path, int count) => new(path, "minItems", $"The list must have at least {count} items", count);

    public static FieldProblem MaxItems(string path, int count) => new(path, "maxItems", $"The list is more than {count} items", count);

    public static FieldProblem UniqueItems(string path) => new(path, "uniqueItems", "List of items is not unique");

    public static FieldProblem Pattern(string path, string pattern, string value) =>
        new(path, "pattern", $"Failed to match pattern '{pattern}'", pattern, value);

    public static FieldProblem Enum(string path, IEnumerable<string> allowed, string value) =>
        new(path, "enum", "Value not found in enumerated list of values", new JsonArray([.. allowed.Select(item => (JsonNode)item)]), value);

    public static FieldProblem AdditionalProperties(string path) =>
        new(path, "additionalProperties", "Strict checking of data is enabled; only include schema-defined properties");

    public static FieldProblem Unique(string path, string message, string? cause) => new(path, "unique", message, Cause: cause);

    public static FieldProblem Invalid(string path, string message, JsonNode? cause = null) => new(path, "invalid", message, Cause: cause);

    /// <summary>The map of `http-api.md` 1.11: path to kind to what is wrong.</summary>
    public static JsonObject ToMap(IEnumerable<FieldProblem> problems)
    {
        var map = new JsonObject();
        foreach (var problem in problems)
        {
            if (map[problem.Path] is not JsonObject kinds) map[problem.Path] = kinds = [];
            var said = new JsonObject { ["message"] = problem.Message };
            if (problem.Target is not null) said["target"] = problem.Target.DeepClone();
            if (problem.Value is not null) said["value"] = problem.Value.DeepClone();
            if (problem.Cause is not null) said["cause"] = problem.Cause.DeepClone();
            kinds[problem.Kind] = said;
        }
        return map;
    }
}
