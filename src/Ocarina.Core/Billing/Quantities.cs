using System.Collections.Immutable;

namespace Ocarina.Core.Billing;

/// <summary>What can be charged: an item of a category, such as <c>did_us</c> of <c>phone_numbers</c> (numbers.md 13.1).</summary>
/// <param name="Category"><c>phone_numbers</c>, <c>number_carriers</c>, <c>number_services</c>, <c>port_request</c> or <c>billing</c>.</param>
/// <param name="Item">The item's name within it.</param>
public readonly record struct ChargeItem(string Category, string Item)
{
    /// <summary>By category, then by name, byte by byte.</summary>
    internal static IComparer<ChargeItem> Order { get; } = Comparer<ChargeItem>.Create(static (left, right) =>
        string.CompareOrdinal(left.Category, right.Category) is var byCategory and not 0 ? byCategory : string.CompareOrdinal(left.Item, right.Item));
}

/// <summary>How many of each item; those of which there are none are left out. Immutable.</summary>
public sealed class Quantities
{
    private readonly ImmutableSortedDictionary<ChargeItem, long> _counts;

    private Quantities(ImmutableSortedDictionary<ChargeItem, long> counts) => _counts = counts;

    /// <summary>Nothing.</summary>
    public static Quantities None { get; } = new(ImmutableSortedDictionary.Create<ChargeItem, long>(ChargeItem.Order));

    /// <summary>The items, sorted by category and name.</summary>
    public IEnumerable<KeyValuePair<ChargeItem, long>> Items => _counts;

    /// <summary>How many of an item.</summary>
    public long this[ChargeItem item] => _counts.GetValueOrDefault(item);

    /// <summary>Counts; an item named twice is added up.</summary>
    public static Quantities Of(IEnumerable<KeyValuePair<ChargeItem, long>> counts)
    {
        var sum = ImmutableSortedDictionary.CreateBuilder<ChargeItem, long>(ChargeItem.Order);
        foreach (var (item, count) in counts) sum[item] = sum.GetValueOrDefault(item) + count;
        return FromSum(sum);
    }

    /// <summary>Both together.</summary>
    public Quantities Plus(Quantities other) => Of(_counts.Concat(other._counts));

    /// <summary>What is left when the other is taken away; an item may come out negative, which only a change may be.</summary>
    public Quantities Minus(Quantities other) => Of(_counts.Concat(other._counts.Select(pair => KeyValuePair.Create(pair.Key, -pair.Value))));

    /// <summary>The same without negative counts: what there really is.</summary>
    public Quantities Floored() => new(_counts.RemoveRange(_counts.Where(pair => pair.Value < 0).Select(pair => pair.Key)));

    /// <summary>The same with some counts set by hand, which win over what was counted (numbers.md 13.1, manual quantities).</summary>
    public Quantities With(Quantities manual)
    {
        var sum = _counts.ToBuilder();
        foreach (var (item, count) in manual._counts) sum[item] = count;
        return FromSum(sum);
    }

    private static Quantities FromSum(ImmutableSortedDictionary<ChargeItem, long>.Builder sum)
    {
        sum.RemoveRange([.. sum.Where(pair => pair.Value == 0).Select(pair => pair.Key)]);
        return new Quantities(sum.ToImmutable());
    }
}
