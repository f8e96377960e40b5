using System.Text.Json.Nodes;
using Ocarina.Core.Configuration;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Config;

namespace Ocarina.Manager.Configuration;

/// <summary>Shows and changes configuration documents (`http-api.md` 4). Whether the actor may was asked before.</summary>
/// <remarks>
/// Stored is what differs from the defaults, as ordered text, secrets encrypted; shown is the whole, secrets masked.
/// Sections: <c>ConfigOperation.Sections.cs</c>; documents of accounts: <c>ConfigOperation.Accounts.cs</c>.
/// </remarks>
public sealed partial class ConfigOperation
{
    private const string NumberManager = "number_manager";
    private const string DialPlans = "dialplans";
    private const int IdLengthMax = 200;

    private readonly Directories _directories;
    private readonly ConfigStore _store;
    private readonly IDatabase _database;

    /// <summary>With all that a change of configuration touches.</summary>
    public ConfigOperation(IDatabase database, Directories directories, ConfigSecrets secrets, INumberScan numbers, TimeProvider clock)
    {
        (_database, _directories) = (database, directories);
        _store = new ConfigStore(database, directories, secrets, numbers, clock);
    }

    /// <summary>Ids of all documents, in order: those that are stored, and those the product has read.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken ct)
    {
        var rows = await _database.ReadAsync(ConfigDocumentsTable.AllAsync, ct);
        var stored = rows.Where(row => row.Scope == ConfigDocumentsTable.SystemScope).Select(row => row.Id);
        return [.. stored.Union(_directories.Configuration.ListedIds).Order(StringComparer.Ordinal)];
    }

    /// <summary>A whole document: <c>default</c> filled, the other sections as stored, or filled as well.</summary>
    public async Task<ConfigOutcome.Shown> GetAsync(string id, bool withDefaults, CancellationToken ct)
    {
        var stored = await _store.ReadAsync(ConfigDocumentsTable.SystemScope, id, ct);
        return new ConfigOutcome.Shown(Show(id, stored.Document, withDefaults), RevisionOf(stored), []);
    }

    /// <summary>Puts a document in place of the stored one (PUT, POST).</summary>
    public Task<ConfigOutcome> ReplaceAsync(string id, JsonObject body, bool force, CancellationToken ct) =>
        ChangeAsync(id, force, stored =>
        {
            if (!body.ContainsKey(ConfigSections.Default)) return Refuse(ConfigSections.Default, "required", "Field is required but missing");
            var wanted = new JsonObject();
            foreach (var (name, value) in Sections(body))
            {
                if (value is not JsonObject section) return RefuseType(name);
                wanted[name] = ConfigMerge.KeepMaskedSecrets(section, Shown(id, stored.Document, name));
            }
            return Doubting(Plan(id, wanted, Show), ConfigSections.Doubts(id, wanted));
        }, ct);

    /// <summary>Merges a document into the stored one (PATCH). Null deletes a member, or a section; the merge works on what is shown, so one rule can be added to the built-in ones.</summary>
    public Task<ConfigOutcome> MergeAsync(string id, JsonObject patch, bool force, CancellationToken ct) =>
        ChangeAsync(id, force, stored =>
        {
            var wanted = Whole(id, stored.Document);
            foreach (var (name, value) in Sections(patch))
            {
                if (value is null)
                {
                    wanted.Remove(name);
                    continue;
                }

                if (value is not JsonObject section) return RefuseType(name);
                wanted[name] = Merged(wanted[name] as JsonObject ?? [], section);
            }

            if (wanted[ConfigSections.Default] is null) wanted.Insert(0, ConfigSections.Default, new JsonObject());
            return Plan(id, wanted, Show);
        }, ct);

    /// <summary>Erases a document: the defaults hold from now on.</summary>
    public async Task<ConfigOutcome> DeleteAsync(string id, bool force, CancellationToken ct)
    {
        if (_directories.Configuration.IsListedOnly(id)) await _directories.Configuration.ListWhatWasReadAsync(ct); // listed means that it can be erased
        var outcome = await ChangeAsync(id, force, stored =>
        {
            if (!stored.IsStored) return new ConfigPlan.Refuse(new ConfigOutcome.NotStored(id));
            var reply = Show(id, stored.Document, withDefaults: false);
            reply["_read_only"] = new JsonObject { ["deleted"] = true };
            return new ConfigPlan.Write(null, reply, []);
        }, ct);
        if (outcome is ConfigOutcome.Shown) _directories.Configuration.Forget(id);
        return outcome;
    }

    private Task<ConfigOutcome> ChangeAsync(string id, bool force, Func<StoredConfig, ConfigPlan> decide, CancellationToken ct) =>
        IsId(id)
            ? _store.ChangeAsync(ConfigDocumentsTable.SystemScope, id, force, decide, (before, after) => SystemEffect(id, before, after), ct)
            : Task.FromResult<ConfigOutcome>(new ConfigOutcome.Invalid([new ConfigProblem("id", "pattern", "Failed to match pattern '^[!-~]{1,200}$'", Value: id)]));

    /// <summary>Checks a whole document, and says what is stored of it and what is answered.</summary>
    private static ConfigPlan Plan(string id, JsonObject wanted, Func<string, JsonObject, bool, JsonObject> reply)
    {
        var problems = ConfigSections.Validate(id, wanted);
        if (problems.Any(problem => !problem.IsWarning)) return new ConfigPlan.Refuse(new ConfigOutcome.Invalid([.. problems.Where(problem => !problem.IsWarning)]));

        var stored = new JsonObject();
        foreach (var (name, section) in ConfigSections.Of(wanted))
            stored[name] = name == ConfigSections.Default ? ConfigMerge.Difference(section, ConfigSnapshot.Defaults(id)) : section.DeepClone();
        return new ConfigPlan.Write(stored, reply(id, stored, false), problems);
    }

    private static ConfigPlan Doubting(ConfigPlan plan, IEnumerable<ConfigProblem> doubts) =>
        plan is ConfigPlan.Write write ? write with { Warnings = [.. write.Warnings, .. doubts] } : plan;

    /// <summary>The document as answered: nothing but its id and its sections.</summary>
    private static JsonObject Show(string id, JsonObject stored, bool withDefaults)
    {
        var shown = new JsonObject { ["id"] = id, [ConfigSections.Default] = ConfigMerge.MaskSecrets(Shown(id, stored, ConfigSections.Default)) };
        foreach (var (name, section) in ConfigSections.Of(stored))
            if (name != ConfigSections.Default) shown[name] = ConfigMerge.MaskSecrets(withDefaults ? Obeyed(id, stored, name) : section);
        return shown;
    }

    /// <summary>A section as the interface shows it: <c>default</c> over the built-in defaults, others as stored.</summary>
    private static JsonObject Shown(string id, JsonObject stored, string name) =>
        name == ConfigSections.Default
            ? ConfigMerge.Fill(stored[name] as JsonObject ?? [], ConfigSnapshot.Defaults(id))
            : ConfigSnapshot.Clone(stored[name] as JsonObject);

    /// <summary>What a node of that name, or of that zone, obeys.</summary>
    private static JsonObject Obeyed(string id, JsonObject stored, string name) =>
        ConfigSections.Effective(id, stored, zone: null, node: name == ConfigSections.Default ? null : name);

    /// <summary>The document with <c>default</c> filled; what patches work on.</summary>
    private static JsonObject Whole(string id, JsonObject stored)
    {
        var whole = new JsonObject { [ConfigSections.Default] = Shown(id, stored, ConfigSections.Default) };
        foreach (var (name, section) in ConfigSections.Of(stored))
            if (name != ConfigSections.Default) whole[name] = section.DeepClone();
        return whole;
    }

    /// <summary>A patch over a section; masks in it leave what they hide.</summary>
    private static JsonObject Merged(JsonObject section, JsonObject patch) => ConfigMerge.KeepMaskedSecrets(ConfigMerge.Patch(section, patch), section);

    /// <summary>What a change of a system document does to number rules, on every node: each section is looked at.</summary>
    private static RuleEffect SystemEffect(string id, JsonObject before, JsonObject after)
    {
        if (id == DialPlans) return new RuleEffect(true, []);
        if (id != NumberManager) return RuleEffect.None;

        var sections = ConfigSections.Of(before).Concat(ConfigSections.Of(after)).Select(section => section.Key).Append(ConfigSections.Default).Distinct();
        return Effect(sections.Select(name => ((Core.AccountId?)null, Obeyed(id, before, name), Obeyed(id, after, name))));
    }

    private static RuleEffect Effect(IEnumerable<(Core.AccountId? Scope, JsonObject Before, JsonObject After)> sections)
    {
        var checks = new List<RuleChange>();
        var prepared = new Dictionary<(JsonObject, JsonObject), (INumberRules Before, INumberRules After)?>(); // by reference: equal sections are the same object
        foreach (var (scope, before, after) in sections)
        {
            if (!prepared.TryGetValue((before, after), out var rules)) prepared[(before, after)] = rules = Changed(before, after);
            if (rules is { } pair) checks.Add(new RuleChange(scope, pair.Before, pair.After, before));
        }
        return new RuleEffect(checks.Count > 0, checks);
    }

    private static (INumberRules Before, INumberRules After)? Changed(JsonObject before, JsonObject after) =>
        PreparedRules.NumberContentOf(before) == PreparedRules.NumberContentOf(after)
            ? null
            : (NumberRules.Prepare(before, dialPlan: null, null), NumberRules.Prepare(after, dialPlan: null, null));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sections(JsonObject body) =>
        body.Where(member => member.Key != "id" && !member.Key.StartsWith('_') && !member.Key.StartsWith("pvt_", StringComparison.Ordinal));

    private static ConfigPlan.Refuse Refuse(string path, string kind, string message, JsonNode? target = null) =>
        new(new ConfigOutcome.Invalid([new ConfigProblem(path, kind, message, target)]));

    private static ConfigPlan.Refuse RefuseType(string section) =>
        Refuse(section.Replace(".", "%2E", StringComparison.Ordinal), "type", "Value did not match type(s): object", "object");

    private static bool IsId(string id) => id.Length is > 0 and <= IdLengthMax && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string? RevisionOf(StoredConfig stored) => stored.IsStored ? ConfigStore.Revision(stored.Revision) : null;
}
