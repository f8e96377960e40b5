using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Documents of sections: <c>default</c>, and others named after a zone or a node (numbers.md 2.1).</summary>
public static class ConfigSections
{
    /// <summary>The section that always applies.</summary>
    public const string Default = "default";

    private const string NumberManager = "number_manager";

    /// <summary>Sections of a document by name, in order. Its own members (<c>id</c>, and those starting with <c>_</c> or <c>pvt_</c>) are none.</summary>
    public static IEnumerable<KeyValuePair<string, JsonObject>> Of(JsonObject document)
    {
        foreach (var (name, value) in document)
            if (!IsOwnMember(name) && value is JsonObject section) yield return KeyValuePair.Create(name, section);
    }

    /// <summary>What a node obeys: node section over zone section over <c>default</c> over built-in defaults. The most specific section that has a key supplies its whole value.</summary>
    /// <param name="id">The document's name, for its defaults and aliases.</param>
    /// <param name="document">The stored document.</param>
    /// <param name="zone">The node's zone; may be absent.</param>
    /// <param name="node">The node's name, <c>app@host</c>; may be absent.</param>
    public static JsonObject Effective(string id, JsonObject document, string? zone, string? node)
    {
        var effective = new JsonObject();
        foreach (var name in new[] { node, zone, Default })
        {
            if (name is null || IsOwnMember(name) || document[name] is not JsonObject section) continue;
            Underlay(effective, id == NumberManager ? ConfigAliases.Canonical(section) : section);
        }

        ConfigSchemas.TryGetDefaults(id, out var defaults);
        return ConfigMerge.Fill(effective, defaults);
    }

    /// <summary>Checks a whole document as it is put: <c>default</c> must be there, every section is an object and valid by itself.</summary>
    public static IReadOnlyList<ConfigProblem> Validate(string id, JsonObject document)
    {
        var problems = new List<ConfigProblem>();
        if (!document.ContainsKey(Default)) problems.Add(ConfigProblems.Required(Default));
        foreach (var (name, value) in document)
        {
            if (IsOwnMember(name)) continue;
            var path = ConfigPath.Of("", name);
            if (value is JsonObject section) problems.AddRange(ConfigSchemas.Validate(id, section, name == Default ? null : document[Default] as JsonObject).Select(problem => problem with { Path = Below(path, problem.Path) }));
            else problems.Add(ConfigProblems.Type(path, "object", value));
        }

        return problems;
    }

    /// <summary>What is doubtful about a carrier's document as somebody wrote it, before it is filled up; nothing about others.</summary>
    public static IEnumerable<ConfigProblem> Doubts(string id, JsonObject document)
    {
        if (!id.StartsWith($"{NumberManager}.", StringComparison.Ordinal)) yield break;
        foreach (var (name, section) in Of(document))
            if (CarrierCheck.Doubt(section) is { } doubt) yield return doubt with { Path = Below(ConfigPath.Of("", name), doubt.Path) };
    }

    private static string Below(string parent, string path) => path.Length == 0 ? parent : $"{parent}.{path}";

    /// <summary>Adds what is not there yet. The key of a feature list is nested (<c>features.allow</c>), so each list is looked for by itself.</summary>
    private static void Underlay(JsonObject effective, JsonObject section)
    {
        foreach (var (name, value) in section)
        {
            if (ConfigValues.IsAbsent(value)) continue;
            if (!effective.ContainsKey(name)) effective[name] = value!.DeepClone(); // absent values were left out above
            else if (name == "features" && effective[name] is JsonObject held && value is JsonObject below) Underlay(held, below);
        }
    }

    private static bool IsOwnMember(string name) =>
        name is "id" || name.StartsWith('_') || name.StartsWith("pvt_", StringComparison.Ordinal);
}
