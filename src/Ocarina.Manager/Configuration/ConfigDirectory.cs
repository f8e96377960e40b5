using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <summary>Configuration and number rules in memory, refreshed by versions(configuration) and versions(rules).</summary>
/// <remarks>
/// Safe to share between threads. Who stores numbers reads <see cref="RulesVersion"/> first and the rules afterwards, and hands the version to storage,
/// which refuses when it is old.
/// </remarks>
public sealed class ConfigDirectory(
    IDatabase database, AccountDirectory accounts, ConfigSecrets secrets, ConfigNode node, TimeProvider clock, ILogger<ConfigDirectory> logger) : IDisposable
{
    private const string NumberManager = "number_manager";

    private static readonly string[] ResellerKeys = ["carrier_modules", "features", "providers", "cnam_provider", "e911_provider"];

    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ConcurrentDictionary<string, bool> _read = new(StringComparer.Ordinal);
    private readonly PreparedRules _rules = new();
    private volatile ConfigSnapshot _snapshot = new(0, 0, ImmutableDictionary<(string, string), JsonObject>.Empty, node);

    /// <summary>Grows with every change of configuration, so that what was read from it can be kept until then.</summary>
    public long Version => _snapshot.Version;

    /// <summary>Version of the number rules that <see cref="RulesFor"/> knows. 0 before the first refresh.</summary>
    public long RulesVersion => _snapshot.RulesVersion;

    /// <summary>True when a document of the system lies in the table. Asking is not reading: it does not list the document.</summary>
    public bool IsStored(string id) => _snapshot.Holds(id);

    /// <summary>Periods of the timers and defaults of imports.</summary>
    public TaskSettings Tasks
    {
        get
        {
            Note("tasks");
            Note("tasks.numbers");
            return _snapshot.Tasks.Value;
        }
    }

    /// <summary>Time zone of accounts that name none.</summary>
    public string DefaultTimezone => TextOf("accounts", "default_timezone") ?? "America/Los_Angeles";

    /// <summary>A system document as it holds for this process: node over zone over default over schema. Reading lists the document.</summary>
    public JsonObject SystemDefaultSection(string id)
    {
        Note(id);
        return _snapshot.SystemEffective(id);
    }

    /// <summary>One text of a system document as it holds for this process; none when it is missing or no text.</summary>
    public string? TextOf(string id, string key) =>
        SystemDefaultSection(id)[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    /// <summary>A document as it holds for an account: its own over its reseller's over the system's.</summary>
    public JsonObject AccountView(AccountId account, string id)
    {
        Note(id);
        return View(_snapshot, account, id, _snapshot.SystemEffective(id));
    }

    /// <summary>The number rules of an account, its dial plan among them; without an account the system's.</summary>
    public INumberRules RulesFor(AccountId? account)
    {
        Note(NumberManager);
        var (snapshot, tree) = (_snapshot, accounts.Snapshot);
        return _rules.For(snapshot, tree, account, owner => View(snapshot, owner, NumberManager, snapshot.SystemEffective(NumberManager)));
    }

    /// <summary>The settings of the system; of an account's own only what it may say itself, <c>unauthorized_numbers_lookup</c> (numbers.md 2.5).</summary>
    public NumberManagerSettings SettingsFor(AccountId? account)
    {
        Note(NumberManager);
        var snapshot = _snapshot;
        if (account is not { } owner || !Overrides(snapshot, owner)) return snapshot.System.Value;
        return NumberManagerSettings.From(With(snapshot, View(snapshot, owner, NumberManager, []), ["unauthorized_numbers_lookup"]));
    }

    /// <summary>The settings that an account has from its reseller: carriers, features, providers (numbers.md 2.5); the rest is the system's.</summary>
    public NumberManagerSettings ResellerSettingsOf(AccountId account)
    {
        Note(NumberManager);
        var snapshot = _snapshot;
        var reseller = accounts.Snapshot.ResellerOf(account);
        if (!snapshot.HasAccountDocument(reseller, NumberManager)) return snapshot.System.Value;
        return snapshot.OfReseller(reseller, whose => NumberManagerSettings.From(With(snapshot, snapshot.AccountStored(whose, NumberManager), ResellerKeys)));
    }

    /// <summary>Obeys all writes that were committed before the call; the tree of accounts goes with it.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _refreshing.WaitAsync(ct);
        try
        {
            // Versions first, and the version of the rules is shown last: rules in memory may be newer than it says, never older.
            var versions = await database.ReadAsync(Versions.ReadAsync, ct);
            await accounts.RefreshAsync(ct);
            var before = _snapshot;
            var (version, rules) = (versions[VersionKinds.Configuration], versions[VersionKinds.Rules]);
            if (before.Version == version && before.RulesVersion == rules) return;
            _snapshot = before.Version == version
                ? before.At(version, rules)
                : new ConfigSnapshot(version, rules, Read(await database.ReadAsync(ConfigDocumentsTable.AllAsync, ct)), node);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Releases the gate of refreshes.</summary>
    public void Dispose() => _refreshing.Dispose();

    /// <summary>Documents that are stored, and those the product has read meanwhile.</summary>
    internal IReadOnlyList<string> ListedIds => [.. _snapshot.SystemIds.Union(_read.Keys).Order(StringComparer.Ordinal)];

    /// <summary>True when a document was read by the product but is not in the table yet.</summary>
    internal bool IsListedOnly(string id) => _read.ContainsKey(id) && !_snapshot.Holds(id);

    /// <summary>Forgets that a document was read, for it was erased. The next reading lists it again.</summary>
    internal void Forget(string id) => _read.TryRemove(id, out _);

    /// <summary>Stores an empty difference for every document that was read and is not stored: so all processes list it.</summary>
    internal async Task ListWhatWasReadAsync(CancellationToken ct)
    {
        var fresh = _read.Keys.Where(id => !_snapshot.Holds(id)).ToList();
        if (fresh.Count == 0) return;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await database.WriteAsync(
            async (session, token) =>
            {
                await Versions.BumpAsync(session, VersionKinds.Configuration, token);
                foreach (var id in fresh) await ConfigDocumentsTable.MaterialiseAsync(session, id, now, token);
                return true;
            },
            WriteLane.Background, ct);
        await RefreshAsync(ct);
    }

    /// <summary>An account's view of a document over a given system section, without noting a reading.</summary>
    internal JsonObject Inherited(AccountId account, string id, JsonObject system) => Inherited(_snapshot, account, id, system);

    /// <summary>As <see cref="SystemDefaultSection"/>, without noting a reading: for documents that are made otherwise than by being read.</summary>
    internal JsonObject SystemObeyed(string id) => _snapshot.SystemEffective(id);

    /// <summary>The <c>default</c> section, filled, without noting a reading.</summary>
    internal JsonObject SystemDefault(string id) => _snapshot.SystemDefault(id);

    /// <summary>An account's own difference.</summary>
    internal JsonObject AccountStored(AccountId account, string id) => _snapshot.AccountStored(account, id);

    private JsonObject View(ConfigSnapshot snapshot, AccountId account, string id, JsonObject system) =>
        ConfigMerge.Fill(snapshot.AccountStored(account, id), Inherited(snapshot, account, id, system));

    private JsonObject Inherited(ConfigSnapshot snapshot, AccountId account, string id, JsonObject system)
    {
        var reseller = accounts.Snapshot.ResellerOf(account);
        return reseller == account || reseller.IsEmpty ? system : ConfigMerge.Fill(snapshot.AccountStored(reseller, id), system);
    }

    private bool Overrides(ConfigSnapshot snapshot, AccountId account) =>
        snapshot.HasAccountDocument(account, NumberManager) || snapshot.HasAccountDocument(accounts.Snapshot.ResellerOf(account), NumberManager);

    /// <summary>The system's section with some members of another over it.</summary>
    private static JsonObject With(ConfigSnapshot snapshot, JsonObject other, string[] names)
    {
        var chosen = new JsonObject();
        foreach (var name in names)
            if (other[name] is { } value) chosen[name] = value.DeepClone();
        return ConfigMerge.Fill(chosen, snapshot.SystemEffective(NumberManager));
    }

    private ImmutableDictionary<(string, string), JsonObject> Read(IReadOnlyList<ConfigDocumentRow> rows) =>
        rows.ToImmutableDictionary(
            row => (row.Scope, row.Id),
            row => ConfigStore.Read(row, secrets, () => logger.SecretUnreadable(row.Id)));

    private void Note(string id)
    {
        if (_read.ContainsKey(id) || _snapshot.Holds(id) || !ConfigSchemas.TryGetDefaults(id, out var defaults) || defaults.Count == 0) return;
        _read.TryAdd(id, true);
    }
}
