using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Identity;

namespace Ocarina.Manager.Configuration;

/// <summary>Number rules prepared once per content: accounts whose effective rules are the same text share one.</summary>
internal sealed class PreparedRules
{
    private const int ContentsMax = 1024;

    private static readonly string[] NumberKeys = ["e164_converters", "reconcile_regex", "normalize_plus_prefixed"];
    private static readonly string[] RuleKeys = [.. NumberKeys, "classifiers"];

    private readonly ConcurrentDictionary<string, Lazy<INumberRules>> _byContent = new(StringComparer.Ordinal);
    private volatile Moment _moment = new(null, null, null);

    /// <summary>The rules of an account at a moment.</summary>
    public INumberRules For(ConfigSnapshot configuration, AccountSnapshot tree, AccountId? account, Func<AccountId, JsonObject> view)
    {
        var moment = _moment;
        if (moment.Configuration != configuration || moment.Tree != tree)
        {
            var system = moment.Configuration == configuration ? moment.System : null;
            _moment = moment = new Moment(configuration, tree, system ?? new Lazy<INumberRules>(() => Prepare(configuration.SystemEffective("number_manager"), null, null)));
        }

        if (account is not { } owner) return moment.System!.Value; // a moment of a configuration has system rules
        return moment.ByAccount.GetOrAdd(owner, id => ForAccount(configuration, tree, id, view) ?? moment.System!.Value);
    }

    /// <summary>Rules for a section, shared with all who have the same.</summary>
    public INumberRules Prepare(JsonObject numberManager, DocumentText? dialPlan, JsonObject? systemDialPlans)
    {
        var content = ContentOf(numberManager);
        if (dialPlan is { IsEmpty: false } plan) content += $"\n{plan}\n{DocumentText.From(systemDialPlans)}";
        if (_byContent.Count >= ContentsMax) _byContent.Clear();
        return _byContent.GetOrAdd(
            content,
            _ => new Lazy<INumberRules>(() => dialPlan is { IsEmpty: false } local
                ? NumberRules.Prepare(numberManager, local.ToObject(), systemDialPlans)
                : NumberRules.Prepare(numberManager, dialPlan: null, null))).Value;
    }

    /// <summary>The text that decides what rules do; equal texts, equal rules.</summary>
    public static string ContentOf(JsonObject numberManager)
    {
        var chosen = new JsonObject();
        foreach (var key in RuleKeys) chosen[key] = numberManager[key]?.DeepClone();
        return DocumentText.From(chosen).ToString();
    }

    /// <summary>The part of it that decides which number a text becomes.</summary>
    public static string NumberContentOf(JsonObject numberManager)
    {
        var chosen = new JsonObject();
        foreach (var key in NumberKeys) chosen[key] = numberManager[key]?.DeepClone();
        return DocumentText.From(chosen).ToString();
    }

    private INumberRules? ForAccount(ConfigSnapshot configuration, AccountSnapshot tree, AccountId id, Func<AccountId, JsonObject> view)
    {
        if (tree.FindEntry(id) is not { } entry) return null;
        var own = configuration.HasAccountDocument(id, "number_manager")
            || configuration.HasAccountDocument(Core.Accounts.AccountTreeRelations.ResellerOf(tree, id), "number_manager");
        if (!own && entry.DialPlan.IsEmpty) return null;
        return Prepare(view(id), entry.DialPlan, entry.DialPlan.IsEmpty ? null : configuration.SystemEffective("dialplans"));
    }

    private sealed class Moment(ConfigSnapshot? configuration, AccountSnapshot? tree, Lazy<INumberRules>? system)
    {
        public ConfigSnapshot? Configuration { get; } = configuration;

        public AccountSnapshot? Tree { get; } = tree;

        public Lazy<INumberRules>? System { get; } = system;

        public ConcurrentDictionary<AccountId, INumberRules> ByAccount { get; } = new();
    }
}
