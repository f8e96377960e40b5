using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Carriers;

/// <summary>Secrets that stand elsewhere: <c>{"$env": "NAME"}</c> and <c>{"$file": "path"}</c> in place of a text (carriers.md 1.14).</summary>
internal static class SecretReferences
{
    private const int FileMax = 16 * 1024;

    /// <summary>A copy with the secrets in clear. What cannot be found is left out, and named.</summary>
    public static JsonObject Resolve(JsonObject section, out List<ConfigProblem> unresolved)
    {
        unresolved = [];
        var resolved = new JsonObject();
        foreach (var (name, value) in section)
        {
            if (value is not JsonObject reference || !ConfigMerge.IsSecret(name)) resolved[name] = value?.DeepClone();
            else if (Read(reference) is { } text) resolved[name] = text;
            else unresolved.Add(new ConfigProblem(name, "invalid", "The variable or file that this secret refers to cannot be read"));
        }

        return resolved;
    }

    private static string? Read(JsonObject reference)
    {
        if (reference.Count != 1 || reference.First() is not { Value: JsonValue target } member || !target.TryGetValue<string>(out var where)) return null;
        return member.Key switch
        {
            "$env" => Environment.GetEnvironmentVariable(where),
            "$file" => FileText(where),
            _ => null,
        };
    }

    private static string? FileText(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > FileMax) return null;
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().TrimEnd('\r', '\n');
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
