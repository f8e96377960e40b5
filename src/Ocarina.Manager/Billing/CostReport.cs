using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Billing;

/// <summary>What a carrier asks for the numbers of an account, and what the account pays for them.</summary>
/// <param name="Account">The account.</param>
/// <param name="Carrier">The carrier.</param>
/// <param name="Numbers">Numbers of it that the account has.</param>
/// <param name="Unpriced">Those of which nobody knows what the carrier asks.</param>
/// <param name="Costs">What was asked for the others, by currency: set-up once, and each month.</param>
/// <param name="Price">The account's monthly price for them, in the operator's currency.</param>
public sealed record CostRow(
    AccountId Account, CarrierName Carrier, long Numbers, long Unpriced, IReadOnlyList<(string Currency, decimal Setup, decimal Monthly)> Costs, decimal Price);

/// <summary>Sets the carriers' costs beside the accounts' prices. Currencies are never converted.</summary>
public sealed class CostReport(BillingDatabase billing, ServicesOperation services, NumberDesk desk)
{
    /// <summary>True for whoever sells to the account, and for a reseller of his own account and those below it.</summary>
    public bool MaySee(Actor actor, AccountId account) =>
        services.MaySell(actor, account) || (actor.Account == account && desk.Tree.Find(account) is { IsReseller: true });

    /// <summary>The account and all below it, by account and carrier.</summary>
    public async Task<IReadOnlyList<CostRow>> RunAsync(AccountId top, CancellationToken ct)
    {
        List<CostRow> report = [];
        foreach (var its in (await billing.CostsAsync(top, ct)).GroupBy(numbers => numbers.Account))
        {
            var shares = await SharesAsync(its.Key, ct);
            report.AddRange(its.GroupBy(numbers => numbers.Carrier).Select(group => new CostRow(
                its.Key, group.Key, group.Sum(numbers => numbers.Count), group.Where(numbers => numbers.Price is null).Sum(numbers => numbers.Count),
                Sum(group), shares.GetValueOrDefault(group.Key))));
        }

        return report;
    }

    private static IReadOnlyList<(string Currency, decimal Setup, decimal Monthly)> Sum(IEnumerable<CostedNumbers> numbers)
    {
        var sums = new SortedDictionary<string, (decimal Setup, decimal Monthly)>(StringComparer.Ordinal);
        foreach (var (_, _, price, count) in numbers)
        {
            if (price is null) continue;
            var (setup, monthly) = sums.GetValueOrDefault(price.Currency);
            sums[price.Currency] = (setup + (price.Setup * count), monthly + (price.Monthly * count));
        }

        return [.. sums.Select(sum => (sum.Key, sum.Value.Setup, sum.Value.Monthly))];
    }

    private async Task<IReadOnlyDictionary<CarrierName, decimal>> SharesAsync(AccountId account, CancellationToken ct)
    {
        var bill = await services.BillAsync(account, [], ct);
        return bill.Invoices.Count == 0 ? new Dictionary<CarrierName, decimal>() : CarrierShares.Of(bill.Invoices, await billing.UnitsByCarrierAsync(account, desk.BillingScope, ct));
    }
}
