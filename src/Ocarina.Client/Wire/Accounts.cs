using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>An account as listings show it (http-api.md 7.2).</summary>
public sealed record AccountRow
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Id { get; set; } = "";

    /// <summary>Name; unique when compared by letters and digits only.</summary>
    public string Name { get; set; } = "";

    /// <summary>SIP realm.</summary>
    public string? Realm { get; set; }

    /// <summary>Accounts below it, at any depth.</summary>
    public long? DescendantsCount { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>An account in full. An open document.</summary>
public sealed record AccountDocument
{
    /// <summary>32 hexadecimal digits.</summary>
    public string Id { get; set; } = "";

    /// <summary>Name.</summary>
    public string Name { get; set; } = "";

    /// <summary>SIP realm.</summary>
    public string? Realm { get; set; }

    /// <summary>Whether it may be used.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Whether it is a reseller.</summary>
    public bool? IsReseller { get; set; }

    /// <summary>The nearest reseller above it.</summary>
    public string? ResellerId { get; set; }

    /// <summary>Gregorian seconds.</summary>
    public long? Created { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Fields { get; set; }
}

/// <summary>Who a login is (http-api.md 7.1).</summary>
public sealed record LoginReply
{
    /// <summary>The account of the user or key.</summary>
    public string AccountId { get; set; } = "";

    /// <summary>Its name.</summary>
    public string? AccountName { get; set; }

    /// <summary>The user; absent for a key.</summary>
    public string? OwnerId { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>What the check of the ledger found (http-api.md 2.14).</summary>
public sealed record LedgerReport
{
    /// <summary>Numbers looked at.</summary>
    public long Numbers { get; set; }

    /// <summary>Events looked at.</summary>
    public long Events { get; set; }

    /// <summary>Chains that do not hold.</summary>
    public IReadOnlyList<JsonElement> Broken { get; set => field = value ?? []; } = [];

    /// <summary>Numbers whose row is not what their events say.</summary>
    public IReadOnlyList<JsonElement> Different { get; set => field = value ?? []; } = [];

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
