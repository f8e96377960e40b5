using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;

namespace Ocarina.Manager.Configuration;

/// <content>Documents of accounts: a view over the reseller's and the system's, of which the account's own difference is stored.</content>
public sealed partial class ConfigOperation
{
    /// <summary>What holds for an account.</summary>
    public async Task<ConfigOutcome.Shown> GetAccountAsync(AccountId account, string id, CancellationToken ct)
    {
        var stored = await _store.ReadAsync(account.ToString(), id, ct);
        return new ConfigOutcome.Shown(ShowAccount(id, ConfigMerge.Fill(stored.Document, InheritedBy(account, id))), RevisionOf(stored), []);
    }

    /// <summary>Puts an account's wishes in place of its stored ones (PUT, POST).</summary>
    public Task<ConfigOutcome> ReplaceAccountAsync(AccountId account, string id, JsonObject body, bool force, CancellationToken ct) =>
        ChangeAccountAsync(account, id, force, (stored, inherited) => ConfigMerge.KeepMaskedSecrets(Body(body), ConfigMerge.Fill(stored.Document, inherited)), ct);

    /// <summary>Merges members into what holds for an account (PATCH). Null takes the account's own wish back.</summary>
    public Task<ConfigOutcome> MergeAccountAsync(AccountId account, string id, JsonObject patch, bool force, CancellationToken ct) =>
        ChangeAccountAsync(account, id, force, (stored, inherited) => Merged(ConfigMerge.Fill(stored.Document, inherited), Body(patch)), ct);

    /// <summary>Forgets an account's wishes; answered is what holds then.</summary>
    public Task<ConfigOutcome> ResetAccountAsync(AccountId account, string id, bool force, CancellationToken ct) =>
        StoreAccountAsync(
            account, id, force,
            stored => stored.IsStored
                ? new ConfigPlan.Write(null, ShowAccount(id, InheritedBy(account, id)), [])
                : new ConfigPlan.Refuse(new ConfigOutcome.Shown(ShowAccount(id, InheritedBy(account, id)), null, [])),
            ct);

    private Task<ConfigOutcome> ChangeAccountAsync(
        AccountId account, string id, bool force, Func<StoredConfig, JsonObject, JsonObject> change, CancellationToken ct) =>
        StoreAccountAsync(
            account, id, force,
            stored =>
            {
                var inherited = InheritedBy(account, id);
                var asked = change(stored, inherited);
                var wanted = AccountKeys.Own(id, asked);
                var effective = ConfigMerge.Fill(wanted, inherited);
                ConfigProblem[] problems = [.. AccountKeys.Check(id, asked, inherited), .. ConfigSchemas.Validate(id, effective)];
                if (problems.Any(problem => !problem.IsWarning)) return new ConfigPlan.Refuse(new ConfigOutcome.Invalid([.. problems.Where(problem => !problem.IsWarning)]));
                return new ConfigPlan.Write(ConfigMerge.Difference(wanted, inherited), ShowAccount(id, effective), problems);
            },
            ct);

    private async Task<ConfigOutcome> StoreAccountAsync(AccountId account, string id, bool force, Func<StoredConfig, ConfigPlan> decide, CancellationToken ct)
    {
        if (!IsId(id)) return new ConfigOutcome.Invalid([new ConfigProblem("id", "pattern", "Failed to match pattern '^[!-~]{1,200}$'", Value: id)]);
        await _directories.RefreshAsync(ct); // the difference is taken from what holds now
        return await _store.ChangeAsync(account.ToString(), id, force, decide, (before, after) => AccountEffect(account, id, before, after), ct);
    }

    /// <summary>What a change of an account's document does to the rules of that account and of those it is the reseller of.</summary>
    private RuleEffect AccountEffect(AccountId account, string id, JsonObject before, JsonObject after)
    {
        if (id != NumberManager) return RuleEffect.None;
        var configuration = _directories.Configuration;
        var tree = _directories.Accounts.Snapshot;
        var system = configuration.SystemDefaultSection(id);
        var inherited = configuration.Inherited(account, id, system);

        var own = ((AccountId?)account, ConfigMerge.Fill(before, inherited), ConfigMerge.Fill(after, inherited));
        // Nearly all accounts below have no document of their own, so they share one pair of sections, and its rules are prepared once.
        var (plainBefore, plainAfter) = (ConfigMerge.Fill(before, system), ConfigMerge.Fill(after, system));
        var below = tree.All.Select(entry => entry.Node.Id).Where(other => other != account && tree.ResellerOf(other) == account).Select(other =>
            configuration.AccountStored(other, id) is { Count: > 0 } stored
                ? ((AccountId?)other, ConfigMerge.Fill(stored, plainBefore), ConfigMerge.Fill(stored, plainAfter))
                : ((AccountId?)other, plainBefore, plainAfter));
        return Effect(below.Prepend(own));
    }

    private JsonObject InheritedBy(AccountId account, string id) =>
        _directories.Configuration.Inherited(account, id, _directories.Configuration.SystemDefault(id));

    private static JsonObject ShowAccount(string id, JsonObject view)
    {
        var shown = new JsonObject { ["id"] = $"configs_{id}" };
        foreach (var (name, value) in ConfigMerge.MaskSecrets(view)) shown[name] = value?.DeepClone();
        return shown;
    }
}
