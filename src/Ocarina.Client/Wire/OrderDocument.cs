using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>An order at a carrier (numbers.md 7.14). Times are Gregorian seconds; see <see cref="GregorianSeconds"/>.</summary>
public sealed record OrderDocument
{
    /// <summary>Its id, 26 characters.</summary>
    public string Id { get; set; } = "";

    /// <summary><c>acquire</c> or <c>disconnect</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>The number; absent until the carrier names one, when some number of a group is bought.</summary>
    public string? Number { get; set; }

    /// <summary>Who will own the number, or owned it.</summary>
    public string? AccountId { get; set; }

    /// <summary>The carrier's module.</summary>
    public string? Carrier { get; set; }

    /// <summary>How far it is; <c>done</c>, <c>failed</c> and <c>pretended</c> are ends.</summary>
    public string State { get; set; } = "";

    /// <summary>How it ended, or <c>stranded</c>; absent while it is open.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why it failed or waits.</summary>
    public string? Error { get; set; }

    /// <summary>The carrier's words to the error; for admins.</summary>
    public string? Detail { get; set; }

    /// <summary>How often the carrier was called.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was made.</summary>
    public long? Created { get; set; }

    /// <summary>When it was last written.</summary>
    public long? Modified { get; set; }

    /// <summary>When the carrier is asked again.</summary>
    public long? NextAttempt { get; set; }

    /// <summary>The carrier's id of the order.</summary>
    public string? CarrierOrderId { get; set; }

    /// <summary>Credit held until it ends.</summary>
    public decimal? Held { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }

    /// <summary>True when nothing more happens by itself.</summary>
    [JsonIgnore]
    public bool IsEnded => State is "done" or "failed" or "pretended";

    /// <summary>True when a person has to decide.</summary>
    [JsonIgnore]
    public bool NeedsOperator => State == "needs_operator";
}

/// <summary>What a number says of its open order.</summary>
public sealed record OrderReference
{
    /// <summary>The order.</summary>
    public string Id { get; set; } = "";

    /// <summary>How far it is.</summary>
    public string? State { get; set; }
}
