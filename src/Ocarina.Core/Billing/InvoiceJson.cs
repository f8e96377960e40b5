using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>Invoices on the wire: the shape of numbers.md 13.5 and `http-api.md` 2.7, and the older one of numbers.md 13.6.</summary>
public static class InvoiceJson
{
    /// <summary>The array of a 402 reply and of a dry run: all lines, those that change with their <c>changes</c>. Empty when nothing changes.</summary>
    /// <param name="invoices">The invoices.</param>
    /// <param name="reason">Why items change, such as <c>number_assignment</c>; may be absent.</param>
    public static JsonArray Write(IEnumerable<Invoice> invoices, string? reason = null) =>
        [.. invoices.Where(invoice => invoice.IsChanged).Select(invoice => Write(invoice, reason))];

    /// <summary>One invoice, changed or not.</summary>
    public static JsonObject Write(Invoice invoice, string? reason = null)
    {
        var bookkeeper = (JsonObject)invoice.Bookkeeper.DeepClone();
        // A web client capitalises the type and fails without it (`http-api.md` 2.7).
        bookkeeper["type"] = invoice.BookkeeperType;
        bookkeeper["vendor_id"] = invoice.Vendor.ToString();
        return new JsonObject
        {
            ["activation_charges"] = new JsonArray([.. invoice.Items.Where(item => item.Activation > 0).Select(Activation)]),
            ["items"] = new JsonArray([.. invoice.Items.Select(item => (JsonNode)Item(item, reason))]),
            ["taxes"] = new JsonArray(),
            ["summary"] = new JsonObject { ["today"] = Money.Node(invoice.Today), ["recurring"] = Money.Node(invoice.Recurring) },
            ["plan"] = invoice.Plan.Body.DeepClone(),
            ["bookkeeper"] = bookkeeper,
        };
    }

    /// <summary>The one object of API profile <c>wnm</c>: changed items only (numbers.md 13.6).</summary>
    public static JsonObject WriteOld(IEnumerable<Invoice> invoices)
    {
        var quote = new JsonObject();
        var activation = 0m;
        foreach (var item in invoices.SelectMany(invoice => invoice.Items).Where(item => item.Change is not (ItemChange.None or ItemChange.Removed)))
        {
            if (quote[item.Key.Category] is not JsonObject category) quote[item.Key.Category] = category = [];
            category[item.Key.Item] = OldItem(item);
            activation += item.Activation;
        }

        if (activation > 0) quote["activation_charges"] = Money.Node(activation);
        return quote;
    }

    private static JsonNode Activation(InvoiceItem item) => new JsonObject
    {
        ["category"] = item.Key.Category,
        ["item"] = item.Key.Item,
        ["name"] = item.Name,
        ["billable"] = item.Added,
        ["rate"] = Money.Node(item.Item.ActivationCharge),
        ["total"] = Money.Node(item.Activation),
    };

    private static JsonObject Item(InvoiceItem item, string? reason)
    {
        var line = new JsonObject
        {
            ["category"] = item.Key.Category,
            ["item"] = item.Key.Item,
            ["name"] = item.Name,
            ["quantity"] = item.After.Quantity,
            ["billable"] = item.After.Billable,
            ["rate"] = Money.Node(item.After.Rate),
            ["total"] = Money.Node(item.After.Total),
        };
        if (Discounts(item.After) is { } discounts)
        {
            line["discounts"] = discounts;
            line["discount"] = Money.Node(item.After.Discount);
        }

        if (item.Item.Prorate is { } prorate) line["prorate"] = prorate.DeepClone();
        if (item.Item.Taxes is JsonArray { Count: > 0 } taxes) line["taxes"] = taxes.DeepClone();
        if (Changes(item, reason) is { } changes) line["changes"] = changes;
        return line;
    }

    private static JsonObject? Discounts(PricedQuantity priced)
    {
        if (priced is { SingleDiscount: null, CumulativeDiscount: null }) return null;
        var discounts = new JsonObject { ["total"] = Money.Node(priced.Discount) };
        if (priced.SingleDiscount is { } single) discounts["single"] = new JsonObject { ["rate"] = Money.Node(single) };
        if (priced.CumulativeDiscount is { } cumulative)
            discounts["cumulative"] = new JsonObject { ["rate"] = Money.Node(cumulative.Rate), ["quantity"] = cumulative.Quantity };
        return discounts;
    }

    private static JsonObject? Changes(InvoiceItem item, string? reason)
    {
        if (item.Change == ItemChange.None) return null;
        var (before, after) = (item.Before, item.After);
        var difference = new JsonObject();
        if (after.Quantity != (before?.Quantity ?? 0)) difference["quantity"] = after.Quantity - (before?.Quantity ?? 0);
        if (after.Billable != (before?.Billable ?? 0)) difference["billable"] = after.Billable - (before?.Billable ?? 0);
        if (before is not null && after.Rate != before.Rate) difference["rate"] = Money.Node(after.Rate - before.Rate);
        if (item.Rise != 0) difference["total"] = Money.Node(item.Rise);

        var changes = new JsonObject { ["type"] = item.Change.ToString().ToLowerInvariant() };
        if (reason is not null) changes["reason"] = reason;
        changes["difference"] = difference;
        return changes;
    }

    private static JsonObject OldItem(InvoiceItem item)
    {
        var line = new JsonObject
        {
            ["category"] = item.Key.Category,
            ["item"] = item.Key.Item,
            ["quantity"] = item.After.Billable,
            ["rate"] = Money.Node(item.After.Rate),
            ["single_discount"] = item.After.SingleDiscount is not null,
        };
        if (item.After.SingleDiscount is { } single) line["single_discount_rate"] = Money.Node(single);
        if (item.After.CumulativeDiscount is { } cumulative)
        {
            line["cumulative_discount"] = cumulative.Quantity;
            line["cumulative_discount_rate"] = Money.Node(cumulative.Rate);
        }

        line["activation_charge"] = Money.Node(item.Item.ActivationCharge);
        line["exceptions"] = new JsonArray([.. item.Item.Exceptions.Select(name => (JsonNode)name)]);
        if (item.Activation > 0) line["activation_charges"] = Money.Node(item.Item.ActivationCharge);
        return line;
    }
}
