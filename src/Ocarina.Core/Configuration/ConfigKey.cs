using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>What a configuration key may hold.</summary>
internal enum ConfigKind
{
    Text,
    Flag,
    Integer,
    Number,
    Texts,
    TextOrTexts,
    Object,

    /// <summary>A whole number, or an object.</summary>
    IntegerOrObject,

    /// <summary>Ordered rules; checked by the rules' own reader.</summary>
    Rules,
}

/// <summary>One key of a section: its kind, its bounds and its default. A key without default is never shown unasked (numbers.md 2.1).</summary>
internal sealed record ConfigKey(string Name, ConfigKind Kind)
{
    /// <summary>Makes the default; a fresh node each time.</summary>
    public Func<JsonNode>? Default { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    /// <summary>The only texts allowed.</summary>
    public string[]? Names { get; init; }

    /// <summary>What another text than those of <see cref="Names"/> comes to. With it such a text is doubtful, without it wrong.</summary>
    public string? OtherwiseMeans { get; init; }

    /// <summary>What is wrong with a value of the right kind, as a sentence. Empty texts and place-holders such as <c>{API KEY}</c> are not asked about.</summary>
    public Func<JsonNode, string?>? Fault { get; init; }

    /// <summary>Keys inside, for objects.</summary>
    public ConfigKey[] Members { get; init; } = [];

    public static ConfigKey Text(string name, string? value = null) =>
        new(name, ConfigKind.Text) { Default = value is null ? null : () => value };

    public static ConfigKey OneOf(string name, string? value, params string[] names) => Text(name, value) with { Names = names };

    public static ConfigKey Flag(string name, bool? value = null) =>
        new(name, ConfigKind.Flag) { Default = value is { } flag ? () => flag : null };

    public static ConfigKey Integer(string name, long? value, long? minimum = null, long? maximum = null) =>
        new(name, ConfigKind.Integer) { Default = value is { } number ? () => ConfigValues.Node(number) : null, Minimum = minimum, Maximum = maximum };

    public static ConfigKey Number(string name, decimal? value = null) =>
        new(name, ConfigKind.Number) { Default = value is { } number ? () => ConfigValues.Node(number) : null };

    public static ConfigKey Texts(string name, params string[] values) =>
        new(name, ConfigKind.Texts) { Default = values.Length == 0 ? null : () => new JsonArray([.. values.Select(value => (JsonNode)value)]) };

    public static ConfigKey TextOrTexts(string name) => new(name, ConfigKind.TextOrTexts);

    /// <summary>A text that something may be wrong with.</summary>
    public static ConfigKey Text(string name, string? value, Func<string, string?> fault) =>
        Text(name, value) with { Fault = node => ConfigValues.TryText(node, out var text) ? fault(text) : null };

    public static ConfigKey Rules(string name, Func<JsonNode> value) => new(name, ConfigKind.Rules) { Default = value };

    public static ConfigKey Object(string name, params ConfigKey[] members) => new(name, ConfigKind.Object)
    {
        Members = members,
        Default = Array.Exists(members, member => member.Default is not null) ? () => Defaults(members) : null,
    };

    /// <summary>The defaults of some keys, in their order.</summary>
    public static JsonObject Defaults(IEnumerable<ConfigKey> keys)
    {
        var defaults = new JsonObject();
        foreach (var key in keys)
            if (key.Default is { } make) defaults[key.Name] = make();
        return defaults;
    }
}
