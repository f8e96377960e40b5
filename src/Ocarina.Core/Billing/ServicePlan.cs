using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ocarina.Core.Features;

namespace Ocarina.Core.Billing;

/// <summary>Prices of one vendor: categories, their items, and <c>_all</c> for the rest (numbers.md 13.3; `http-api.md` 6.1).</summary>
public sealed class ServicePlan
{
    /// <summary>Name of the item that prices all others of a category.</summary>
    public const string All = "_all";

    /// <summary>Member of an item of <see cref="ChargeCategories.Messaging"/> that switches it.</summary>
    internal const string MessagingSwitch = "enabled";

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, PlanItem>> _categories;

    /// <summary>Reads the member <c>plan</c> of a plan document.</summary>
    public ServicePlan(JsonObject body)
    {
        Body = (JsonObject)body.DeepClone();
        var categories = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedDictionary<string, PlanItem>>(StringComparer.Ordinal);
        foreach (var (category, value) in body)
        {
            if (value is not JsonObject items) continue;
            var read = ImmutableSortedDictionary.CreateBuilder<string, PlanItem>(StringComparer.Ordinal);
            foreach (var (name, item) in items)
                if (item is JsonObject members) read[name] = new PlanItem(members);
            categories[category] = read.ToImmutable();
        }

        _categories = categories.ToImmutable();
    }

    /// <summary>The plan as it was written. Do not change it.</summary>
    public JsonObject Body { get; }

    /// <summary>True when some item counts the units of all accounts below as well.</summary>
    public bool Cascades => _categories.Values.Any(items => items.Values.Any(item => item.Cascades));

    /// <summary>True when something has a minimum that is not named: it is owed from the first unit until the month ends.</summary>
    public bool OwesOnceBegun => _categories.Values.Any(items => items.TryGetValue(All, out var all) && all.As is null && all.Price(0).Billable > 0);

    /// <summary>The item that prices something, and the name it is billed under; none when the plan says nothing about it, and it is free.</summary>
    public (PlanItem Item, ChargeItem Billed)? Find(ChargeItem wanted)
    {
        if (!_categories.TryGetValue(wanted.Category, out var items)) return null;
        if (wanted.Item != All && Named(items, wanted) is { } own) return own;
        if (!items.TryGetValue(All, out var all) || all.Exceptions.Contains(wanted.Item, StringComparer.Ordinal)) return null;
        return (all, all.As is { } name ? wanted with { Item = name } : wanted);
    }

    /// <summary>True when it enables a kind of messaging: it says so (<c>im</c>, the feature, <c>enabled</c>), or says nothing there and has a price for the feature (numbers.md 9.3).</summary>
    public bool EnablesMessaging(string feature) =>
        (Body[ChargeCategories.Messaging] as JsonObject)?[feature] is JsonObject said && said[MessagingSwitch] is { } enabled
            ? enabled.GetValueKind() == JsonValueKind.True
            : Find(new ChargeItem(ChargeCategories.NumberServices, feature)) is not null;

    // A feature is priced under its own name, or under that of a provider who sets it up (numbers.md 9.5, 13.1). It is billed under the name that has the price: what shares one counts together.
    private static (PlanItem Item, ChargeItem Billed)? Named(ImmutableSortedDictionary<string, PlanItem> items, ChargeItem wanted)
    {
        if (items.TryGetValue(wanted.Item, out var own)) return (own, wanted);
        if (wanted.Category != ChargeCategories.NumberServices) return null;
        foreach (var other in NumberFeatures.BillingNamesOf(wanted.Item))
            if (items.TryGetValue(other, out var its)) return (its, wanted with { Item = other });
        return null;
    }

    /// <summary>Items that cost something even when there are none of them: a minimum was agreed on.</summary>
    internal IEnumerable<(PlanItem Item, ChargeItem Billed)> Agreed() =>
        from category in _categories
        from item in category.Value
        let name = item.Key == All ? item.Value.As : item.Key
        where name is not null && item.Value.Price(0).Billable > 0
        select (item.Value, new ChargeItem(category.Key, name));

    /// <summary>The same of an item that nobody named, from its first unit until the month ends.</summary>
    internal (PlanItem Item, ChargeItem Billed)? AgreedOnce(ChargeItem begun) => Find(begun) is { } found && found.Item.Price(0).Billable > 0 ? found : null;
}
