using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>One number as the server shows it (http-api.md 2.1). An open document: members not named here are in <see cref="Fields"/>.</summary>
public sealed record NumberDocument
{
    /// <summary>The number in universal form, usually E.164.</summary>
    public string Id { get; set; } = "";

    /// <summary>Where it stands in its life: <c>in_service</c>, <c>reserved</c>, <c>available</c> …</summary>
    public string? State { get; set; }

    /// <summary>Which application uses it; absent when none does.</summary>
    public string? UsedBy { get; set; }

    /// <summary>Names of the active features, sorted. Never absent.</summary>
    [JsonConverter(typeof(TolerantNames))]
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>What the server computes and nobody can write.</summary>
    [JsonPropertyName("_read_only")]
    public NumberReadOnly? ReadOnly { get; set; }

    /// <summary>The public fields, and whatever a newer server adds.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Fields { get; set; }
}

/// <summary>The computed part of a <see cref="NumberDocument"/>. Times are Gregorian seconds.</summary>
public sealed record NumberReadOnly
{
    /// <summary>When the number was created, in Gregorian seconds; see <see cref="GregorianSeconds"/>.</summary>
    public long? Created { get; set; }

    /// <summary>When it was last changed, in Gregorian seconds.</summary>
    public long? Modified { get; set; }

    /// <summary>Carrier module, without its prefix: <c>inventory</c>, <c>bandwidth2</c> …</summary>
    public string? CarrierModule { get; set; }

    /// <summary>Features that may be used on this number.</summary>
    [JsonConverter(typeof(TolerantNames))]
    public IReadOnlyList<string> FeaturesAvailable { get; set; } = [];

    /// <summary>The order at a carrier that is open for it; absent when there is none.</summary>
    public OrderReference? Order { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>One row of an account's list (http-api.md 2.3).</summary>
public sealed record NumberRow
{
    /// <summary>The number; on the wire it is the key of the row.</summary>
    public string Number { get; set; } = "";

    /// <summary>State.</summary>
    public string? State { get; set; }

    /// <summary>Owner.</summary>
    public string? AssignedTo { get; set; }

    /// <summary>Which application uses it.</summary>
    public string? UsedBy { get; set; }

    /// <summary>Active features.</summary>
    [JsonConverter(typeof(TolerantNames))]
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>Features that may be used.</summary>
    [JsonConverter(typeof(TolerantNames))]
    public IReadOnlyList<string> FeaturesAvailable { get; set; } = [];

    /// <summary>Gregorian seconds.</summary>
    public long? Created { get; set; }

    /// <summary>Gregorian seconds.</summary>
    public long? Updated { get; set; }

    /// <summary>The rest, <c>locality</c> among it.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>A number a search found (http-api.md 2.4).</summary>
public sealed record FoundNumber
{
    /// <summary>The number, or the first of a block.</summary>
    public string Number { get; set; } = "";

    /// <summary><c>discovery</c> when a carrier offers it, else its state in the database.</summary>
    public string? State { get; set; }

    /// <summary>Numbers in the block that starts here; absent for a single number.</summary>
    public int? Size { get; set; }

    /// <summary>What the carrier says beside: rate, city, rate centre …</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extras { get; set; }
}

/// <summary>What the rules say of a number (http-api.md 2.10).</summary>
public sealed record NumberClassification
{
    /// <summary>The number as it was asked.</summary>
    public string? Number { get; set; }

    /// <summary>What the converters made of it.</summary>
    public string E164 { get; set; } = "";

    /// <summary>Class; absent when no classifier matches.</summary>
    public string? Name { get; set; }

    /// <summary>Class as people read it.</summary>
    public string? FriendlyName { get; set; }

    /// <summary>The number as people read it.</summary>
    public string? Pretty { get; set; }

    /// <summary>Whether the number may be stored.</summary>
    public bool? Reconcilable { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>One entry of a number's history (http-api.md 2.14).</summary>
public sealed record NumberEvent
{
    /// <summary>Place in the ledger of the whole system.</summary>
    public long? Seq { get; set; }

    /// <summary>Revision of the number after the change.</summary>
    public long? Revision { get; set; }

    /// <summary>When, in Gregorian seconds.</summary>
    public JsonElement? Time { get; set; }

    /// <summary>Who.</summary>
    public JsonElement? Actor { get; set; }

    /// <summary>What.</summary>
    public string? Action { get; set; }

    /// <summary>The number before; absent for the first event.</summary>
    public JsonElement? Before { get; set; }

    /// <summary>The number after; absent when it was erased.</summary>
    public JsonElement? After { get; set; }

    /// <summary>Link of the chain, in hexadecimal digits.</summary>
    public string? Hash { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
