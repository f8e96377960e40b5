using Ocarina.Core;
using Ocarina.Core.Accounts;
using Ocarina.Core.Billing;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Core.Lifecycle;
using Ocarina.Core.Normalization;
using Ocarina.Manager.Configuration;
using Ocarina.Manager.Features;
using Ocarina.Manager.Identity;
using Ocarina.Storage;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Orders;

namespace Ocarina.Manager.Operations;

/// <summary>What all operations on numbers share: reading the request under the rules in force, the settings, and carrying out plans.</summary>
/// <param name="numbers">Numbers at rest.</param>
/// <param name="directories">Accounts and configuration.</param>
/// <param name="clock">The clock.</param>
/// <param name="features">Lets providers outside set features up; without it there are none.</param>
/// <param name="bookkeeper">A billing system outside; without it none is asked.</param>
public sealed partial class NumberDesk(
    NumbersDatabase numbers, Directories directories, TimeProvider clock, FeatureDesk? features = null, IBookkeeper? bookkeeper = null)
{
    private const int RulesRetriesMax = 5;
    private const int UpdateRetriesMax = 3;

    private readonly EarlierRun _earlier = new(numbers, new OrdersDatabase(numbers.Database, clock));
    private readonly BillingDatabase _billing = new(numbers.Database, clock);

    private volatile Phonebook _phonebook = new(-1, false);

    internal NumbersDatabase Numbers => numbers;

    /// <summary>The accounts as they stand.</summary>
    public IAccountTree Tree => directories.Accounts;

    internal DateTimeOffset Now => clock.GetUtcNow().ToStoredGrain();

    internal ConfigDirectory Config => directories.Configuration;

    /// <summary>The rules by which numbers on this path are read.</summary>
    public INumberRules RulesFor(AccountId path) => directories.Configuration.RulesFor(path);

    /// <summary>Most rows of a search, over all its pages (<c>maximum_search_quantity</c>).</summary>
    public int SearchQuantityMax => directories.Configuration.SettingsFor(null).MaximumSearchQuantity;

    /// <summary>True when strangers may search the reseller's catalogue (<c>unauthorized_numbers_lookup</c>).</summary>
    public bool AllowsPublicSearch(AccountId reseller) => directories.Configuration.SettingsFor(reseller).UnauthorizedNumbersLookup;

    /// <summary>True when quotes are answered in the shape of older clients (`billing`, <c>profile</c>; numbers.md 13.6).</summary>
    public bool QuotesAsOldClientsExpect => directories.Configuration.TextOf("billing", "profile") == "wnm";

    internal MoveRequest Request(Actor actor, AccountId? target) => new(actor, target, directories.Accounts, Policy(), Now);

    internal LifecyclePolicy Policy()
    {
        var settings = directories.Configuration.SettingsFor(null);
        var tasks = directories.Configuration.Tasks;
        return new LifecyclePolicy
        {
            StrictTargetCheck = settings.StrictTargetCheck,
            AgingGrace = settings.AgingGraceH > 0 ? TimeSpan.FromHours(settings.AgingGraceH) : null,
            ReleasedState = settings.ReleasedState,
            ShouldAge = settings.ShouldAge,
            ShouldPermanentlyDelete = settings.ShouldPermanentlyDelete,
            AgingExpiry = TimeSpan.FromDays(tasks.AgingExpiryD),
            DiscoveryExpiry = TimeSpan.FromDays(tasks.DiscoveryExpiryD),
            HasPhonebook = HasPhonebook(),
        };
    }

    /// <summary>Obeys what other processes have written: configuration, rules, accounts.</summary>
    internal Task RefreshAsync(CancellationToken ct) => directories.RefreshAsync(ct);

    /// <summary>What an earlier run of this very call has done already, when it was cut off before its reply (<c>Idempotency-Key</c>).</summary>
    public async Task<IReadOnlyList<NumberResult>> EarlierResultsAsync(CancellationToken ct) => [.. (await _earlier.ResultsAsync(ct)).Values];

    /// <summary>The same of numbers of groups.</summary>
    internal Task<IReadOnlyList<NumberResult>> EarlierPiecesAsync(CancellationToken ct) => _earlier.PiecesAsync(ct);

    internal static IReadOnlyList<WantedNumber> Read(INumberRules rules, IEnumerable<string> texts)
    {
        var wanted = new List<WantedNumber>();
        foreach (var text in texts)
        {
            wanted.Add(NumberInput.TryRead(rules, text, out var number, out var error)
                ? new WantedNumber(text, number, null)
                : new WantedNumber(text, default, error ?? NumberErrors.NotReconcilable(text)));
        }

        return wanted;
    }

    /// <summary>Reads the request, lets it be decided on the stored records, and writes what was decided: again with the new rules when those changed meanwhile.</summary>
    /// <param name="path">The account whose rules read the numbers.</param>
    /// <param name="texts">The numbers as given.</param>
    /// <param name="decide">The pure decision: entry and stored record to plan.</param>
    /// <param name="lane">Who waits.</param>
    /// <param name="redoLost">True for changes of fields, which are decided again on the fresh record; a state move that lost never is (design.md 11).</param>
    /// <param name="ct">Ends the waiting until the write begins; what is being written is written.</param>
    /// <param name="lookUp">Asked before the decisions about numbers that have no record, when there are such.</param>
    /// <param name="more">What else the operation may do than change numbers.</param>
    internal async Task<IReadOnlyList<NumberResult>> RunAsync(
        AccountId path, IReadOnlyList<string> texts, Func<WantedNumber, NumberRecord?, NumberPlan> decide, WriteLane lane, bool redoLost, CancellationToken ct,
        Func<IReadOnlyCollection<PhoneNumber>, Task>? lookUp = null, DeskExtras? more = null)
    {
        return await ConsentedAsync(
            more?.Consent,
            () => UnderRulesAsync(version => RunAsync(Read(RulesFor(path), texts), version, decide, lane, redoLost, lookUp, more ?? DeskExtras.None, ct), ct),
            () => Read(RulesFor(path), texts).Select(wanted => wanted.Key));
    }

    /// <summary>Does something with the version of the rules in force; again when they changed before it was written (design.md 11).</summary>
    internal async Task<T> UnderRulesAsync<T>(Func<long, Task<T>> write, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write(directories.Configuration.RulesVersion);
            }
            catch (RulesChangedException) when (attempt < RulesRetriesMax)
            {
                // Accounts too: one of them may be gone by now.
                await directories.RefreshAsync(ct);
            }
        }
    }

    private async Task<IReadOnlyList<NumberResult>> RunAsync(
        IReadOnlyList<WantedNumber> wanted, long rulesVersion, Func<WantedNumber, NumberRecord?, NumberPlan> decide, WriteLane lane, bool redoLost,
        Func<IReadOnlyCollection<PhoneNumber>, Task>? lookUp, DeskExtras more, CancellationToken ct)
    {
        List<PhoneNumber> asked = [.. wanted.Where(entry => entry.Error is null).Select(entry => entry.Number).Distinct()];
        var records = await numbers.LoadAsync(asked, ct);
        var earlier = await _earlier.ResultsAsync(ct);
        if (lookUp is not null && records.Count < asked.Count) await lookUp([.. asked.Where(number => !records.ContainsKey(number))]);
        var results = new NumberResult[wanted.Count];
        var open = new List<(int Index, NumberPlan.Write Plan)>();
        var bought = new List<(int Index, NumberPlan.Buy Plan)>();
        var arranged = new List<(int Index, NumberPlan.Arrange Plan)>();
        var outside = new OutsideCalls();
        for (var i = 0; i < wanted.Count; i++) Decided(i, wanted[i].Error is null ? records.GetValueOrDefault(wanted[i].Number) : null);

        open = await CheckedAsync(open, plan => plan.Change.After, plan => plan.Works, results, ct);
        bought = await CheckedAsync(bought, plan => plan.Known, plan => plan.Works, results, ct);
        arranged = await CheckedAsync(arranged, plan => plan.Before, plan => plan.Works, results, ct);
        if (more.Consent is { } consent && await IsToldThePriceAsync(consent, [.. open.Select(entry => PriceOf(entry.Plan)), .. bought.Select(entry => PriceOf(entry.Plan)), .. arranged.Select(entry => PriceOf(entry.Plan))], ct))
        {
            foreach (var index in open.Select(entry => entry.Index).Concat(bought.Select(entry => entry.Index)).Concat(arranged.Select(entry => entry.Index)))
                results[index] = new NumberResult.Failed(wanted[index].Key, consent.ErrorOf(wanted[index].Key));
            return results;
        }

        List<(IReadOnlyList<(int Index, NumberPlan.Buy Plan)> Plans, Task<IReadOnlyList<NumberResult>> Answers)> buying = [];
        // Credit is taken in the order given: where stock and purchases take turns in a list, so do their transactions (numbers.md 13.4).
        while (open.Count > 0 && bought.Count > 0 && !redoLost && more is { Consent.IsAccepted: true } && IsBilling)
        {
            if (open[0].Index < bought[0].Index) await WriteAsync(Cut(open, bought[0].Index), [], 1);
            else await BuyAsync(Cut(bought, open[0].Index));
        }

        for (var attempt = 1; open.Count + arranged.Count > 0; attempt++)
        {
            var (writing, arranging) = (open, arranged);
            (open, arranged) = ([], []);
            await WriteAsync(writing, arranging, attempt);
        }

        if (bought.Count > 0) await BuyAsync(bought);
        foreach (var (plans, answering) in buying)
        {
            var answers = await answering;
            for (var i = 0; i < answers.Count; i++) results[plans[i].Index] = answers[i];
            foreach (var (index, plan) in plans) outside.Want(index, plan.Works, default);
        }

        await FinishAsync(results, outside, ct);
        return results;

        async Task BuyAsync(List<(int Index, NumberPlan.Buy Plan)> plans)
        {
            if (more.Buy is { } buy) buying.Add((plans, await buy([.. plans.Select(entry => entry.Plan)], rulesVersion)));
        }

        async Task WriteAsync(List<(int Index, NumberPlan.Write Plan)> written, List<(int Index, NumberPlan.Arrange Plan)> arranging, int attempt)
        {
            // From here on the caller's hanging up ends his waiting, not the write.
            List<NumberChange> changes = [.. written.Select(entry => entry.Plan.Change)];
            var outcomes = changes.Count == 0 ? [] : await numbers.ApplyAsync(changes, EffectsOf(written, more, outside), rulesVersion, lane, CancellationToken.None);
            for (var i = 0; i < written.Count; i++)
            {
                var (index, change) = (written[i].Index, changes[i]);
                switch (outcomes[i])
                {
                    case ChangeOutcome.Written done:
                        results[index] = new NumberResult.Done(wanted[index].Key, done.Record, IsErased: change.After is null);
                        break;
                    case ChangeOutcome.Lost lost when redoLost && attempt < UpdateRetriesMax:
                        Decided(index, lost.Current);
                        break;
                    case ChangeOutcome.Lost lost:
                        results[index] = AfterLoss(wanted[index].Key, change, lost.Current);
                        break;
                    case ChangeOutcome.Unpaid unpaid:
                        results[index] = new NumberResult.Failed(wanted[index].Key, unpaid.Error);
                        break;
                }
            }

            foreach (var (index, result, current) in await ArrangeAsync(arranging, rulesVersion, more.Consent, ct))
            {
                if (result is not null) results[index] = result;
                else if (attempt < UpdateRetriesMax) Decided(index, current);
                else results[index] = new NumberResult.Failed(wanted[index].Key, NumberErrors.NotAvailable(wanted[index].Key));
            }
        }

        void Decided(int index, NumberRecord? record)
        {
            if (wanted[index].Error is { } error)
            {
                results[index] = new NumberResult.Failed(wanted[index].Key, error);
                return;
            }

            if (earlier.TryGetValue(wanted[index].Number, out var done))
            {
                results[index] = done;
                return;
            }

            switch (decide(wanted[index], record))
            {
                case NumberPlan.Write write: open.Add((index, write)); break;
                case NumberPlan.Arrange arrange: arranged.Add((index, arrange)); break;
                case NumberPlan.Keep keep: results[index] = new NumberResult.Done(keep.Key, keep.Record, IsUnchanged: true); break;
                case NumberPlan.Buy plan: bought.Add((index, plan)); break;
                case NumberPlan.Fail fail: results[index] = new NumberResult.Failed(fail.Key, fail.Error, fail.Problems); break;
            }
        }
    }

    // The first of a list, those before a place in the request.
    private static List<(int Index, T Plan)> Cut<T>(List<(int Index, T Plan)> plans, int before)
    {
        var piece = plans.FindAll(entry => entry.Index < before);
        plans.RemoveRange(0, piece.Count);
        return piece;
    }

    // What comes to life or leaves stock must not be held by an order; what nobody has any more goes back to its carrier.
    private OrderEffects EffectsOf(IReadOnlyList<(int Index, NumberPlan.Write Plan)> plans, DeskExtras more, OutsideCalls outside)
    {
        List<NumberChange> changes = [.. plans.Select(entry => entry.Plan.Change)];
        var taken = changes.Where(change => change.Before is null || (change.Before.Account is null && change.After?.Account is not null));
        return new OrderEffects
        {
            Taken = taken.Select(change => change.Number).ToHashSet(),
            Disconnects = more.GiveBack is { } giveBack ? [.. changes.Select(giveBack).OfType<OrderRow>()] : [],
            Features = OrdersOf(plans, outside),
            Billing = TermsOf(more.Consent),
        };
    }

    private bool HasPhonebook()
    {
        var version = directories.Configuration.Version;
        if (_phonebook is var known && known.Version == version) return known.IsConfigured;
        var read = new Phonebook(version, directories.Configuration.TextOf("number_manager.other", "phonebook_url") is not null);
        _phonebook = read;
        return read.IsConfigured;
    }

    private sealed record Phonebook(long Version, bool IsConfigured);

    // The loser gets 409, unless what happened meanwhile is exactly what he asked for: the same account's second request.
    private static NumberResult AfterLoss(string key, NumberChange change, NumberRecord? current) =>
        change.After is { Account: { } target, State: NumberState.InService } && current is { State: NumberState.InService } && current.Account == target
            ? new NumberResult.Done(key, current, IsUnchanged: true)
            : new NumberResult.Failed(key, NumberErrors.NotAvailable(key));
}
