using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Storage;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Billing;

/// <summary>Who is billed by which plan, in memory, for what plans say beside prices. Refreshed by versions(services).</summary>
/// <remarks>Safe to share between threads. Money is never taken from here: whoever charges reads plans in his transaction.</remarks>
public sealed class PlanDirectory(IDatabase database) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile State _state = new(0, ImmutableDictionary<AccountId, AccountServices>.Empty, ImmutableDictionary.Create<string, PlanDocument>(StringComparer.Ordinal));

    /// <summary>True when one of an account's plans enables a kind of messaging, or it has no plan: then nobody sells, and nothing is closed (numbers.md 9.3).</summary>
    /// <param name="account">Who has the number.</param>
    /// <param name="feature"><c>sms</c> or <c>mms</c>.</param>
    public bool EnablesMessaging(AccountId account, string feature)
    {
        var state = _state;
        return !state.Accounts.ContainsKey(account) || state.Answers.GetOrAdd((account, feature), static (ask, of) =>
            of.Accounts[ask.Account].Merge(id => of.Plans.GetValueOrDefault(id)) is var plans && (plans.Count == 0 || plans.Any(plan => plan.Plan.EnablesMessaging(ask.Feature))), state);
    }

    /// <summary>Obeys all writes that were committed before the call.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _refreshing.WaitAsync(ct);
        try
        {
            var before = _state;
            _state = await database.ReadAsync(
                async (session, token) =>
                {
                    // The version first: a row committed in between is read now and once more the next time, never missed.
                    var version = (await Versions.ReadAsync(session, token))[VersionKinds.Services];
                    if (version == before.Version) return before;

                    // What lay there before versions were counted has version 0, and is read the first time.
                    var (plans, accounts) = await BillingDatabase.ChangedSinceAsync(session, before.Version == 0 ? -1 : before.Version, token);
                    return before.With(version, plans, accounts);
                },
                ct);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Releases the gate of refreshes.</summary>
    public void Dispose() => _refreshing.Dispose();

    // Only accounts that have a plan. A plan that is gone is nobody's: it stays until the process ends.
    private sealed record State(long Version, ImmutableDictionary<AccountId, AccountServices> Accounts, ImmutableDictionary<string, PlanDocument> Plans)
    {
        internal ConcurrentDictionary<(AccountId Account, string Feature), bool> Answers { get; } = new();

        internal State With(long version, IReadOnlyList<PlanDocument> plans, IReadOnlyList<(AccountId Account, AccountServices Services)> accounts)
        {
            var next = Accounts.ToBuilder();
            foreach (var (account, services) in accounts)
            {
                if (services.Plans.Count > 0) next[account] = services;
                else next.Remove(account);
            }

            return new State(version, next.ToImmutable(), Plans.SetItems(plans.Select(plan => KeyValuePair.Create(plan.Id, plan))));
        }
    }
}
