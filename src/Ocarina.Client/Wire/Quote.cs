using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>An invoice as it would be after a change (http-api.md 2.7).</summary>
public sealed record Quote
{
    /// <summary>What is charged once, today.</summary>
    public IReadOnlyList<QuoteItem> ActivationCharges { get; set => field = value ?? []; } = [];

    /// <summary>What is charged every period.</summary>
    public IReadOnlyList<QuoteItem> Items { get; set => field = value ?? []; } = [];

    /// <summary>The sums.</summary>
    public QuoteSummary? Summary { get; set; }

    /// <summary>The rest: plan, taxes, bookkeeper.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>A line of a quote.</summary>
public sealed record QuoteItem
{
    /// <summary>Category of the plan, such as <c>phone_numbers</c>.</summary>
    public string? Category { get; set; }

    /// <summary>Item of the category, such as <c>did_us</c>.</summary>
    public string? Item { get; set; }

    /// <summary>As people read it.</summary>
    public string? Name { get; set; }

    /// <summary>How many there would be.</summary>
    public decimal? Quantity { get; set; }

    /// <summary>Price of one.</summary>
    public decimal? Rate { get; set; }

    /// <summary>What is taken off.</summary>
    public decimal? Discount { get; set; }

    /// <summary>Billable times rate, less discounts.</summary>
    public decimal? Total { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>The sums of a quote.</summary>
public sealed record QuoteSummary
{
    /// <summary>Due now.</summary>
    public decimal? Today { get; set; }

    /// <summary>Due every period.</summary>
    public decimal? Recurring { get; set; }
}
