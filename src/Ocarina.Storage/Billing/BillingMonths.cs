using Ocarina.Core;
using Ocarina.Core.Billing;

namespace Ocarina.Storage.Billing;

/// <summary>Charges the months of a payer that have begun, once, under the lock of his row.</summary>
internal static class BillingMonths
{
    private const string Advance = "UPDATE account_services SET charged_until = $2 WHERE account = $1 AND charged_until < $2";

    /// <summary>Charges what is there now for each month since the last one that was charged.</summary>
    /// <returns>How many months.</returns>
    internal static async Task<int> ChargeAsync(
        DbSession session, AccountId payer, AccountServices services, IReadOnlyList<AccountPlan> plans, DateTimeOffset until, DateTimeOffset now, IBillingScope scope, CancellationToken ct)
    {
        var (month, last, months) = (until, ChargeRow.MonthOf(now), 0);
        if (month >= last) return 0;

        var books = await BillingReads.BooksAsync(session, payer, services, plans, scope, buying: false, except: null, month: null, ct);
        var lines = new BillingRun([books], scope).AllInvoices().SelectMany(ChargeLine.OfMonth).ToList();
        for (; month < last; months++)
        {
            month = month.AddMonths(1);
            var begun = month;
            await BillingBook.WriteAsync(session, "month", lines.Select(line => new ChargeRow(BillingBook.NewId(), "month", line, begun, payer, null, null, now)), now, ct);
        }

        await session.Hot(Advance, payer.ToString(), last.ToUnixTimeMilliseconds()).ExecuteNonQueryAsync(ct);
        return months;
    }
}
