using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Server.Crossbar.Validation;

/// <summary>What a kind of document must look like: rules by name of field, in the order in which problems are told.</summary>
/// <remarks>Fields without a rule are free (`http-api.md` 1.2). Written once as an initializer: <c>new() { ["name"] = FieldRule.Text(1, 128).Required() }</c>. Then never changed; safe to share.</remarks>
internal sealed class DocumentRules
{
    private readonly OrderedDictionary<string, FieldRule> _fields = new(StringComparer.Ordinal);

    /// <summary>True when only the fields named here are allowed.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The fields with their rules, for the published description of the API.</summary>
    public IEnumerable<KeyValuePair<string, FieldRule>> Fields => _fields;

    /// <summary>Sets the rule of a field.</summary>
    public FieldRule this[string name]
    {
        set => _fields[name] = value;
    }

    /// <summary>Checks a document. Scalars of a near kind are turned into the right one in place ("5" to 5), and defaults are filled in when asked for.</summary>
    public List<FieldProblem> Check(JsonObject document, bool fillDefaults)
    {
        var problems = new List<FieldProblem>();
        Check(document, "", fillDefaults, problems);
        return problems;
    }

    private void Check(JsonObject document, string prefix, bool fillDefaults, List<FieldProblem> problems)
    {
        foreach (var (name, rule) in _fields)
        {
            var path = prefix + name.Replace(".", "%2E", StringComparison.Ordinal);
            if (!document.TryGetPropertyValue(name, out var value))
            {
                if (rule.IsRequired) problems.Add(FieldProblem.Required(path));
                else if (fillDefaults && rule.Default is not null) document[name] = rule.Default.DeepClone();
                continue;
            }

            if (Coerce(rule.Kind, value) is { } better) document[name] = value = better;
            Check(value, rule, path, fillDefaults, problems);
        }

        if (!IsStrict) return;
        foreach (var (name, _) in document)
            if (!_fields.ContainsKey(name))
                problems.Add(FieldProblem.AdditionalProperties(prefix + name.Replace(".", "%2E", StringComparison.Ordinal)));
    }

    private static void Check(JsonNode? value, FieldRule rule, string path, bool fillDefaults, List<FieldProblem> problems)
    {
        switch (rule.Kind)
        {
            case FieldKind.Text when Scalar<string>(value, JsonValueKind.String) is { } text:
                CheckText(text, rule, path, problems);
                break;
            case FieldKind.Integer when IsInteger(value, out var integer):
                if (integer < rule.Range.Min) problems.Add(FieldProblem.Minimum(path, rule.Range.Min.Value));
                if (integer > rule.Range.Max) problems.Add(FieldProblem.Maximum(path, rule.Range.Max.Value));
                break;
            case FieldKind.List when value is JsonArray list:
                CheckList(list, rule, path, fillDefaults, problems);
                break;
            case FieldKind.Object when value is JsonObject members:
                rule.Members?.Check(members, path + ".", fillDefaults, problems);
                break;
            case FieldKind.Number when value?.GetValueKind() is JsonValueKind.Number:
            case FieldKind.Flag when value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
            case FieldKind.Any:
                break;
            default:
                problems.Add(FieldProblem.Type(path, NameOf(rule.Kind)));
                break;
        }
    }

    private static void CheckText(string text, FieldRule rule, string path, List<FieldProblem> problems)
    {
        var length = text.EnumerateRunes().Count();
        if (length < rule.Length.Min) problems.Add(FieldProblem.MinLength(path, rule.Length.Min));
        if (length > rule.Length.Max) problems.Add(FieldProblem.MaxLength(path, rule.Length.Max.Value, text));
        if (!rule.OneOf.IsDefault && !rule.OneOf.Contains(text)) problems.Add(FieldProblem.Enum(path, rule.OneOf, text));
        if (rule.Pattern is { } pattern && !pattern.IsMatch(text)) problems.Add(FieldProblem.Pattern(path, pattern.ToString(), text));
    }

    private static void CheckList(JsonArray list, FieldRule rule, string path, bool fillDefaults, List<FieldProblem> problems)
    {
        if (list.Count < rule.Length.Min) problems.Add(FieldProblem.MinItems(path, rule.Length.Min));
        if (list.Count > rule.Length.Max) problems.Add(FieldProblem.MaxItems(path, rule.Length.Max.Value));
        if (rule.IsSet && list.Select(item => item?.ToJsonString()).Distinct(StringComparer.Ordinal).Count() != list.Count)
            problems.Add(FieldProblem.UniqueItems(path));
        if (rule.Items is not { } items) return;

        for (var i = 0; i < list.Count; i++)
        {
            if (Coerce(items.Kind, list[i]) is { } better) list[i] = better;
            Check(list[i], items, $"{path}.{i.ToString(CultureInfo.InvariantCulture)}", fillDefaults, problems);
        }
    }

    private static JsonValue? Coerce(FieldKind kind, JsonNode? value) => (kind, value?.GetValueKind()) switch
    {
        (FieldKind.Integer, JsonValueKind.String)
            when long.TryParse(value!.GetValue<string>(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        (FieldKind.Number, JsonValueKind.String)
            when decimal.TryParse(value!.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        (FieldKind.Flag, JsonValueKind.String) when value!.GetValue<string>() is "true" => JsonValue.Create(true),
        (FieldKind.Flag, JsonValueKind.String) when value!.GetValue<string>() is "false" => JsonValue.Create(false),
        (FieldKind.Text, JsonValueKind.Number) => JsonValue.Create(value!.ToJsonString()),
        _ => null,
    };

    private static T? Scalar<T>(JsonNode? value, JsonValueKind kind) where T : class => value?.GetValueKind() == kind ? value.GetValue<T>() : null;

    private static bool IsInteger(JsonNode? value, out long integer)
    {
        integer = 0;
        if (value?.GetValueKind() is not JsonValueKind.Number) return false;
        if (value.AsValue().TryGetValue(out integer)) return true;
        if (!value.AsValue().TryGetValue<decimal>(out var number) || number != decimal.Truncate(number)) return false;
        if (number is < long.MinValue or > long.MaxValue) return false;
        integer = (long)number;
        return true;
    }

    private static string NameOf(FieldKind kind) => kind switch
    {
        FieldKind.Text => "string",
        FieldKind.Integer => "integer",
        FieldKind.Number => "number",
        FieldKind.Flag => "boolean",
        FieldKind.List => "array",
        FieldKind.Object => "object",
        _ => "any",
    };
}
