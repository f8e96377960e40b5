using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>How an item of an invoice differs from before.</summary>
public enum ItemChange
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>There was none of it.</summary>
    Created,

    /// <summary>Its quantity or price is another one.</summary>
    Modified,

    /// <summary>There is none of it any more.</summary>
    Removed,
}

/// <summary>One line of an invoice: an item, how many, at what price.</summary>
/// <param name="Key">Category and item it is billed under.</param>
/// <param name="Name">Label.</param>
/// <param name="After">Priced as it will be.</param>
/// <param name="Before">Priced as it was; none when there was none.</param>
/// <param name="Item">The item of the plan.</param>
public sealed record InvoiceItem(ChargeItem Key, string Name, PricedQuantity After, PricedQuantity? Before, PlanItem Item)
{
    /// <summary>What the change does to it.</summary>
    public ItemChange Change =>
        Before is null or { Billable: 0 } && After.Billable > 0 ? ItemChange.Created
        : After.Billable == 0 && Before is { Billable: > 0 } ? ItemChange.Removed
        : Before is not null && (Before.Quantity != After.Quantity || Before.Total != After.Total) ? ItemChange.Modified
        : ItemChange.None;

    /// <summary>Units that are billed in addition; 0 when not more than before.</summary>
    public long Added => Math.Max(0, After.Billable - (Before?.Billable ?? 0));

    /// <summary>One-time charge for them.</summary>
    public decimal Activation => Added * Item.ActivationCharge;

    /// <summary>Rise of the monthly total; negative when it falls.</summary>
    public decimal Rise => After.Total - (Before?.Total ?? 0);

    /// <summary>True when the change adds something that is not free, which the buyer has to accept (`http-api.md` 6.3 step 4).</summary>
    public bool IsBillableAddition =>
        (Added > 0 && (After.Rate != 0 || Item.ActivationCharge != 0)) || (Rise > 0 && After.Quantity > (Before?.Quantity ?? 0));
}

/// <summary>What one payer owes one vendor after a change.</summary>
/// <param name="Payer">The account that pays.</param>
/// <param name="Vendor">Whose plan it is.</param>
/// <param name="Bookkeeper">The plan's bookkeeper object; an empty one is the built-in default.</param>
/// <param name="Plan">The plan in force.</param>
/// <param name="Items">Its lines, sorted by category and item.</param>
public sealed record Invoice(AccountId Payer, AccountId Vendor, JsonObject Bookkeeper, ServicePlan Plan, ImmutableArray<InvoiceItem> Items)
{
    /// <summary>Type of the bookkeeper: <c>default</c>, <c>ledger</c> or <c>webhook</c>.</summary>
    public string BookkeeperType => Bookkeeper["type"] is JsonValue type && type.TryGetValue<string>(out var text) && text.Length > 0 ? text : "default";

    /// <summary>One-time charges of the change.</summary>
    public decimal Today => Items.Sum(item => item.Activation);

    /// <summary>Monthly total after the change.</summary>
    public decimal Recurring => Items.Sum(item => item.After.Total);

    /// <summary>What has to be there before the change: activation charges and the rise of the monthly total (numbers.md 13.4). Never negative.</summary>
    public decimal Amount => Math.Max(0, Today + Items.Sum(item => item.Rise));

    /// <summary>True when it differs from before.</summary>
    public bool IsChanged => Items.Any(item => item.Change != ItemChange.None);

    /// <summary>True when the buyer has to accept it.</summary>
    public bool NeedsAcceptance => Items.Any(item => item.IsBillableAddition);
}
