using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Configuration;

/// <summary>What is known of the sections of system configuration documents: keys, defaults, checks (numbers.md 2.2, 2.3, 2.6).</summary>
public static class ConfigSchemas
{
    private static readonly ConcurrentDictionary<string, ConfigKey[]> Learnt = new(StringComparer.Ordinal);

    /// <summary>Names of the documents that are known. Others are accepted as they are.</summary>
    public static IReadOnlyCollection<string> Ids { get; } = [.. ConfigDocuments.All.Keys];

    /// <summary>Makes the keys of a carrier module known that did not come with the product. Built-in documents stay as they are.</summary>
    public static void LearnCarrier(CarrierName name, IEnumerable<CarrierKey> keys) => Learnt[$"number_manager.{name}"] = CarrierKeys.Of(keys);

    /// <summary>The defaults of a section, a fresh copy in the order of the reference; empty for an unknown document.</summary>
    /// <returns>True when the document is known.</returns>
    public static bool TryGetDefaults(string id, out JsonObject defaults)
    {
        var isKnown = TryGetKeys(id, out var keys);
        defaults = ConfigKey.Defaults(keys);
        return isKnown;
    }

    /// <summary>Reads known scalars kindly before they are stored: "5" becomes 5 where an integer belongs. The answer is a fresh copy.</summary>
    public static JsonObject Coerce(string id, JsonObject section) =>
        ConfigKeyCheck.Coerce(section, TryGetKeys(id, out var keys) ? keys : []);

    /// <summary>Names everything that is wrong or doubtful in a section, all at once. Warnings do not stand in the way of saving.</summary>
    /// <param name="id">The document's name.</param>
    /// <param name="section">The section.</param>
    /// <param name="below">What holds where the section says nothing; for what several keys must say together.</param>
    public static IReadOnlyList<ConfigProblem> Validate(string id, JsonObject section, JsonObject? below = null)
    {
        var problems = new List<ConfigProblem>();
        if (TryGetKeys(id, out var keys)) ConfigKeyCheck.Check("", section, keys, problems);
        if (id == "number_manager") NumberManagerCheck.Check(section, problems);
        if (id.StartsWith("number_manager.", StringComparison.Ordinal)) CarrierCheck.Check(id, section, below ?? [], keys, problems);

        var misfits = new List<ConfigProblem>();
        ConfigNumbers.Check("", section, misfits);
        problems.RemoveAll(problem => misfits.Exists(other => other.Path == problem.Path)); // one thing is wrong there, and it is said once
        return [.. problems, .. misfits];
    }

    private static bool TryGetKeys(string id, out ConfigKey[] keys)
    {
        var isKnown = ConfigDocuments.All.TryGetValue(id, out var found) || Learnt.TryGetValue(id, out found);
        keys = found ?? [];
        return isKnown;
    }
}
