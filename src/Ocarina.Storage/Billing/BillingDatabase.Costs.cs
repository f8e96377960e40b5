using System.Globalization;
using Ocarina.Core;
using Ocarina.Core.Billing;
using Ocarina.Core.Carriers;
using Ocarina.Storage.Rows;

namespace Ocarina.Storage.Billing;

/// <summary>Numbers of one account that one carrier provides at one price.</summary>
/// <param name="Account">Who has them.</param>
/// <param name="Carrier">Who provides them.</param>
/// <param name="Price">What he asks for each; none when nobody said.</param>
/// <param name="Count">How many.</param>
public sealed record CostedNumbers(AccountId Account, CarrierName Carrier, CarrierPrice? Price, long Count);

public sealed partial class BillingDatabase
{
    // Only what a carrier still provides is paid for.
    private const string Costed =
        $"SELECT account, carrier, carrier_cost, COUNT(*) FROM numbers WHERE held_at_carrier <> 0 AND (account = $1 OR {BillingReads.Below}) GROUP BY account, carrier, carrier_cost ORDER BY account, carrier";

    /// <summary>What carriers ask for the numbers of an account and of all below it.</summary>
    public Task<IReadOnlyList<CostedNumbers>> CostsAsync(AccountId top, CancellationToken ct) => database.ReadAsync<IReadOnlyList<CostedNumbers>>(async (session, token) =>
    {
        List<CostedNumbers> found = [];
        await using var reader = await session.Hot(Costed, top.ToString()).ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            found.Add(new CostedNumbers(
                AccountId.FromStorage(reader.GetString(0)), CarrierName.Parse(reader.GetString(1)), CarrierCosts.FromText(reader.IsDBNull(2) ? null : reader.GetString(2)),
                Convert.ToInt64(reader.GetValue(3), CultureInfo.InvariantCulture)));
        }

        return found;
    }, ct);

    /// <summary>What an account's own numbers count for, by their carrier.</summary>
    public Task<Dictionary<CarrierName, Quantities>> UnitsByCarrierAsync(AccountId account, IBillingScope scope, CancellationToken ct) =>
        database.ReadAsync((session, token) => BillingReads.UnitsByCarrierAsync(session, account, scope, token), ct);
}
