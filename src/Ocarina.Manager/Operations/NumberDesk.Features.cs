using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Configuration;
using Ocarina.Core.Features;
using Ocarina.Core.Telling;
using Ocarina.Manager.Billing;
using Ocarina.Manager.Features;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Operations;

/// <content>Features: which there are for whom, and those that providers outside set up (docs/decisions/0014-features.md).</content>
public sealed partial class NumberDesk
{
    private const string CallerNamesByPeople = "cnam_notifier";

    // Settings are read once per change of configuration; their lists live as long.
    private readonly ConditionalWeakTable<NumberManagerSettings, FeatureLists> _lists = [];
    private readonly CarrierMessaging _messaging = new(directories.Configuration);

    /// <summary>The features that a number may use, sorted, for its document's <c>_read_only</c> part.</summary>
    public IReadOnlyList<string> AvailableFeatures(NumberRecord number, Actor actor) =>
        FeatureAvailability.Of(number, ListsFor(number.Account), directories.Accounts.IsAdmin(actor)).Sorted;

    /// <summary>What users may know of how features are switched: <c>sms</c> and <c>mms</c> of the number's carrier.</summary>
    public JsonObject FeatureSettings(NumberRecord number)
    {
        var settings = new JsonObject();
        foreach (var feature in (string[])[NumberFeatures.Mms, NumberFeatures.Sms])
            if (_messaging.Of(number.Carrier, feature) is { IsEnabled: true } terms)
                settings[feature] = new JsonObject { ["enabled"] = true, ["activation"] = terms.IsManual ? "manual" : "auto" };
        return settings;
    }

    internal FeatureLists ListsFor(AccountId? owner)
    {
        var system = directories.Configuration.SettingsFor(null);
        var settings = owner is { } account ? directories.Configuration.ResellerSettingsOf(account) : system;
        return _lists.GetValue(
            settings, read => new FeatureLists(read.FeaturesAllow.IsDefault ? null : read.FeaturesAllow, read.FeaturesDeny, system.LocalFeatureOverride)
            {
                EmergencyProvider = features?.Checks.Installed(read.E911Provider),
                CnamOutside = features?.Checks.Installed(read.CnamProvider),
                HasCnamNotifier = read.CnamProvider == CallerNamesByPeople,
                Messaging = _messaging.Of,
                PlanEnables = (account, feature) => !IsBilling || directories.Plans.EnablesMessaging(account, feature),
            });
    }

    /// <summary>What a change of features has to tell.</summary>
    internal ImmutableArray<Message> MessagesOf(ImmutableArray<FeatureNotice> notices, NumberRecord after, Actor actor) =>
        notices.IsEmpty ? [] : FeatureMessages.Of(notices, after, actor, directories.Configuration.RulesFor(after.Account).PrettyPrint);

    /// <summary>What of a change concerns providers outside.</summary>
    internal Outside OutsideOf(NumberPlan.Write write) =>
        features is null ? default : new Outside(write.Works, FeatureRemovals.Of(write.Change.Before, write.Change.After, EmergencyProviderOf(write.Change.Before)));

    /// <summary>A feature that is active on a number and that a provider has set up; none when it is not, or another one has.</summary>
    internal FeatureRemoval? SetUpBy(NumberRecord? number, CarrierName provider, string feature) =>
        FeatureRemovals.Of(number, null, EmergencyProviderOf(number)).FirstOrDefault(active => active.Feature == feature && active.Provider == provider);

    /// <summary>Tells the operator of features that were active and are no longer allowed.</summary>
    internal void TellWithdrawn(ImmutableArray<string> names, PhoneNumber number) => features?.Checks.TellWithdrawn(names, number);

    /// <summary>Orders that give back what a number loses with its record: for changes that are decided elsewhere.</summary>
    internal IReadOnlyList<OrderRow> RemovalsOf(Core.Ledger.NumberChange? change) =>
        features is null || change is null ? [] : features.OrdersOf(change, [], EmergencyProviderOf(change.Before));

    private CarrierName? EmergencyProviderOf(NumberRecord? number) => ListsFor(number?.Account).EmergencyProvider;

    /// <summary>Sets features up on numbers that were written without them: those that are taken from stock whichever they are.</summary>
    internal async Task<IReadOnlyList<NumberResult>> WithFeaturesAsync(
        Actor actor, IReadOnlyList<(NumberRecord Record, ImmutableArray<FeatureWork> Works)> written, CancellationToken ct)
    {
        NumberResult[] results = [.. written.Select(entry => new NumberResult.Done(entry.Record.Number.ToString(), entry.Record))];
        var outside = new OutsideCalls();
        if (features is not null) await features.AddAsync(actor, [.. written.Where(entry => !entry.Works.IsEmpty)]);
        for (var i = 0; i < written.Count; i++)
            if (!written[i].Works.IsEmpty) outside.Want(i, written[i].Works);
        await FinishAsync(results, outside, ct);
        return results;
    }

    // Before anything is written or bought. What is refused is done for nobody.
    private async Task<List<(int Index, T Plan)>> CheckedAsync<T>(
        List<(int Index, T Plan)> plans, Func<T, NumberRecord?> number, Func<T, ImmutableArray<FeatureWork>> works, NumberResult[] results, CancellationToken ct)
        where T : NumberPlan
    {
        if (features is null || plans.TrueForAll(entry => works(entry.Plan).IsEmpty)) return plans;
        var refusals = await Task.WhenAll(plans.Select(entry => number(entry.Plan) is { } record
            ? features.Checks.RefusalAsync(record, works(entry.Plan), ct)
            : Task.FromResult<Core.Errors.NumberError?>(null)));
        for (var i = 0; i < plans.Count; i++)
            if (refusals[i] is { } error) results[plans[i].Index] = new NumberResult.Failed(plans[i].Plan.Key, error);
        return [.. plans.Where((_, i) => refusals[i] is null)];
    }

    private List<OrderRow> OrdersOf(IReadOnlyList<(int Index, NumberPlan.Write Plan)> plans, OutsideCalls outside)
    {
        List<OrderRow> rows = [];
        if (features is null) return rows;
        foreach (var (index, plan) in plans)
        {
            var own = features.OrdersOf(plan.Change, plan.Works, EmergencyProviderOf(plan.Change.Before));
            if (own.Count == 0) continue;
            rows.AddRange(own);
            outside.Want(index, plan.Works);
        }

        return rows;
    }

    private async Task<IReadOnlyList<(int Index, NumberResult? Result, NumberRecord? Current)>> ArrangeAsync(
        IReadOnlyList<(int Index, NumberPlan.Arrange Plan)> plans, long rulesVersion, ChargeConsent? consent, CancellationToken ct)
    {
        if (features is null || plans.Count == 0) return [];
        var answers = await Task.WhenAll(plans.Select(entry => features.ArrangeAsync(entry.Plan, rulesVersion, TermsOf(consent), ct)));
        var fresh = await numbers.LoadAsync([.. plans.Select(entry => entry.Plan.Before.Number)], ct);
        return [.. plans.Select((entry, i) =>
        {
            var current = fresh.GetValueOrDefault(entry.Plan.Before.Number);
            return (entry.Index, answers[i] is NumberResult.Done done && current is not null ? done with { Record = current } : answers[i], current);
        })];
    }

    // The numbers are done; their features are waited for a while, and named when they are refused.
    private async Task FinishAsync(NumberResult[] results, OutsideCalls outside, CancellationToken ct)
    {
        if (features is null || outside.IsEmpty) return;
        var done = outside.All.Where(entry => results[entry.Index] is NumberResult.Done)
            .Select(entry => (entry.Index, entry.Works, Done: (NumberResult.Done)results[entry.Index])).ToList();
        var awaited = done.Where(entry => !entry.Works.IsEmpty).Select(entry => entry.Done.Record.Number).ToHashSet();
        var open = await features.FinishAsync([.. done.Select(entry => entry.Done.Record.Number)], awaited, ct);
        var fresh = await numbers.LoadAsync(awaited, ct);
        foreach (var (index, works, before) in done.Where(entry => !entry.Works.IsEmpty))
        {
            if (!fresh.TryGetValue(before.Record.Number, out var record)) continue;
            var active = record.Features.ToObject();
            var pending = open.Where(row => row.Number == record.Number).Select(row => FeatureWish.Read(row.Data.Request).Feature).ToHashSet();
            results[index] = before with
            {
                Record = record,
                FeaturesPending = [.. pending.Order(StringComparer.Ordinal)],
                FeaturesFailed = [.. works.Select(work => work.Feature).Where(name => !active.ContainsKey(name) && !pending.Contains(name))],
            };
        }
    }

    /// <summary>What of a change concerns providers outside.</summary>
    /// <param name="Works">What they are to set up.</param>
    /// <param name="Removals">What they are to take away.</param>
    internal readonly record struct Outside(ImmutableArray<FeatureWork> Works, ImmutableArray<FeatureRemoval> Removals)
    {
        internal bool IsEmpty => Works.IsDefaultOrEmpty && Removals.IsDefaultOrEmpty;
    }

    /// <summary>Which results of a batch have orders at providers.</summary>
    private sealed class OutsideCalls
    {
        private readonly Dictionary<int, ImmutableArray<FeatureWork>> _works = [];

        internal bool IsEmpty => _works.Count == 0;

        internal IEnumerable<(int Index, ImmutableArray<FeatureWork> Works)> All => _works.Select(entry => (entry.Key, entry.Value));

        internal void Want(int index, ImmutableArray<FeatureWork> works)
        {
            if (works.IsEmpty && !_works.ContainsKey(index)) _works[index] = [];
            else if (!works.IsEmpty) _works[index] = works;
        }
    }
}
