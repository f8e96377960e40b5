using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Checks values against their keys. Scalars are read kindly first (`http-api.md` 1.11).</summary>
internal static class ConfigKeyCheck
{
    /// <summary>Adds every problem of a section. Unknown keys are kept and not looked at; absent ones are fine.</summary>
    public static void Check(string path, JsonObject section, IEnumerable<ConfigKey> keys, List<ConfigProblem> problems)
    {
        foreach (var key in keys)
            if (section[key.Name] is { } value && !ConfigValues.IsAbsent(value)) Check(ConfigPath.Of(path, key.Name), value, key, problems);
    }

    /// <summary>The section with known scalars in the type of their key; what cannot be read stays as it is, for the check to name.</summary>
    public static JsonObject Coerce(JsonObject section, IReadOnlyCollection<ConfigKey> keys)
    {
        var coerced = new JsonObject();
        foreach (var (name, value) in section)
            coerced[name] = keys.FirstOrDefault(key => key.Name == name) is { } known ? Coerce(value, known) : value?.DeepClone();
        return coerced;
    }

    private static JsonNode? Coerce(JsonNode? value, ConfigKey key) => key.Kind switch
    {
        ConfigKind.Text when value is not null && value.GetValueKind() != JsonValueKind.String && ConfigValues.TryText(value, out var text) => text,
        ConfigKind.Integer when value?.GetValueKind() == JsonValueKind.String && ConfigValues.TryInteger(value, out var whole) => ConfigValues.Node(whole),
        ConfigKind.Number when value?.GetValueKind() == JsonValueKind.String && ConfigValues.TryNumber(value, out var number) => ConfigValues.Node(number),
        ConfigKind.Flag when value?.GetValueKind() == JsonValueKind.String && ConfigValues.TryFlag(value, out var flag) => flag,
        ConfigKind.Object when value is JsonObject members => Coerce(members, key.Members),
        _ => value?.DeepClone(),
    };

    private static void Check(string path, JsonNode value, ConfigKey key, List<ConfigProblem> problems)
    {
        if (key.Kind == ConfigKind.Text && ConfigValues.IsReference(value) && ConfigMerge.IsSecret(key.Name)) return;
        var before = problems.Count;
        CheckKind(path, value, key, problems);
        if (problems.Count == before && key.Fault is { } faultOf && !IsOpen(value) && faultOf(value) is { } fault) problems.Add(ConfigProblems.Invalid(path, fault, value));
    }

    /// <summary>Nothing yet, or what a manual prints in its place.</summary>
    private static bool IsOpen(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && (value.GetValue<string>().Trim() is var text) && (text.Length == 0 || ConfigValues.IsPlaceholder(text));

    private static void CheckKind(string path, JsonNode value, ConfigKey key, List<ConfigProblem> problems)
    {
        switch (key.Kind)
        {
            case ConfigKind.Text:
                if (!ConfigValues.TryText(value, out var text)) problems.Add(ConfigProblems.Type(path, "string", value));
                else if (key.Names is { } names && !names.Contains(text, StringComparer.Ordinal)) problems.Add(NotNamed(path, key, names, text));
                break;
            case ConfigKind.Flag:
                if (!ConfigValues.TryFlag(value, out _)) problems.Add(ConfigProblems.Type(path, "boolean", value));
                break;
            case ConfigKind.Integer:
                CheckInteger(path, value, key, problems);
                break;
            case ConfigKind.Number:
                if (!ConfigValues.TryNumber(value, out _)) problems.Add(ConfigProblems.Type(path, "number", value));
                break;
            case ConfigKind.Texts:
                if (value is JsonArray items) CheckItems(path, items, problems);
                else problems.Add(ConfigProblems.Type(path, "array", value));
                break;
            case ConfigKind.TextOrTexts:
                if (value is JsonArray list) CheckItems(path, list, problems);
                else if (!ConfigValues.TryText(value, out _)) problems.Add(ConfigProblems.Type(path, "string, array", value));
                break;
            case ConfigKind.Object:
                if (value is JsonObject members) Check(path, members, key.Members, problems);
                else problems.Add(ConfigProblems.Type(path, "object", value));
                break;
            case ConfigKind.IntegerOrObject:
                if (value is not JsonObject && !ConfigValues.TryInteger(value, out _)) problems.Add(ConfigProblems.Type(path, "integer, object", value));
                break;
            case ConfigKind.Rules:
                break; // read and reported by the rules' own reader
        }
    }

    private static ConfigProblem NotNamed(string path, ConfigKey key, string[] names, string text) =>
        key.OtherwiseMeans is { } meaning
            ? ConfigProblems.Warning(path, $"Value not found in enumerated list of values ({string.Join(", ", names)}); {meaning}", text)
            : ConfigProblems.Enum(path, names, text);

    private static void CheckInteger(string path, JsonNode value, ConfigKey key, List<ConfigProblem> problems)
    {
        if (!ConfigValues.TryInteger(value, out var number)) problems.Add(ConfigProblems.Type(path, "integer", value));
        else if (number < key.Minimum) problems.Add(ConfigProblems.Minimum(path, key.Minimum.Value, value));
        else if (number > key.Maximum) problems.Add(ConfigProblems.Maximum(path, key.Maximum.Value, value));
    }

    private static void CheckItems(string path, JsonArray items, List<ConfigProblem> problems)
    {
        for (var i = 0; i < items.Count; i++)
            if (!ConfigValues.TryText(items[i], out _)) problems.Add(ConfigProblems.Type(ConfigPath.Of(path, i), "string", items[i]));
    }
}
