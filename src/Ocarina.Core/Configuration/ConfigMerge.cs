using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>How stored sections, defaults and patches come together (`http-api.md` 1.14 and 4). Nothing given in is changed; answers are fresh.</summary>
public static partial class ConfigMerge
{
    /// <summary>Rule sets are ordered: each is one value that is replaced as a whole, never mixed with the built-in rules.</summary>
    private static readonly string[] RuleSets = ["e164_converters", "classifiers"];

    /// <summary>What is shown and obeyed: stored values in their order, then the defaults of what is not stored.</summary>
    /// <remarks>An old spelling that is stored alone (numbers.md 2.4) also gives the value of the new one, so that the default does not hide it.</remarks>
    public static JsonObject Fill(JsonObject stored, JsonObject defaults)
    {
        var filled = Filled(stored, defaults, isTop: true);
        foreach (var (alias, name) in ConfigAliases.Keys)
            if (defaults.ContainsKey(name) && ConfigValues.IsAbsent(stored[name]) && !ConfigValues.IsAbsent(stored[alias])) filled[name] = stored[alias]!.DeepClone();
        return filled;
    }

    /// <summary>What is stored: what differs from the defaults. Rule sets are kept whole when they differ in content or in order.</summary>
    public static JsonObject Difference(JsonObject wanted, JsonObject defaults) => Difference(wanted, defaults, isTop: true);

    /// <summary>A recursive merge: null deletes, lists are replaced whole, members keep their place and new ones follow at the end.</summary>
    /// <remarks>To add one rule to the built-in ones, patch what <see cref="Fill"/> made and store the <see cref="Difference(JsonObject, JsonObject)"/>.</remarks>
    public static JsonObject Patch(JsonObject stored, JsonObject patch)
    {
        var patched = stored.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            if (ConfigValues.IsAbsent(value)) patched.Remove(name);
            else if (value is JsonObject members) patched[name] = Patch(patched[name] as JsonObject ?? [], members);
            else patched[name] = value!.DeepClone(); // absent values were dealt with above
        }

        return patched;
    }

    private static JsonObject Filled(JsonObject stored, JsonObject defaults, bool isTop)
    {
        var filled = new JsonObject();
        foreach (var (name, value) in stored)
        {
            if (ConfigValues.IsAbsent(value)) continue;
            filled[name] = value is JsonObject members && defaults[name] is JsonObject builtIn && !(isTop && IsRuleSet(name))
                ? Filled(members, builtIn, isTop: false)
                : value!.DeepClone(); // absent values were left out above
        }

        foreach (var (name, value) in defaults)
            if (!filled.ContainsKey(name)) filled[name] = value?.DeepClone();
        return filled;
    }

    private static JsonObject Difference(JsonObject wanted, JsonObject defaults, bool isTop)
    {
        var difference = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (ConfigValues.IsAbsent(value)) continue;
            var builtIn = defaults[name];
            if (isTop && IsRuleSet(name))
            {
                if (!SameRules(value, builtIn)) difference[name] = value!.DeepClone(); // absent values were left out above
            }
            else if (value is JsonObject members && builtIn is JsonObject inner)
            {
                var left = Difference(members, inner, isTop: false);
                if (left.Count > 0) difference[name] = left;
            }
            else if (!JsonNode.DeepEquals(value, builtIn))
            {
                difference[name] = value!.DeepClone(); // as above
            }
        }

        return difference;
    }

    private static bool IsRuleSet(string name) => Array.IndexOf(RuleSets, name) >= 0;

    private static bool SameRules(JsonNode? left, JsonNode? right) =>
        JsonNode.DeepEquals(left, right)
        && (left is not JsonObject one || right is not JsonObject other || one.Select(rule => rule.Key).SequenceEqual(other.Select(rule => rule.Key)));

    private static bool IsMaskable(JsonNode? value) =>
        value is JsonObject or JsonArray
        || value?.GetValueKind() is JsonValueKind.Number
        || (value?.GetValueKind() is JsonValueKind.String && value.GetValue<string>().Length > 0);
}
