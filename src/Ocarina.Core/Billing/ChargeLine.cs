namespace Ocarina.Core.Billing;

/// <summary>Why something is charged. Stored by name, so never renamed.</summary>
public enum ChargeKind
{
    /// <summary>Once, for a unit that was added.</summary>
    Activation,

    /// <summary>For a month: the rise of the monthly total when it rises, and the whole total at the beginning of each later month. Amount 0 when units were taken away.</summary>
    Recurring,

    /// <summary>Money that was paid in. Negative.</summary>
    TopUp,

    /// <summary>Takes back another charge, which it names. Negative.</summary>
    Reversal,
}

/// <summary>One thing that is charged to one payer by one change.</summary>
/// <param name="Payer">The account that pays.</param>
/// <param name="Vendor">Whose price it is.</param>
/// <param name="Bookkeeper">Type of the plan's bookkeeper.</param>
/// <param name="Item">What.</param>
/// <param name="Kind">Why.</param>
/// <param name="Quantity">How many billed units more; negative when there are fewer.</param>
/// <param name="Rate">Price of one; 0 where a discount or a table makes that a question.</param>
/// <param name="Amount">Decimal money in the operator's currency. 0 or more.</param>
public sealed record ChargeLine(AccountId Payer, AccountId Vendor, string Bookkeeper, ChargeItem Item, ChargeKind Kind, long Quantity, decimal Rate, decimal Amount)
{
    /// <summary>What an invoice's change charges: activation of what is added, and the rise of the monthly totals. Nothing is paid back in the middle of a month.</summary>
    public static IEnumerable<ChargeLine> Of(Invoice invoice)
    {
        foreach (var item in invoice.Items)
        {
            if (item.Activation > 0)
                yield return Line(item, ChargeKind.Activation, item.Added, item.Item.ActivationCharge, item.Activation);
            var added = item.After.Billable - (item.Before?.Billable ?? 0);
            if (added != 0 || item.Rise > 0)
                yield return Line(item, ChargeKind.Recurring, added, item.After.Rate, IsMore(item) ? Math.Max(0, item.Rise) : 0);
        }

        // A table of prices may cost more for fewer: that shows from the next month on.
        static bool IsMore(InvoiceItem item) => item.After.Quantity > (item.Before?.Quantity ?? 0);

        ChargeLine Line(InvoiceItem item, ChargeKind kind, long quantity, decimal rate, decimal amount) =>
            new(invoice.Payer, invoice.Vendor, invoice.BookkeeperType, item.Key, kind, quantity, rate, amount);
    }

    /// <summary>What a month that begins charges: the whole totals.</summary>
    public static IEnumerable<ChargeLine> OfMonth(Invoice invoice) => invoice.Items
        .Where(item => item.After.Billable != 0 || item.After.Total != 0)
        .Select(item => new ChargeLine(invoice.Payer, invoice.Vendor, invoice.BookkeeperType, item.Key, ChargeKind.Recurring, item.After.Billable, item.After.Rate, Math.Max(0, item.After.Total)));
}
