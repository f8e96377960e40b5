using System.Globalization;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>Prices by quantity: the smallest threshold that is at least the quantity gives the price (numbers.md 13.3, <c>rates</c>).</summary>
internal sealed class RateTable
{
    private readonly List<(decimal Threshold, decimal Rate)> _rows;

    private RateTable(List<(decimal, decimal)> rows) => _rows = rows;

    /// <summary>Reads <c>{"10": 0.9}</c>; none when there is no usable row.</summary>
    internal static RateTable? Read(JsonNode? node)
    {
        if (node is not JsonObject rates) return null;
        var rows = new List<(decimal Threshold, decimal Rate)>();
        foreach (var (text, value) in rates)
        {
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var threshold) && Money.Read(value) is { } rate)
                rows.Add((threshold, rate));
        }

        rows.Sort((left, right) => left.Threshold.CompareTo(right.Threshold));
        return rows.Count == 0 ? null : new RateTable(rows);
    }

    /// <summary>The price for a quantity; none when no threshold reaches that far.</summary>
    internal decimal? For(decimal quantity)
    {
        foreach (var (threshold, rate) in _rows)
            if (threshold >= quantity) return rate;
        return null;
    }
}
