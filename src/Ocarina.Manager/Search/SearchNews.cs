using System.Text.Json.Nodes;

namespace Ocarina.Manager.Search;

/// <summary>What a search found, as far as it was asked for.</summary>
/// <param name="Rows">One page of numbers.</param>
/// <param name="Offers">The same page of groups that sell some number of theirs.</param>
/// <param name="Carriers">What became of each carrier, in configured order.</param>
public sealed record SearchPage(IReadOnlyList<SearchRow> Rows, IReadOnlyList<JsonObject> Offers, IReadOnlyList<CarrierReport> Carriers);

/// <summary>What a search tells while it goes on. Closed.</summary>
public abstract record SearchNews
{
    private SearchNews() { }

    /// <summary>A carrier has answered.</summary>
    /// <param name="Carrier">What became of it.</param>
    /// <param name="Rows">Its first numbers that nobody gave before, sorted, at most as many as asked for.</param>
    public sealed record Arrived(CarrierReport Carrier, IReadOnlyList<SearchRow> Rows) : SearchNews;

    /// <summary>All have answered or the deadline has come; always the last one.</summary>
    public sealed record Ended(SearchPage Page) : SearchNews;
}
