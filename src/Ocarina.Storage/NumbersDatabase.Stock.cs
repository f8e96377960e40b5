using Ocarina.Core;
using Ocarina.Core.Errors;
using Ocarina.Core.Ledger;
using Ocarina.Core.Stock;
using Ocarina.Storage.Billing;
using Ocarina.Storage.Orders;
using Ocarina.Storage.Queries;

namespace Ocarina.Storage;

public sealed partial class NumbersDatabase
{
    /// <summary>One page of the platform's own stock, in order of the number. Reads only.</summary>
    public async Task<IReadOnlyList<StockHit>> SearchStockAsync(StockQuery query, CancellationToken ct)
    {
        if (query.Sources.IsEmpty || query.Limit < 1 || query.Offset >= (long)query.PerSourceMax * query.Sources.Length) return [];
        if (PrefixRange.Of(query.Prefix) is not { } range) return [];

        var (sql, values) = StockSql.Page(database.Kind, query, range);
        var states = query.Sources.Distinct().Select(source => source is StockSource.ReservedBy ? NumberState.Reserved : NumberState.Available).ToArray();
        return await database.ReadAsync(async (session, token) =>
        {
            List<StockHit> hits = [];
            await using var reader = await session.Hot(sql, values).ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                DocumentText? locality = reader.IsDBNull(3) ? null : DocumentText.FromStorage(reader.GetString(3));
                var source = reader.GetInt32(1);
                hits.Add(new StockHit(PhoneNumber.FromStorage(reader.GetString(0)), states[source], CarrierName.Parse(reader.GetString(2)), locality) { Source = source });
            }

            return hits;
        }, ct);
    }

    /// <summary>Takes up to <see cref="StockQuery.Limit"/> free rows in one step: finds them, decides, writes.</summary>
    /// <remarks>
    /// Buyers do not wait for each other while there is enough for all; only when stock seems to run out does one wait for those before
    /// him, so that nobody leaves empty-handed while a number is still free. Offset and the bound per source are not used.
    /// </remarks>
    /// <param name="query">Which stock, and how many rows.</param>
    /// <param name="decide">What becomes of a row; <see langword="null"/> passes it over. May run more than once for one row; touches nothing.</param>
    /// <param name="rulesVersion">As in <see cref="ApplyAsync(IReadOnlyList{NumberChange}, long?, WriteLane, CancellationToken)"/>.</param>
    /// <param name="ct">Ends the waiting, and the claim as long as it is not being committed.</param>
    /// <param name="buyer">Who will own them.</param>
    /// <param name="billing">On what terms; none where nothing is billed.</param>
    /// <param name="unpaid">Told why a row could not be paid; it stays free.</param>
    /// <param name="follows">Orders that go with a row's change, in the same transaction.</param>
    /// <returns>The rows as they are now, in order of the number; fewer than wanted when there are no more.</returns>
    public async Task<IReadOnlyList<NumberRecord>> ClaimStockAsync(
        StockQuery query, Func<NumberRecord, NumberChange?> decide, long? rulesVersion, CancellationToken ct,
        AccountId? buyer = null, BillingTerms? billing = null, Action<NumberError>? unpaid = null, Func<NumberChange, IReadOnlyList<OrderRow>>? follows = null)
    {
        if (query.Sources.IsEmpty || query.Limit < 1 || PrefixRange.Of(query.Prefix) is not { } range) return [];
        return await database.WriteAsync(async (session, token) =>
        {
            // Payers before numbers, as everybody does.
            var bill = await BilledChanges.OpenAsync(session, billing, [buyer], null, token);
            var found = (await new StockClaim(session, query, range, decide).FindAsync(rulesVersion, token)).OrderBy(change => change.Number).ToList();
            List<NumberChange> payable = [];
            foreach (var change in found)
            {
                if (bill.Refusal(change) is { } refusal) unpaid?.Invoke(refusal);
                else payable.Add(change);
            }

            bill.MustBeAccepted();
            var changes = Prepare(payable);
            // A release that its carrier was not told of yet ends here: the number goes on.
            var outcomes = await ApplyLockedAsync(session, changes, changes.Select(change => change.Number).ToHashSet(), token);
            foreach (var (change, outcome) in changes.Zip(outcomes))
            {
                if (outcome is not ChangeOutcome.Written { Record: var record }) continue;
                await bill.ChargeAsync(session, change.Change, record, change.Time, token);
                if (follows is not null) await OrdersDatabase.InsertAsync(session, follows(change.Change), token);
            }

            return outcomes.OfType<ChangeOutcome.Written>().Select(written => written.Record).OrderBy(record => record.Number).ToList();
        }, WriteLane.Foreground, ct);
    }
}
