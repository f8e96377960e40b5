using System.Text.Json.Nodes;
using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Manager.Search;

/// <summary>What became of one carrier in a search.</summary>
public enum CarrierSearchState
{
    /// <summary>It answered, and had something.</summary>
    Ok,

    /// <summary>It answered, and had nothing.</summary>
    Empty,

    /// <summary>It had not answered at the deadline. What it brought afterwards stands behind the other rows.</summary>
    Late,

    /// <summary>It failed. What it brought before that is shown.</summary>
    Error,

    /// <summary>It was not asked, or could not be: it is not configured, or sells no such numbers.</summary>
    Skipped,
}

/// <summary>One line of <c>carriers</c>: search does not lie, what is missing is named with its reason.</summary>
/// <param name="Name">The carrier, or <c>reserved</c> and <c>reserved_reseller</c>.</param>
/// <param name="State">What became of it.</param>
/// <param name="Count">Rows it gave that can be bought, those among them that another carrier gave too.</param>
/// <param name="ElapsedMs">How long it took; for one that is late, how long was waited.</param>
public sealed record CarrierReport(CarrierName Name, CarrierSearchState State, int Count, long ElapsedMs)
{
    /// <summary>What went wrong.</summary>
    public CarrierError? Error { get; init; }

    /// <summary>True when the deadline ended it before it had all.</summary>
    public bool IsIncomplete { get; init; }

    private string? ErrorName { get; init; }

    private string? Reason { get; init; }

    /// <summary>The report on the wire.</summary>
    /// <param name="forAdmins">True adds the carrier's own words, which are the operator's business.</param>
    public JsonObject ToJson(bool forAdmins)
    {
        var json = new JsonObject { ["name"] = Name.ToString(), ["state"] = Word(State), ["count"] = Count, ["elapsed_ms"] = ElapsedMs };
        if (IsIncomplete) json["incomplete"] = true;
        if ((Error?.Name ?? ErrorName) is { } error) json["error"] = error;
        if (forAdmins && (Error?.Detail ?? Reason) is { } reason) json["reason"] = reason;
        return json;
    }

    /// <summary>A report as it was kept.</summary>
    internal static CarrierReport FromStored(JsonObject json) => new(
        CarrierName.Parse((string?)json["name"]), Enum.Parse<CarrierSearchState>((string?)json["state"] ?? "", ignoreCase: true), (int?)json["count"] ?? 0, (long?)json["elapsed_ms"] ?? 0)
    {
        IsIncomplete = (bool?)json["incomplete"] ?? false, ErrorName = (string?)json["error"], Reason = (string?)json["reason"],
    };

    private static string Word(CarrierSearchState state) => state switch
    {
        CarrierSearchState.Ok => "ok",
        CarrierSearchState.Empty => "empty",
        CarrierSearchState.Late => "late",
        CarrierSearchState.Error => "error",
        _ => "skipped",
    };
}
