using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>A message on its way to one receiver. Times are Gregorian seconds; see <see cref="GregorianSeconds"/>.</summary>
public sealed record DeliveryDocument
{
    /// <summary>Its id.</summary>
    public string Id { get; set; } = "";

    /// <summary>What happened, such as <c>cnam_request</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>The account it concerns.</summary>
    public string? AccountId { get; set; }

    /// <summary>The number it is about.</summary>
    public string? Number { get; set; }

    /// <summary><c>mailto:</c> and an address, or <c>webhook:</c> and an id.</summary>
    public string? Receiver { get; set; }

    /// <summary><c>waiting</c>, <c>delivered</c> or <c>dead</c>.</summary>
    public string State { get; set; } = "";

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried again.</summary>
    public long? NextAttempt { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; set; }

    /// <summary>When it was caused.</summary>
    public long? Created { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
