using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>One item of a service plan: how many are billed, and at what price (numbers.md 13.3). Decimal money, per unit and month unless said otherwise.</summary>
public sealed class PlanItem
{
    private readonly RateTable? _rates;
    private readonly RateTable? _flatRates;
    private readonly RateTable? _cumulativeRates;
    private readonly decimal? _rate;
    private readonly decimal? _flatRate;
    private readonly decimal? _singleRate;
    private readonly decimal? _cumulativeRate;
    private readonly decimal _singleMinimum;
    private readonly decimal _cumulativeMinimum;
    private readonly long? _cumulativeMaximum;
    private readonly bool _hasSingle;
    private readonly bool _hasCumulative;
    private readonly long? _minimum;
    private readonly long? _maximum;
    private readonly long? _step;

    /// <summary>Reads an item of a plan. What cannot be read counts as absent.</summary>
    public PlanItem(JsonObject item)
    {
        Name = item["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
        As = item["as"] is JsonValue alias && alias.TryGetValue<string>(out var other) && other.Length > 0 ? other : null;
        ActivationCharge = Money.Read(item["activation_charge"]) ?? 0;
        Cascades = item["cascade"] is JsonValue cascade && cascade.TryGetValue<bool>(out var cascades) && cascades;
        Exceptions = item["exceptions"] is JsonArray list ? [.. list.OfType<JsonValue>().Select(value => value.ToString())] : [];
        _rate = Money.Read(item["rate"]);
        _rates = RateTable.Read(item["rates"]);
        _flatRate = Money.Read(item["flat_rate"]);
        _flatRates = RateTable.Read(item["flat_rates"]);
        _minimum = Whole(item["minimum"]);
        _maximum = Whole(item["maximum"]);
        _step = Whole(item["step"]) is > 0 and var step ? step : null;
        Prorate = item["prorate"]?.DeepClone();
        Taxes = item["taxes"]?.DeepClone();
        if (item["discounts"] is not JsonObject discounts) return;
        if (discounts["single"] is JsonObject single)
            (_hasSingle, _singleRate, _singleMinimum) = (true, Money.Read(single["rate"]), Whole(single["minimum"]) ?? 1);
        if (discounts["cumulative"] is not JsonObject cumulative) return;
        (_hasCumulative, _cumulativeRate, _cumulativeRates) = (true, Money.Read(cumulative["rate"]), RateTable.Read(cumulative["rates"]));
        (_cumulativeMinimum, _cumulativeMaximum) = (Whole(cumulative["minimum"]) ?? 1, Whole(cumulative["maximum"]));
    }

    /// <summary>Label for people, when the plan gives one.</summary>
    public string? Name { get; }

    /// <summary>The item under whose name it is billed (<c>_all</c> only).</summary>
    public string? As { get; }

    /// <summary>Once for each unit added.</summary>
    public decimal ActivationCharge { get; }

    /// <summary>True when the units of all accounts below count too.</summary>
    public bool Cascades { get; }

    /// <summary>Items that <c>_all</c> does not price.</summary>
    public IReadOnlyList<string> Exceptions { get; }

    /// <summary>Passed through to the invoice.</summary>
    internal JsonNode? Prorate { get; }

    /// <summary>Passed through to the invoice.</summary>
    internal JsonNode? Taxes { get; }

    /// <summary>Prices a quantity.</summary>
    /// <param name="quantity">Units there are, 0 or more.</param>
    public PricedQuantity Price(long quantity)
    {
        var billable = Billable(quantity);
        var flat = _flatRates?.For(billable) ?? _flatRate;
        if (flat is { } once)
        {
            var units = billable > 0 ? 1 : 0; // one price, regardless of how many
            return Discounted(quantity, units, once);
        }

        return Discounted(quantity, billable, _rates?.For(billable) ?? _rate ?? 0);
    }

    private long Billable(long quantity)
    {
        var billable = quantity;
        if (_step is { } step) billable = (billable + step - 1) / step * step;
        if (_minimum is { } minimum) billable = Math.Max(billable, minimum);
        if (_maximum is { } maximum) billable = Math.Min(billable, maximum);
        return billable;
    }

    private PricedQuantity Discounted(long quantity, long billable, decimal rate)
    {
        decimal? single = _hasSingle && rate > 0 && billable >= _singleMinimum ? _singleRate ?? rate : null;
        (decimal Rate, long Quantity)? cumulative = null;
        if (_hasCumulative && rate > 0 && billable >= _cumulativeMinimum)
        {
            // A maximum that is not given does not end the discount (numbers.md 13.3, where the peer's reading is called a quirk).
            var discounted = Math.Min(billable, _cumulativeMaximum ?? long.MaxValue);
            cumulative = (_cumulativeRates?.For(discounted) ?? _cumulativeRate ?? rate, discounted);
        }

        var discount = (single ?? 0) + (cumulative is { } some ? some.Rate * some.Quantity : 0);
        return new PricedQuantity(quantity, billable, rate, (billable * rate) - discount)
        {
            SingleDiscount = single,
            CumulativeDiscount = cumulative,
            Discount = discount,
        };
    }

    private static long? Whole(JsonNode? node) => Money.Read(node) is { } number and >= 0 and <= int.MaxValue ? (long)decimal.Ceiling(number) : null;
}

/// <summary>A quantity with its price.</summary>
/// <param name="Quantity">Units there are.</param>
/// <param name="Billable">Units that are billed.</param>
/// <param name="Rate">Price of one.</param>
/// <param name="Total">Billable times rate, less discounts.</param>
public sealed record PricedQuantity(long Quantity, long Billable, decimal Rate, decimal Total)
{
    /// <summary>All discounts together.</summary>
    public decimal Discount { get; init; }

    /// <summary>Discount of the first unit; none when it does not apply.</summary>
    public decimal? SingleDiscount { get; init; }

    /// <summary>Discount of each unit, and of how many; none when it does not apply.</summary>
    public (decimal Rate, long Quantity)? CumulativeDiscount { get; init; }
}
