using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>A plan that an account is billed by.</summary>
/// <param name="Vendor">Whose plan it is: the reseller.</param>
/// <param name="Bookkeeper">Its bookkeeper object.</param>
/// <param name="Plan">The prices, merged with other plans of the same vendor and bookkeeper, overrides applied.</param>
public sealed record AccountPlan(AccountId Vendor, JsonObject Bookkeeper, ServicePlan Plan);

/// <summary>What an account has, and what its descendants have.</summary>
/// <param name="Own">Its own units.</param>
/// <param name="Cascade">Units of all accounts below it.</param>
public sealed record AccountUsage(Quantities Own, Quantities Cascade)
{
    /// <summary>Nothing.</summary>
    public static AccountUsage None { get; } = new(Quantities.None, Quantities.None);

    /// <summary>What it had in this month, and was charged for; read where a minimum of <c>_all</c> is owed until the month ends.</summary>
    public ImmutableHashSet<ChargeItem> Begun { get; init; } = [];
}

/// <summary>The one function behind quote, hold and charge (numbers.md 13; `http-api.md` 6.3): prices what is, and what will be.</summary>
public static class InvoiceMaker
{
    /// <summary>Invoices of one payer, one for each of his plans. An account without a plan pays nothing.</summary>
    /// <param name="payer">The account that pays.</param>
    /// <param name="plans">Its plans.</param>
    /// <param name="before">What it has.</param>
    /// <param name="after">What it will have.</param>
    public static IReadOnlyList<Invoice> Make(AccountId payer, IReadOnlyList<AccountPlan> plans, AccountUsage before, AccountUsage after) =>
        [.. plans.Select(plan => new Invoice(payer, plan.Vendor, plan.Bookkeeper, plan.Plan, Lines(plan.Plan, before, after)))];

    private static ImmutableArray<InvoiceItem> Lines(ServicePlan plan, AccountUsage before, AccountUsage after)
    {
        var (was, will) = (Counted(plan, before), Counted(plan, after));
        var lines = ImmutableArray.CreateBuilder<InvoiceItem>();
        foreach (var (key, entry) in will)
        {
            var old = was.TryGetValue(key, out var held) ? entry.Item.Price(held.Count) : null;
            lines.Add(new InvoiceItem(key, entry.Item.Name ?? key.Item, entry.Item.Price(entry.Count), old, entry.Item));
        }

        foreach (var (key, entry) in was)
        {
            if (!will.ContainsKey(key))
                lines.Add(new InvoiceItem(key, entry.Item.Name ?? key.Item, entry.Item.Price(0), entry.Item.Price(entry.Count), entry.Item));
        }

        lines.Sort(static (left, right) => ChargeItem.Order.Compare(left.Key, right.Key));
        return lines.ToImmutable();
    }

    // How many units count under each name that the plan bills.
    private static SortedDictionary<ChargeItem, (PlanItem Item, long Count)> Counted(ServicePlan plan, AccountUsage usage)
    {
        var counted = new SortedDictionary<ChargeItem, (PlanItem Item, long Count)>(ChargeItem.Order);
        foreach (var (item, billed) in plan.Agreed()) counted[billed] = (item, 0);
        foreach (var begun in usage.Begun)
            if (plan.AgreedOnce(begun) is { } owed) counted.TryAdd(owed.Billed, (owed.Item, 0));
        Add(usage.Own, cascades: false);
        Add(usage.Cascade, cascades: true);
        return counted;

        void Add(Quantities quantities, bool cascades)
        {
            foreach (var (wanted, count) in quantities.Items)
            {
                if (count <= 0 || plan.Find(wanted) is not { } found || (cascades && !found.Item.Cascades)) continue;
                counted[found.Billed] = (found.Item, counted.GetValueOrDefault(found.Billed).Count + count);
            }
        }
    }
}
