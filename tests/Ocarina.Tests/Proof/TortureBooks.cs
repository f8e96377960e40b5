using System.Text.Json.Nodes;
using Dapper;
using Ocarina.Tests.Support;

namespace Ocarina.Tests.Proof;

/// <summary>One sale in a carrier's books.</summary>
/// <param name="Carrier">Who sold.</param>
/// <param name="Number">What.</param>
/// <param name="Reference">The customer's own word for the order: our key.</param>
/// <param name="Minor">What was charged, in hundredths.</param>
internal sealed record CarrierSale(string Carrier, string Number, string? Reference, long Minor = 0);

/// <summary>What the carriers have in their books.</summary>
/// <param name="Sold">Every sale ever.</param>
/// <param name="Held">What is sold and not given back.</param>
/// <param name="SpentMinor">Money taken by each carrier, in hundredths.</param>
internal sealed record CarrierBooks(IReadOnlyList<CarrierSale> Sold, IReadOnlyList<CarrierSale> Held, IReadOnlyDictionary<string, long> SpentMinor)
{
    /// <summary>Numbers that were given back, once for each time.</summary>
    public IReadOnlyList<string> Released { get; init; } = [];

    /// <summary>Reads the sandbox's ledger as its control interface shows it.</summary>
    public static CarrierBooks Read(JsonNode ledger) => new(
        Sales(ledger["sold"]), Sales(ledger["held"]),
        ledger["money"]!.AsObject().ToDictionary(carrier => carrier.Key, carrier => (long)carrier.Value!["spent_minor"]!)) // always there
    {
        Released = [.. ledger["released"]!.AsArray().Select(one => (string)one!["number"]!)], // as above
    };

    private static IReadOnlyList<CarrierSale> Sales(JsonNode? list) =>
    [
        .. list!.AsArray().Select(sale => new CarrierSale(
            (string)sale!["carrier"]!, (string)sale["number"]!, (string?)sale["reference"], ((long?)sale["setup_minor"] ?? 0) + ((long?)sale["monthly_minor"] ?? 0))), // as above
    ];
}

/// <summary>One order as it lies in our table.</summary>
internal sealed record OurOrder(string Id, string Kind, string State, string? Outcome, string Number, string Carrier, string? Account, string? Error = null, string? Offer = null)
{
    /// <summary>True when nothing waits for anything any more, not even for a person.</summary>
    public bool IsEnded => State is "done" or "failed" or "pretended";

    public bool IsBought => this is { Kind: "acquire", State: "done", Outcome: "acquired" };
}

/// <summary>One number as it lies in our table.</summary>
internal sealed record OurNumber(string Number, string Carrier, string State, string? Account, bool IsHeld);

/// <summary>What we have in our books.</summary>
internal sealed record OurBooks(IReadOnlyList<OurOrder> Orders, IReadOnlyList<OurNumber> Numbers)
{
    /// <summary>Looks at the tables past the server.</summary>
    public static async Task<OurBooks> ReadAsync(ServerProcess server)
    {
        await using var connection = await RawDatabase.OpenAsync(server);
        var orders = await connection.QueryAsync<(string Id, string Kind, string State, string? Outcome, string Number, string Carrier, string? Account)>(
            "SELECT id, kind, state, outcome, number, carrier, account FROM orders ORDER BY id");
        var more = (await connection.QueryAsync<(string Id, string? Error, string Data)>("SELECT id, error, data FROM orders")).ToDictionary(row => row.Id);
        var numbers = await connection.QueryAsync<(string Number, string Carrier, string State, string? Account, string Held)>(
            "SELECT number, carrier, state, account, CAST(held_at_carrier AS TEXT) AS held FROM numbers ORDER BY number");
        return new OurBooks(
            [.. orders.Select(row => new OurOrder(row.Id, row.Kind, row.State, row.Outcome, row.Number, row.Carrier, row.Account, more[row.Id].Error, (string?)JsonNode.Parse(more[row.Id].Data)!["offer"]))],
            [.. numbers.Select(row => new OurNumber(row.Number, row.Carrier, row.State, row.Account, row.Held is "1" or "true"))]);
    }
}
