using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>One thing wrong, or doubtful, in a configuration document (numbers.md 2.6).</summary>
/// <param name="Path">Where: member names joined by dots, a dot inside a name written <c>%2E</c>; places in lists are counted from 0.</param>
/// <param name="Kind">Kind of error, one of those of `http-api.md` 1.11.</param>
/// <param name="Message">Sentence for people.</param>
/// <param name="Target">What was expected, when that can be said.</param>
/// <param name="Value">What was found, when it helps.</param>
/// <param name="IsWarning">True when the document is accepted all the same.</param>
public sealed record ConfigProblem(
    string Path, string Kind, string Message, JsonNode? Target = null, JsonNode? Value = null, bool IsWarning = false);

/// <summary>Kinds and sentences of `http-api.md` 1.11, made in one place so that they are the same everywhere.</summary>
internal static class ConfigProblems
{
    public static ConfigProblem Required(string path) => new(path, "required", "Field is required but missing");

    public static ConfigProblem Type(string path, string expected, JsonNode? value) =>
        new(path, "type", $"Value did not match type(s): {expected}", expected, value?.DeepClone());

    public static ConfigProblem Minimum(string path, long least, JsonNode? value) =>
        new(path, "minimum", string.Create(CultureInfo.InvariantCulture, $"Value must be at least {least}"), least, value?.DeepClone());

    public static ConfigProblem Maximum(string path, long most, JsonNode? value) =>
        new(path, "maximum", string.Create(CultureInfo.InvariantCulture, $"Value must be at most {most}"), most, value?.DeepClone());

    public static ConfigProblem MinLength(string path, int least, string value) =>
        new(path, "minLength", string.Create(CultureInfo.InvariantCulture, $"String must be at least {least} characters"), least, value);

    public static ConfigProblem MaxLength(string path, int most, string value) =>
        new(path, "maxLength", string.Create(CultureInfo.InvariantCulture, $"String must not be more than {most} characters"), most, value);

    public static ConfigProblem MaxItems(string path, int most) =>
        new(path, "maxItems", string.Create(CultureInfo.InvariantCulture, $"The list is more than {most} items"), most);

    public static ConfigProblem Enum(string path, IEnumerable<string> names, string value) =>
        new(path, "enum", "Value not found in enumerated list of values", new JsonArray([.. names.Select(name => (JsonNode)name)]), value);

    /// <summary>A regular expression that cannot be used; the target is a suggestion when there is one.</summary>
    public static ConfigProblem Pattern(string path, string pattern, string why, string? hint) =>
        new(path, "invalid", hint is null ? $"Invalid regular expression: {why}" : $"Invalid regular expression: {why}; did you mean {hint}", hint, pattern);

    public static ConfigProblem Invalid(string path, string message, JsonNode? value = null) => new(path, "invalid", message, Value: value?.DeepClone());

    /// <summary>A key of the system in an account's document.</summary>
    public static ConfigProblem OfSystem(string path) => new(path, "forbidden", "This key can only be set for the whole system");

    /// <summary>A number no reader can hold. It comes back as text, for the reply must be readable.</summary>
    public static ConfigProblem NoFit(string path, JsonNode number) => new(path, "invalid", "The number does not fit", Value: number.ToJsonString());

    public static ConfigProblem Warning(string path, string message, JsonNode? value = null) =>
        new(path, "invalid", message, Value: value?.DeepClone(), IsWarning: true);
}
