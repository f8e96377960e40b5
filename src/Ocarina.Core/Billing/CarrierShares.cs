namespace Ocarina.Core.Billing;

/// <summary>How much of a bill is for the numbers of each carrier. Pure.</summary>
public static class CarrierShares
{
    /// <summary>Splits the monthly totals of a bill by the units that each carrier's numbers count for. Discounts and flat rates are shared evenly by units.</summary>
    /// <param name="invoices">The bill.</param>
    /// <param name="units">What the numbers of each carrier count for.</param>
    /// <returns>The share of each carrier, rounded to the smallest amount that is stored.</returns>
    public static IReadOnlyDictionary<CarrierName, decimal> Of(IReadOnlyList<Invoice> invoices, IReadOnlyDictionary<CarrierName, Quantities> units)
    {
        var shares = units.Keys.ToDictionary(carrier => carrier, _ => 0m);
        foreach (var invoice in invoices)
        {
            var billed = units.ToDictionary(pair => pair.Key, pair => Quantities.Of(
                from unit in pair.Value.Items
                let price = invoice.Plan.Find(unit.Key)
                where price is not null
                select KeyValuePair.Create(price.Value.Billed, unit.Value)));
            foreach (var item in invoice.Items)
            {
                var all = billed.Values.Sum(some => some[item.Key]);
                if (all == 0) continue; // agreed minimums and the like: of no carrier
                foreach (var (carrier, some) in billed) shares[carrier] += item.After.Total * some[item.Key] / all;
            }
        }

        return shares.ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value, Money.Places));
    }
}
