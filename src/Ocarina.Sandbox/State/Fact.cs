using System.Text.Json.Nodes;

namespace Ocarina.Sandbox.State;

/// <summary>Something that happened at a carrier and must not be forgotten. Facts of one change are booked together or not at all.</summary>
/// <param name="Carrier">Name of the carrier.</param>
/// <param name="Kind"><see cref="Sold"/>, <see cref="Released"/>, <see cref="Stock"/>, <see cref="Money"/>, or a word of the carrier's own.</param>
/// <param name="At">When, by the sandbox's clock.</param>
internal sealed record Fact(string Carrier, string Kind, DateTimeOffset At)
{
    /// <summary>A number became the customer's. The ledger reads number, order, reference, account and money.</summary>
    public const string Sold = "sold";

    /// <summary>A number stopped being the customer's.</summary>
    public const string Released = "released";

    /// <summary>Another customer took a number or gave it back; <see cref="Data"/> holds <c>status</c>.</summary>
    public const string Stock = "stock";

    /// <summary>Money moved without a number: <see cref="SetupMinor"/> was charged.</summary>
    public const string Money = "money";

    /// <summary>Emergency services find a number at an address; <see cref="Data"/> holds it.</summary>
    public const string Located = "located";

    /// <summary>Emergency services find a number at no address any more.</summary>
    public const string Unlocated = "unlocated";

    /// <summary>The number, as <c>+</c> and digits.</summary>
    public string? Number { get; init; }

    /// <summary>The carrier's order.</summary>
    public string? Order { get; init; }

    /// <summary>The customer's own word for the order.</summary>
    public string? Reference { get; init; }

    /// <summary>Whom the number is for, as the order says.</summary>
    public string? Account { get; init; }

    /// <summary>Charged once, in hundredths of <see cref="Currency"/>.</summary>
    public long SetupMinor { get; init; }

    /// <summary>Charged for the first month, in hundredths of <see cref="Currency"/>.</summary>
    public long MonthlyMinor { get; init; }

    /// <summary>ISO 4217, or null where no money moves.</summary>
    public string? Currency { get; init; }

    /// <summary>What the carrier needs to put the fact over its seeded stock again.</summary>
    public JsonObject? Data { get; init; }
}
