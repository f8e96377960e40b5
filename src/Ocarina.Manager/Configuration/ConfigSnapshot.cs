using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Configuration;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <summary>Which sections of a system document apply to this process.</summary>
/// <param name="Name">Name of this node, such as <c>kazoo_apps@host</c>.</param>
/// <param name="Zone">Zone of this node; none for an installation without zones.</param>
public sealed record ConfigNode(string Name, string? Zone = null);

/// <summary>All configuration at one moment. Immutable; what it hands out is the caller's to keep.</summary>
internal sealed class ConfigSnapshot
{
    private readonly ImmutableDictionary<(string Scope, string Id), JsonObject> _documents; // decrypted, complete, never changed
    private readonly ConfigNode _node;
    private readonly ConcurrentDictionary<string, JsonObject> _effective = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<AccountId, NumberManagerSettings> _ofResellers = new();

    public ConfigSnapshot(long version, long rulesVersion, ImmutableDictionary<(string, string), JsonObject> documents, ConfigNode node)
    {
        (Version, RulesVersion, _documents, _node) = (version, rulesVersion, documents, node);
        System = new Lazy<NumberManagerSettings>(() => NumberManagerSettings.From(SystemEffective("number_manager")));
        Tasks = new Lazy<TaskSettings>(() => TaskSettings.From(SystemEffective("tasks"), SystemEffective("number_manager"), SystemEffective("tasks.numbers")));
    }

    public long Version { get; }

    public long RulesVersion { get; }

    public Lazy<NumberManagerSettings> System { get; }

    public Lazy<TaskSettings> Tasks { get; }

    /// <summary>The same documents under newer number rules.</summary>
    public ConfigSnapshot At(long version, long rulesVersion) => new(version, rulesVersion, _documents, _node);

    public bool Holds(string id) => _documents.ContainsKey((ConfigDocumentsTable.SystemScope, id));

    public bool HasAccountDocument(AccountId account, string id) => _documents.ContainsKey((account.ToString(), id));

    public IEnumerable<string> SystemIds => _documents.Keys.Where(key => key.Scope == ConfigDocumentsTable.SystemScope).Select(key => key.Id);

    /// <summary>What is read once of a reseller's document: a listing asks for every row.</summary>
    public NumberManagerSettings OfReseller(AccountId reseller, Func<AccountId, NumberManagerSettings> read) => _ofResellers.GetOrAdd(reseller, read);

    /// <summary>An account's own difference; empty when it has none.</summary>
    public JsonObject AccountStored(AccountId account, string id) => Clone(_documents.GetValueOrDefault((account.ToString(), id)));

    /// <summary>The <c>default</c> section over the defaults of the schema.</summary>
    public JsonObject SystemDefault(string id) => ConfigSections.Effective(id, Document(id), zone: null, node: null);

    /// <summary>What holds here: node over zone over default over schema. The most specific section that has a member supplies it whole.</summary>
    public JsonObject SystemEffective(string id) => Clone(_effective.GetOrAdd(id, static (key, self) => self.Build(key), this));

    public static JsonObject Defaults(string id) => ConfigSchemas.TryGetDefaults(id, out var defaults) ? defaults : [];

    public static JsonObject Clone(JsonObject? document) => document?.DeepClone().AsObject() ?? [];

    private JsonObject Build(string id) => ConfigSections.Effective(id, Document(id), _node.Zone, _node.Name);

    private JsonObject Document(string id) => _documents.GetValueOrDefault((ConfigDocumentsTable.SystemScope, id)) ?? [];
}
