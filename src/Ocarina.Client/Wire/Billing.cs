using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>A service plan in a list (http-api.md 6.2).</summary>
public sealed record PlanRow
{
    /// <summary>Its id.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>What it is for, in words.</summary>
    public string? Description { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>A change of what an account is billed by, or of a plan that it sells by (http-api.md 6.2).</summary>
public sealed record ServicesChange
{
    /// <summary>Its id; sorts by its making.</summary>
    public string Id { get; set; } = "";

    /// <summary>Whose services, or plans.</summary>
    public string AccountId { get; set; } = "";

    /// <summary>What was changed.</summary>
    public string? Source { get; set; }

    /// <summary>What was done with it.</summary>
    public string? Reason { get; set; }

    /// <summary>When, Gregorian seconds.</summary>
    public long? Timestamp { get; set; }

    /// <summary>Who did it; absent when the system did.</summary>
    public ServicesChangeAuthor? AuthenticatingUser { get; set; }

    /// <summary>Account to its name then and what was changed, from what to what.</summary>
    public Dictionary<string, ServicesChangeDetail> Audit { get; set => field = value ?? []; } = [];

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>Who changed something.</summary>
public sealed record ServicesChangeAuthor
{
    /// <summary>His account.</summary>
    public string? AccountId { get; set; }

    /// <summary>Its name then.</summary>
    public string? AccountName { get; set; }

    /// <summary>The user, when it was one.</summary>
    public string? UserId { get; set; }
}

/// <summary>What was changed of one account.</summary>
public sealed record ServicesChangeDetail
{
    /// <summary>Its name then.</summary>
    public string? AccountName { get; set; }

    /// <summary><c>before</c> and <c>after</c>: the members that differ; or what else there is to say.</summary>
    public JsonElement Changes { get; set; }
}

/// <summary>One thing that was charged. Never changed; what takes it back is another one.</summary>
public sealed record ChargeDocument
{
    /// <summary>Its id; sorts by its making.</summary>
    public string Id { get; set; } = "";

    /// <summary><c>activation</c>, <c>recurring</c>, <c>top_up</c> or <c>reversal</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>Category of the plan, such as <c>phone_numbers</c>.</summary>
    public string? Category { get; set; }

    /// <summary>Item of the category, such as <c>did_us</c>.</summary>
    public string? Item { get; set; }

    /// <summary>Billed units more; negative when there are fewer.</summary>
    public long? Quantity { get; set; }

    /// <summary>Price of one, in the operator's currency.</summary>
    public decimal? Rate { get; set; }

    /// <summary>Money of the operator's currency; negative for what is paid in or taken back.</summary>
    public decimal? Amount { get; set; }

    /// <summary>The number it is about.</summary>
    public string? Number { get; set; }

    /// <summary>Its month, such as <c>2026-11</c>.</summary>
    public string? Period { get; set; }

    /// <summary>When it was written, Gregorian seconds.</summary>
    public long? Created { get; set; }

    /// <summary>What caused it: an order, a change of a number, a month.</summary>
    public string? Cause { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>Where what an account holds and what it is charged for differ.</summary>
public sealed record ChargeDifference
{
    /// <summary>Who pays.</summary>
    public string? AccountId { get; set; }

    /// <summary>Whose price it is.</summary>
    public string? VendorId { get; set; }

    /// <summary>Category of the plan.</summary>
    public string? Category { get; set; }

    /// <summary>Item of the category.</summary>
    public string? Item { get; set; }

    /// <summary>Billed units it holds.</summary>
    public long Held { get; set; }

    /// <summary>Billed units it is charged for.</summary>
    public long Charged { get; set; }
}

/// <summary>What a carrier asks for the numbers of an account, and what the account pays for them.</summary>
public sealed record CarrierCostRow
{
    /// <summary>Who has the numbers.</summary>
    public string AccountId { get; set; } = "";

    /// <summary>The carrier's module.</summary>
    public string? Carrier { get; set; }

    /// <summary>How many numbers.</summary>
    public long Numbers { get; set; }

    /// <summary>Those of which nobody knows what the carrier asks.</summary>
    public long Unpriced { get; set; }

    /// <summary>What was asked for the others, by currency.</summary>
    public IReadOnlyList<CarrierCost> Costs { get; set => field = value ?? []; } = [];

    /// <summary>Monthly price of the account for them, in the operator's currency.</summary>
    public decimal? Price { get; set; }
}

/// <summary>What a carrier asks, in one currency.</summary>
public sealed record CarrierCost
{
    /// <summary>ISO 4217.</summary>
    public string? Currency { get; set; }

    /// <summary>Once.</summary>
    public decimal? Setup { get; set; }

    /// <summary>Each month.</summary>
    public decimal? Monthly { get; set; }
}

/// <summary>What is left of the money that an account paid in.</summary>
public sealed record AccountBalance
{
    /// <summary>Minus the sum of its charges, in the operator's currency.</summary>
    public decimal Amount { get; set; }

    /// <summary>What of it is held for open orders.</summary>
    public decimal? Held { get; set; }
}

/// <summary>What the server answers to money that was paid in.</summary>
public sealed record TopUpReply
{
    /// <summary>How the account stands now.</summary>
    public AccountBalance Ledger { get; set; } = new();
}

/// <summary>What a change would cost, and of which numbers it could not be made.</summary>
/// <param name="Invoices">The invoices as they would be; none when it costs nothing.</param>
/// <param name="Failed">The numbers that cannot be had at any price, with the reason.</param>
public sealed record QuoteOutcome(IReadOnlyList<Quote> Invoices, IReadOnlyList<NumberFailure> Failed);
