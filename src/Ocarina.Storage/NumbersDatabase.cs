using System.Collections.Frozen;
using Ocarina.Core;
using Ocarina.Core.Ledger;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Idempotency;
using Ocarina.Storage.Orders;
using Ocarina.Storage.Outbox;
using Ocarina.Storage.PostgreSql;
using Ocarina.Storage.Rows;
using Ocarina.Storage.Sqlite;

namespace Ocarina.Storage;

/// <summary>The numbers at rest: rows, their ledger, stock, offers. Every change of a row writes its event in the same transaction.</summary>
/// <remarks>Stateless and safe to share. Expected losses are answers, never exceptions; an exception means that nothing was written.</remarks>
public sealed partial class NumbersDatabase(IDatabase database, TimeProvider clock)
{
    /// <summary>The engine below, for what is not about numbers.</summary>
    public IDatabase Database => database;

    /// <summary>The numbers that are known, of those asked for.</summary>
    public async Task<IReadOnlyDictionary<PhoneNumber, NumberRecord>> LoadAsync(IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct)
    {
        if (numbers.Count == 0) return new Dictionary<PhoneNumber, NumberRecord>();
        return await database.ReadAsync((session, token) => LoadAsync(session, numbers, token), ct);
    }

    /// <summary>Writes decided changes with their events. Each is written or lost on its own; all that are written are durable when the task ends.</summary>
    /// <param name="changes">Any order, any count; keep to 1,000 where nobody waits for all of them at once.</param>
    /// <param name="rulesVersion">The version of the number rules the numbers were normalised by, when that matters.</param>
    /// <param name="lane">Who waits.</param>
    /// <param name="ct">Ends the waiting, and the change as long as it is not being committed.</param>
    /// <returns>One outcome per change, in the order of the changes.</returns>
    /// <exception cref="RulesChangedException"><paramref name="rulesVersion"/> is not the stored one; nothing was written.</exception>
    /// <exception cref="ArgumentException">A change cannot be stored at all; nothing was written.</exception>
    public Task<IReadOnlyList<ChangeOutcome>> ApplyAsync(
        IReadOnlyList<NumberChange> changes, long? rulesVersion, WriteLane lane, CancellationToken ct) =>
        ApplyAsync(changes, OrderEffects.None, rulesVersion, lane, ct);

    /// <summary>The same, with what the changes mean for orders at carriers: one transaction for both.</summary>
    public async Task<IReadOnlyList<ChangeOutcome>> ApplyAsync(
        IReadOnlyList<NumberChange> changes, OrderEffects effects, long? rulesVersion, WriteLane lane, CancellationToken ct)
    {
        if (changes.Count == 0) return [];
        var prepared = Prepare(changes); // outside the transaction: on SQLite everybody waits for the writer
        return await PricedInVain.WithoutAsync<ChangeOutcome[], ChangeOutcome>((lost, mayRepeat) =>
            database.WriteAsync((session, token) => ApplyAsync(session, prepared, effects, rulesVersion, lost, mayRepeat, token), lane, ct));
    }

    /// <summary>The same inside a transaction of the caller's, for changes that belong together with other rows.</summary>
    public static Task<IReadOnlyList<ChangeOutcome>> ApplyAsync(
        DbSession session, IReadOnlyList<NumberChange> changes, long? rulesVersion, CancellationToken ct) =>
        ApplyAsync(session, changes, OrderEffects.None, rulesVersion, ct);

    /// <summary>The same, with what the changes mean for orders at carriers.</summary>
    public static async Task<IReadOnlyList<ChangeOutcome>> ApplyAsync(
        DbSession session, IReadOnlyList<NumberChange> changes, OrderEffects effects, long? rulesVersion, CancellationToken ct) =>
        changes.Count == 0 ? [] : await ApplyAsync(session, Prepare(changes), effects, rulesVersion, FrozenDictionary<int, ChangeOutcome>.Empty, mayRepeat: false, ct);

    /// <summary>How many numbers are owned by accounts below this one (<c>cascade_quantity</c>).</summary>
    public Task<long> CountBelowAsync(AccountId account, CancellationToken ct) => database.ReadAsync(async (session, token) =>
    {
        // A path begins with the path of every account above; '~' stands behind all that can follow.
        const string sql =
            "SELECT count(*) FROM accounts a JOIN accounts below ON below.path > a.path AND below.path < a.path || '~' "
            + "JOIN numbers n ON n.account = below.id WHERE a.id = $1 AND below.id <> a.id";
        return Convert.ToInt64(await session.Hot(sql, account.ToString()).ExecuteScalarAsync(token), System.Globalization.CultureInfo.InvariantCulture);
    }, ct);

    private static List<PreparedChange> Prepare(IReadOnlyList<NumberChange> changes) => [.. changes.Select(PreparedChange.From)];

    private static async Task<ChangeOutcome[]> ApplyAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, OrderEffects effects, long? rulesVersion,
        IReadOnlyDictionary<int, ChangeOutcome> lost, bool mayRepeat, CancellationToken ct)
    {
        if (effects.Billing is null) return await ApplyUnbilledAsync(session, changes, effects, rulesVersion, ct);

        var mine = Enumerable.Range(0, changes.Count).Where(i => !lost.ContainsKey(i)).ToList();
        var bill = await BilledChanges.OpenAsync(session, effects.Billing, BilledChanges.OwnersOf(mine.Select(i => changes[i].Change), effects.Billing), null, ct);
        var outcomes = new ChangeOutcome[changes.Count];
        foreach (var (i, outcome) in lost) outcomes[i] = outcome;
        List<int> payable = [];
        foreach (var i in mine)
        {
            if (bill.Refusal(changes[i].Change) is { } refusal) outcomes[i] = new ChangeOutcome.Unpaid(refusal);
            else payable.Add(i);
        }

        bill.MustBeAccepted();
        var written = await ApplyUnbilledAsync(session, [.. payable.Select(i => changes[i])], effects, rulesVersion, ct);
        for (var i = 0; i < written.Length; i++) outcomes[payable[i]] = written[i];
        if (mayRepeat && InVain() is { Count: > 0 } vain) throw PricedInVain.Of(vain);
        foreach (var i in payable)
            if (outcomes[i] is ChangeOutcome.Written { Record: var record }) await bill.ChargeAsync(session, changes[i].Change, record, changes[i].Time, ct);
        return outcomes;

        // What had a price and is somebody else's, when it could have changed the price of others, or left nothing for them.
        // Those may be free only because of it: a pack that it opened.
        List<(int, ChangeOutcome)> InVain() => mine.Exists(i => outcomes[i] is ChangeOutcome.Unpaid or ChangeOutcome.Written)
            ? [.. payable.Where(i => outcomes[i] is ChangeOutcome.Lost && !bill.LinesOf(changes[i].Change).IsEmpty).Select(i => (i, outcomes[i]))]
            : [];
    }

    private static async Task<ChangeOutcome[]> ApplyUnbilledAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, OrderEffects effects, long? rulesVersion, CancellationToken ct)
    {
        ChangeOutcome[] outcomes;
        if (session.Kind == DatabaseKind.PostgreSql)
        {
            outcomes = await PostgreSqlNumberWrites.ApplyAsync(session, changes, effects.Taken, rulesVersion, ct);
        }
        else
        {
            await Versions.CheckRulesAsync(session, rulesVersion, ct);
            outcomes = SqliteNumberWrites.Apply(session, changes, effects.Taken);
        }

        if (effects.Disconnects.Count + effects.Features.Count > 0)
        {
            var written = outcomes.Zip(changes).Where(pair => pair.First is ChangeOutcome.Written).Select(pair => pair.Second.Number).ToHashSet();
            await OrdersDatabase.InsertAsync(session, [.. effects.Features.Concat(effects.Disconnects).Where(order => written.Contains(order.Number))], ct);
        }

        return await FollowedAsync(session, changes, outcomes, ct);
    }

    // What goes with every change that was written: its messages, and the note for the call whose part it is.
    private static async Task<ChangeOutcome[]> FollowedAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, ChangeOutcome[] outcomes, CancellationToken ct)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i] is not ChangeOutcome.Written { Record: var record }) continue;
            session.Note(new CallEffect.Number(record.Number, record.Revision));
            await OutboxTable.InsertAsync(session, changes[i].Change, record, ct);
        }

        return outcomes;
    }

    // For rows that this transaction has read and nobody else can change until it ends.
    private static async Task<ChangeOutcome[]> ApplyLockedAsync(
        DbSession session, IReadOnlyList<PreparedChange> changes, IReadOnlySet<PhoneNumber> taken, CancellationToken ct) =>
        await FollowedAsync(session, changes, session.Kind == DatabaseKind.PostgreSql
            ? await PostgreSqlNumberWrites.ApplyLockedAsync(session, changes, taken, ct)
            : SqliteNumberWrites.Apply(session, changes, taken), ct);

    private static async Task<IReadOnlyDictionary<PhoneNumber, NumberRecord>> LoadAsync(
        DbSession session, IReadOnlyCollection<PhoneNumber> numbers, CancellationToken ct)
    {
        if (session.Kind == DatabaseKind.PostgreSql) return await PostgreSqlNumberWrites.LoadAsync(session, numbers, ct);
        var records = new Dictionary<PhoneNumber, NumberRecord>(numbers.Count);
        foreach (var number in numbers)
            if (SqliteNumberWrites.Load(session, number) is { } record) records[number] = record;
        return records;
    }
}
