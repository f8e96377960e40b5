using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ocarina.Client.Wire;

/// <summary>What a search found (http-api.md 2.4).</summary>
/// <param name="Numbers">One page of numbers, sorted; what came late stands behind.</param>
/// <param name="Offers">The same page of groups that sell some number of theirs.</param>
/// <param name="Carriers">What became of each carrier, in configured order; empty from a server that does not say.</param>
public sealed record SearchResult(IReadOnlyList<FoundNumber> Numbers, IReadOnlyList<FoundOffer> Offers, IReadOnlyList<CarrierOutcome> Carriers);

/// <summary>A carrier has answered while the search goes on.</summary>
/// <param name="Carrier">What became of it.</param>
/// <param name="Numbers">Its first numbers that no other carrier had given before.</param>
public sealed record CarrierNews(CarrierOutcome Carrier, IReadOnlyList<FoundNumber> Numbers);

/// <summary>A group of which the carrier sells some number; it is named at the purchase.</summary>
public sealed record FoundOffer
{
    /// <summary>What it is bought by, such as <c>voxbone:1196</c>.</summary>
    public string Id { get; set; } = "";

    /// <summary>Who sells it.</summary>
    public string? Carrier { get; set; }

    /// <summary>What its numbers look like, such as <c>+1205XXXXXXX</c>.</summary>
    public string? NumberPattern { get; set; }

    /// <summary>How many there are; absent when the carrier does not say.</summary>
    public long? QuantityAvailable { get; set; }

    /// <summary>What the carrier says beside: price, rate centre …</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extras { get; set; }
}

/// <summary>What became of one carrier in a search.</summary>
public sealed record CarrierOutcome
{
    /// <summary>The carrier, or <c>reserved</c> and <c>reserved_reseller</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>ok</c>, <c>empty</c>, <c>late</c>, <c>error</c> or <c>skipped</c>.</summary>
    public string State { get; set; } = "";

    /// <summary>Numbers it gave.</summary>
    public int Count { get; set; }

    /// <summary>Milliseconds it took, or was waited for.</summary>
    public long ElapsedMs { get; set; }

    /// <summary>Why it failed or was skipped, such as <c>timeout</c> or <c>not_configured</c>.</summary>
    public string? Error { get; set; }

    /// <summary>The carrier's own words; for admins only.</summary>
    public string? Reason { get; set; }

    /// <summary>The rest.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}
