using System.Globalization;
using System.Text.Json;
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

/// <summary>Money as documents hold it. Decimal all the way: never through binary floating point.</summary>
internal static class Money
{
    /// <summary>A number, or a text that is one; none for everything else.</summary>
    internal static decimal? Read(JsonNode? node)
    {
        if (node is not JsonValue value) return null;
        var text = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.String => value.GetValue<string>(),
            _ => null,
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount : null;
    }

    /// <summary>Written with at least one decimal place, as the peer writes money: <c>5.0</c>.</summary>
    internal static JsonNode Node(decimal amount)
    {
        // Trailing zeros that arithmetic left are dropped; a whole amount keeps one.
        var text = amount.ToString("0.0###########################", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text) ?? 0m; // a number is never null
    }
}
