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
    private const int CallingCodeStart = 2; // plus and a digit: the same for all of a country

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
                EmergencyProvider = features?.Checks.Serving(read.E911Provider, NumberFeatures.E911),
                MissingEmergencyProvider = features?.Checks.Missing(read.E911Provider, NumberFeatures.E911),
                CnamOutside = features?.Checks.Serving(read.CnamProvider, NumberFeatures.OutboundCnam),
                HasCnamNotifier = read.CnamProvider == CallerNamesByPeople,
                Messaging = _messaging.Of,
                PlanEnables = (account, feature) => !IsBilling || directories.Plans.EnablesMessaging(account, feature),
            });
    }

    /// <summary>What a change of features has to tell.</summary>
    internal ImmutableArray<Message> MessagesOf(ImmutableArray<FeatureNotice> notices, NumberRecord after, Actor actor) =>
        notices.IsEmpty ? [] : FeatureMessages.Of(notices, after, actor, directories.Configuration.RulesFor(after.Account).PrettyPrint);

    /// <summary>Orders that are under way for features of numbers that a patch speaks of; none as a rule.</summary>
    internal async Task<ILookup<PhoneNumber, OrderRow>> UnderWayAsync(AccountId path, IReadOnlyList<string> texts, JsonObject patch, CancellationToken ct)
    {
        IReadOnlyList<OrderRow> open = features is null || FeaturePlan.Mentioned(patch).IsEmpty
            ? []
            : await features.UnderWayAsync([.. Read(RulesFor(path), texts).Where(wanted => wanted.Error is null).Select(wanted => wanted.Number)], ct);
        return open.ToLookup(row => row.Number);
    }

    /// <summary>What of a patch concerns providers outside.</summary>
    /// <param name="write">The patched number.</param>
    /// <param name="patch">What was said.</param>
    /// <param name="underWay">Orders for features of the number. What the patch says of the same is said to their provider after them, though the number shows it already: the last word counts.</param>
    internal Outside OutsideOf(NumberPlan.Write write, JsonObject patch, IEnumerable<OrderRow> underWay)
    {
        if (features is null) return default;
        var (before, after) = (write.Change.Before, write.Change.After);
        var provider = EmergencyProviderOf(before);
        var (works, removals) = (write.Works, FeatureRemovals.Of(before, after, provider));
        foreach (var (feature, last) in underWay.Where(row => row.Account == before?.Account).GroupBy(row => FeatureWish.Read(row.Data.Request).Feature, (name, rows) => (name, rows.Last())))
        {
            if (!FeaturePlan.Mentioned(patch).Contains(feature) || works.Any(work => work.Feature == feature) || removals.Any(removal => removal.Feature == feature)) continue;
            if (FeatureRemovals.Of(after, null, provider).FirstOrDefault(active => active.Feature == feature) is { } active) works = works.Add(FeatureWork.Again(active));
            else removals = removals.Add(new FeatureRemoval(feature, last.Carrier, default));
        }

        return new Outside(works, removals);
    }

    /// <summary>A feature that is active on a number and that a provider has set up; none when it is not, or another one has.</summary>
    internal FeatureRemoval? SetUpBy(NumberRecord? number, CarrierName provider, string feature) =>
        FeatureRemovals.Of(number, null, EmergencyProviderOf(number)).FirstOrDefault(active => active.Feature == feature && active.Provider == provider);

    /// <summary>Tells the operator of features that were active and are no longer allowed.</summary>
    internal void TellWithdrawn(ImmutableArray<string> names, PhoneNumber number) => features?.Checks.TellWithdrawn(names, number);

    /// <summary>A change that brings a number on its way in, with the request to people to port it, if they may be asked (<c>port</c>).</summary>
    internal Core.Ledger.NumberChange WithPortRequest(Core.Ledger.NumberChange change) =>
        change.After is { } after && !change.Messages.Any(message => message.Kind == MessageKinds.PortRequest)
        && FeatureAvailability.Of(after, ListsFor(after.Account), directories.Accounts.IsAdmin(change.Actor)).Names.Contains(NumberFeatures.Port)
            ? change with { Messages = [.. change.Messages, .. MessagesOf([new FeatureNotice.PortRequest(default)], after, change.Actor)] }
            : change;

    /// <summary>What people are told of a change by which a number loses what it had, without anything being decided about its features.</summary>
    internal ImmutableArray<Message> EndingsOf(NumberRecord before, NumberRecord? after, Actor actor) =>
        MessagesOf(FeatureEndings.Of(before, after, ListsFor(before.Account)), before, actor);

    /// <summary>Orders that give back what a number loses with its record: for changes that are decided elsewhere.</summary>
    internal IReadOnlyList<OrderRow> RemovalsOf(Core.Ledger.NumberChange? change) =>
        features is null || change is null ? [] : features.OrdersOf(change, [], EmergencyProviderOf(change.Before));

    private CarrierName? EmergencyProviderOf(NumberRecord? number) => ListsFor(number?.Account).EmergencyProvider;

    /// <summary>Why what is to be set up on a number cannot be; none when it can.</summary>
    internal async Task<Core.Errors.NumberError?> RefusalAsync(NumberRecord number, ImmutableArray<FeatureWork> works, CancellationToken ct) =>
        features is null || works.IsEmpty ? null : await features.Checks.RefusalAsync(number, works, ct);

    /// <summary>Orders at providers for what a change takes away and adds: for changes that are decided while they are written.</summary>
    internal IReadOnlyList<OrderRow> OrdersOf(Core.Ledger.NumberChange change, ImmutableArray<FeatureWork> works) =>
        features?.OrdersOf(change, works, EmergencyProviderOf(change.Before)) ?? [];

    /// <summary>Waits for the features of numbers that were written with their orders.</summary>
    internal async Task<IReadOnlyList<NumberResult>> FinishedAsync(IReadOnlyList<(NumberResult Result, ImmutableArray<FeatureWork> Works)> written, CancellationToken ct)
    {
        NumberResult[] results = [.. written.Select(entry => entry.Result)];
        var outside = new OutsideCalls();
        for (var i = 0; i < written.Count; i++)
            if (!written[i].Works.IsDefaultOrEmpty) outside.Want(i, written[i].Works, default);
        await FinishAsync(results, outside, ct);
        return results;
    }

    // Before anything is written or bought. What is refused is done for nobody.
    private async Task<List<(int Index, T Plan)>> CheckedAsync<T>(
        List<(int Index, T Plan)> plans, Func<T, NumberRecord?> number, Func<T, ImmutableArray<FeatureWork>> works, NumberResult[] results, CancellationToken ct)
        where T : NumberPlan
    {
        if (features is null || plans.TrueForAll(entry => works(entry.Plan).IsEmpty)) return plans;
        // The same settings for a thousand numbers of one country are one question.
        var asked = new Dictionary<(AccountId?, string, string), Task<Core.Errors.NumberError?>>();
        var refusals = await Task.WhenAll(plans.Select(entry =>
        {
            if (number(entry.Plan) is not { } record) return Task.FromResult<Core.Errors.NumberError?>(null);
            var settings = string.Join('\n', works(entry.Plan).Select(work => $"{work.Provider} {work.Feature} {work.Wanted}"));
            var key = (record.Account, record.Number.ToString()[..CallingCodeStart], settings);
            if (!asked.TryGetValue(key, out var answer)) asked[key] = answer = features.Checks.RefusalAsync(record, works(entry.Plan), ct);
            return answer;
        }));
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
            outside.Want(index, plan.Works, plan.Change.Before?.Features ?? default);
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
            // Somebody else has it within this moment: what he has is nobody else's business.
            var isHis = current is not null && current.Account == entry.Plan.Before.Account;
            return (entry.Index, answers[i] is NumberResult.Done done && isHis ? done with { Record = current! } : answers[i], current); // his is there
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
            if (!fresh.TryGetValue(before.Record.Number, out var record) || record.Account != before.Record.Account) continue;
            var (active, old) = (record.Features.ToObject(), outside.HadOf(index).ToObject());
            var pending = open.Where(row => row.Number == record.Number).Select(row => FeatureWish.Read(row.Data.Request).Feature).ToHashSet();
            results[index] = before with
            {
                Record = record,
                FeaturesPending = [.. pending.Order(StringComparer.Ordinal)],
                // One in place of another that is still there was refused as well.
                FeaturesFailed = [.. works.Select(work => work.Feature).Where(name => !pending.Contains(name) && JsonNode.DeepEquals(active[name], old[name]))],
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
        private readonly Dictionary<int, (ImmutableArray<FeatureWork> Works, DocumentText Had)> _wanted = [];

        internal bool IsEmpty => _wanted.Count == 0;

        internal IEnumerable<(int Index, ImmutableArray<FeatureWork> Works)> All => _wanted.Select(entry => (entry.Key, entry.Value.Works));

        /// <summary>The features that the number had before.</summary>
        internal DocumentText HadOf(int index) => _wanted[index].Had;

        internal void Want(int index, ImmutableArray<FeatureWork> works, DocumentText had)
        {
            if (!works.IsEmpty || !_wanted.ContainsKey(index)) _wanted[index] = (works, had);
        }
    }
}
