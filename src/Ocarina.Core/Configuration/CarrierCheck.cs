using System.Text.Json.Nodes;
using Ocarina.Core.Carriers;

namespace Ocarina.Core.Configuration;

/// <summary>What a table of keys cannot say of a carrier's document: keys that belong together, and keys nobody knows.</summary>
internal static class CarrierCheck
{
    private static readonly string[] Urls = ["numbers_api_url", "tollfree_api_url", "base_url", "token_url", "phonebook_url"];

    /// <summary>Adds the problems of a section; where it says nothing, the section below holds.</summary>
    public static void Check(string id, JsonObject section, JsonObject below, IReadOnlyCollection<ConfigKey> keys, List<ConfigProblem> problems)
    {
        if (!Array.Exists(keys as ConfigKey[] ?? [.. keys], key => key.Name == "settle_max_interval_s")) return; // no carrier's document
        foreach (var (name, _) in section)
            if (!keys.Any(key => key.Name == name)) problems.Add(ConfigProblems.Warning(name, "This key is not known; it is kept"));

        var all = new Both(section, below);
        CheckPlainHttp(all, problems);
        switch (id)
        {
            case "number_manager.bandwidth":
                CheckPair(all, "tollfree_login", "tollfree_password", problems);
                if (all.IsSet("tollfree_login") && !all.IsSet("developer_key"))
                    problems.Add(ConfigProblems.Warning("developer_key", "Toll-free numbers are searched for with the log-in, and bought with this key"));
                break;
            case "number_manager.bandwidth2":
                CheckPair(all, "client_id", "client_secret", problems);
                CheckPair(all, "webhook_username", "webhook_password", problems);
                break;
        }
    }

    /// <summary>What whoever brings a document along from Kazoo would not expect: it buys for real there and pretends here (carriers.md 1.8).</summary>
    /// <param name="section">As it was written, not filled up: the defaults are true both, and nobody chose them.</param>
    public static ConfigProblem? Doubt(JsonObject section) =>
        ConfigValues.TryFlag(section["enable_provisioning"], out var isEnabled) && isEnabled && ConfigValues.TryFlag(section["sandbox_provisioning"], out var pretends) && pretends
            ? ConfigProblems.Warning("sandbox_provisioning", "true only pretends purchases, also beside enable_provisioning: true, where Kazoo buys for real; false buys for real")
            : null;

    private static void CheckPlainHttp(Both all, List<ConfigProblem> problems)
    {
        var allowed = ConfigValues.TryFlag(all["allow_plain_http"], out var flag) && flag;
        foreach (var key in Urls)
        {
            if (!ConfigValues.TryText(all[key], out var text) || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != "http" || CarrierUrls.IsSafe(address)) continue;
            problems.Add(allowed
                ? ConfigProblems.Warning(key, "SECURITY: credentials go to this address without encryption")
                : ConfigProblems.Invalid(key, "Without encryption only loopback and private addresses are taken, unless allow_plain_http is true", text));
        }
    }

    private static void CheckPair(Both all, string one, string other, List<ConfigProblem> problems)
    {
        if (all.IsSet(one) == all.IsSet(other)) return;
        problems.Add(all.IsSet(one)
            ? ConfigProblems.Invalid(other, $"{one} and {other} are set both, or none")
            : ConfigProblems.Invalid(one, $"{one} and {other} are set both, or none"));
    }

    /// <summary>A section over another.</summary>
    private readonly record struct Both(JsonObject Section, JsonObject Below)
    {
        public JsonNode? this[string key] => ConfigValues.IsAbsent(Section[key]) ? Below[key] : Section[key];

        public bool IsSet(string key) => ConfigValues.IsReference(this[key]) || (ConfigValues.TryText(this[key], out var text) && text.Trim().Length > 0);
    }
}
