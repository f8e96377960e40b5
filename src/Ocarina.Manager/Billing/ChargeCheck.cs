using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage.Billing;

namespace Ocarina.Manager.Billing;

/// <summary>Compares what accounts hold with what they are charged for (numbers.md 13.7).</summary>
public sealed class ChargeCheck(BillingDatabase billing, NumberDesk desk)
{
    /// <summary>The differences of one account; none when all is right, or no plan bills it.</summary>
    public Task<IReadOnlyList<ChargeDifference>> OfAsync(AccountId account, CancellationToken ct) => billing.CompareAsync(account, desk.BillingScope, ct);

    /// <summary>The differences of all accounts that are billed.</summary>
    public async Task<IReadOnlyList<ChargeDifference>> OfAllAsync(CancellationToken ct)
    {
        List<ChargeDifference> differences = [];
        foreach (var (account, _) in await billing.BilledAsync(ct)) differences.AddRange(await OfAsync(account, ct));
        return differences;
    }
}
