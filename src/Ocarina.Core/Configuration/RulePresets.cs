using System.Text.Json.Nodes;

namespace Ocarina.Core.Configuration;

/// <summary>Rule sets that ship with the product (numbers.md 2.7). A document names one in place of the rules: <c>"e164_converters": "seed"</c>.</summary>
/// <remarks>The sets "K" are the built-in defaults. Orders of members are orders of evaluation.</remarks>
public static class RulePresets
{
    private const string UsFormat = "SS(###) ### - ####";
    private const string Caribbean = "684|264|268|242|246|441|284|345|767|809|829|849|473|671|876|664|670|787|939|869|758|784|721|868|649|340";

    private static readonly (string Name, string Alias, (string Regex, string Prefix)[] Rules)[] Converters =
    [
        ("kazoo", "K", [(@"^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$", "+1"), (@"^011(\d{5,})$|^00(\d{5,})$", "+"), (@"^[2-9]\d{7,}$", "+")]),
        ("seed", "A", [(@"^\+?1?([2-9][0-9]{2}[2-9][0-9]{6})$", "+1"), (@"^011(\d*)$|^00(\d*)$", "+")]),
        ("whistle", "B", [(@"^\+?1?([2-9][0-9]{2}[2-9][0-9]{6})$", "+1"), (@"^011(\d*)$|^00(\d*)$", "+"), (@"^[2-9]\d{7,}$", "+")]),
        ("european", "E", [(@"^00(\d*)$", "+"), (@"^([1-9]\d{7,})$", "+")]),
    ];

    private static readonly (string Name, string Alias, string[][] Classes)[] Classifiers =
    [
        ("kazoo", "K",
        [
            ["tollfree_us", @"^\+1((?:800|88\d|877|866|855|844|833|822)\d{7})$", "US TollFree", UsFormat],
            ["toll_us", @"^\+1(900\d{7})$", "US Toll", UsFormat],
            ["emergency", "^(911|922|933|833|811|711|999)$", "Emergency Dispatcher"],
            ["caribbean", $@"^\+?1((?:{Caribbean})\d{{7}})$", "Caribbean", UsFormat],
            ["did_us", @"^(\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})$", "US DID", UsFormat],
            ["international", @"^\+([2-9]\d{7,})$", "International"],
            ["unknown", "^(.*)$", "Unknown"],
        ]),
        ("seed", "A",
        [
            ["tollfree_us", @"^\+1(800|888|877|866|855)\d{7}$", "US TollFree"],
            ["toll_us", @"^\+1900\d{7}$", "US Toll"],
            ["emergency", "^911$", "Emergency Dispatcher"],
            ["caribbean", $@"^\+?1({Caribbean})\d{{7}}$", "Caribbean"],
            ["did_us", @"^\+?1?[2-9][0-9]{2}[2-9][0-9]{6}$", "US DID", UsFormat],
            ["international", @"^011\d*$|^00\d*$", "International", "SSS011*"],
            ["unknown", "^.*$", "Unknown"],
        ]),
    ];

    /// <summary>The globally-routable test of the newest generation, the default.</summary>
    public const string ReconcileRegex = @"^(\+?1)?\d{10}$|^\+[2-9]\d{7,}$|^011\d*$|^00\d*$";

    /// <summary>The globally-routable test of the seed document.</summary>
    public const string SeedReconcileRegex = @"^\+?1?\d{10}$|^\+[2-9]\d{7,}$|^011\d*$|^00\d*$";

    /// <summary>Names of the converter sets, the default first.</summary>
    public static IReadOnlyList<string> ConverterNames { get; } = [.. Converters.Select(set => set.Name)];

    /// <summary>Names of the classifier sets, the default first.</summary>
    public static IReadOnlyList<string> ClassifierNames { get; } = [.. Classifiers.Select(set => set.Name)];

    /// <summary>A fresh copy of a converter set; also found by its letter in numbers.md 2.7.</summary>
    public static bool TryGetConverters(string name, out JsonObject rules)
    {
        var (_, _, set) = Array.Find(Converters, set => Is(name, set.Name, set.Alias));
        rules = [];
        foreach (var (regex, prefix) in set ?? []) rules[regex] = new JsonObject { ["prefix"] = prefix };
        return set is not null;
    }

    /// <summary>A fresh copy of a classifier set; also found by its letter.</summary>
    public static bool TryGetClassifiers(string name, out JsonObject classes)
    {
        var (_, _, set) = Array.Find(Classifiers, set => Is(name, set.Name, set.Alias));
        classes = [];
        foreach (var row in set ?? [])
        {
            var members = new JsonObject { ["regex"] = row[1], ["friendly_name"] = row[2] };
            if (row.Length > 3) members["pretty_print"] = row[3];
            if (row[0] == "emergency" && ReferenceEquals(set, Classifiers[0].Classes)) members["emergency"] = true;
            classes[row[0]] = members;
        }

        return set is not null;
    }

    /// <summary>
    /// The order in which a built-in set with exactly these names is meant to run, when the names arrive in alphabetical order:
    /// a tool has sorted them, and sorted rules mean something else (numbers.md 3.5).
    /// </summary>
    /// <returns>The names in built-in order; <see langword="null"/> when the order given is nobody's accident.</returns>
    internal static IReadOnlyList<string>? OrderLostBySorting(IReadOnlyList<string> names, bool classifiers)
    {
        for (var i = 1; i < names.Count; i++)
            if (string.CompareOrdinal(names[i - 1], names[i]) >= 0) return null;

        IEnumerable<string[]> sets = classifiers
            ? Classifiers.Select(set => set.Classes.Select(row => row[0]).ToArray())
            : Converters.Select(set => set.Rules.Select(rule => rule.Regex).ToArray());
        return sets.FirstOrDefault(set => set.Length == names.Count && !set.SequenceEqual(names) && set.Order(StringComparer.Ordinal).SequenceEqual(names));
    }

    private static bool Is(string asked, string name, string alias) =>
        string.Equals(asked, name, StringComparison.Ordinal) || string.Equals(asked, alias, StringComparison.Ordinal);
}
