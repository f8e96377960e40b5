using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ocarina.Core.Billing;

/// <summary>Money as documents hold it. Decimal all the way: never through binary floating point.</summary>
/// <remarks>Stored as whole millionths of the currency's unit: exact on both databases, and their sums are exact.</remarks>
public static class Money
{
    /// <summary>Decimal places that can be stored.</summary>
    public const int Places = 6;

    /// <summary>Largest single amount or price.</summary>
    public const decimal Most = 1_000_000m;

    private const decimal Millionths = 1_000_000m;

    /// <summary>True when an amount is stored as it is, without rounding.</summary>
    public static bool IsStorable(decimal amount) => Math.Abs(amount) <= Most && decimal.Round(amount, Places) == amount;

    /// <summary>An amount as it is stored, rounded half away from zero.</summary>
    public static long ToMillionths(decimal amount) => (long)decimal.Round(amount * Millionths, 0, MidpointRounding.AwayFromZero);

    /// <summary>An amount as it was stored.</summary>
    public static decimal FromMillionths(long millionths) => millionths / Millionths;

    /// <summary>A number, or a text that is one; none for everything else.</summary>
    public static decimal? Read(JsonNode? node)
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
    public static JsonNode Node(decimal amount)
    {
        // Trailing zeros that arithmetic left are dropped; a whole amount keeps one.
        var text = amount.ToString("0.0###########################", CultureInfo.InvariantCulture);
        return JsonNode.Parse(text) ?? 0m; // a number is never null
    }
}
