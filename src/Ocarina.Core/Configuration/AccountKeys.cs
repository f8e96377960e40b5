using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>What an account may say itself in a document it shares with the system (`http-api.md` 4). Unknown keys are anybody's.</summary>
public static class AccountKeys
{
    private const string NumberManager = "number_manager";

    private static readonly FrozenSet<string> Allowed = FrozenSet.ToFrozenSet(
    [
        "unauthorized_numbers_lookup", "features", "providers", "cnam_provider", "e911_provider", "carrier_modules",
        "e164_converters", "reconcile_regex", "classifiers",
    ]);

    private static readonly FrozenSet<string> OfSystem =
        ConfigDocuments.All[NumberManager].Select(key => key.Name).Where(name => !Allowed.Contains(name)).ToFrozenSet();

    /// <summary>An account's section without the keys of the system, which nobody would obey. A fresh copy.</summary>
    public static JsonObject Own(string id, JsonObject section)
    {
        var own = new JsonObject();
        foreach (var (name, value) in section)
            if (!IsOfSystem(id, name)) own[name] = value?.DeepClone();
        return own;
    }

    /// <summary>Names every key of the system that an account wants otherwise than it inherits it. One that is sent back as it was shown is no wish.</summary>
    public static IReadOnlyList<ConfigProblem> Check(string id, JsonObject wanted, JsonObject inherited) =>
        [.. wanted.Where(member => IsOfSystem(id, member.Key) && Differs(member.Value, inherited[member.Key])).Select(member => ConfigProblems.OfSystem(member.Key))];

    private static bool IsOfSystem(string id, string name) => id == NumberManager && OfSystem.Contains(name);

    private static bool Differs(JsonNode? wanted, JsonNode? inherited) =>
        !ConfigValues.IsAbsent(wanted) && (!ConfigNumbers.Fit(wanted) || !JsonNode.DeepEquals(wanted, inherited));
}
