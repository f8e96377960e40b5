using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Finds numbers that JSON can write and no reader can hold (<c>1e999</c>). Comparing them with a default would be a guess, or fail.</summary>
internal static class ConfigNumbers
{
    /// <summary>A double ends at e308; some digits more may stand before the exponent.</summary>
    private const int ExponentDigitsMax = 4;

    /// <summary>Adds a problem for each such number in a section, unknown keys included.</summary>
    public static void Check(string path, JsonNode? node, List<ConfigProblem> problems)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members) Check(ConfigPath.Of(path, name), value, problems);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) Check(ConfigPath.Of(path, i), items[i], problems);
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number && !Fits(number.ToJsonString()):
                problems.Add(ConfigProblems.NoFit(path, number));
                break;
        }
    }

    /// <summary>True when every number in a value can be held.</summary>
    public static bool Fit(JsonNode? node)
    {
        var problems = new List<ConfigProblem>();
        Check("", node, problems);
        return problems.Count == 0;
    }

    private static bool Fits(string number)
    {
        var exponent = number.AsSpan(number.AsSpan().IndexOfAny('e', 'E') + 1);
        if (exponent.Length < number.Length && exponent.TrimStart("+-0").Length > ExponentDigitsMax) return false;
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
    }
}
