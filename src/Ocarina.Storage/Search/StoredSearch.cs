using System.Text.Json.Nodes;

namespace Ocarina.Storage.Search;

/// <summary>One run of a search, as it is kept for its pages.</summary>
/// <param name="Id">The question: equal for the same question of the same caller.</param>
/// <param name="Owner">Who asked, for the bound on how many are kept: an account, or the strangers of one.</param>
/// <param name="Run">Unique for each run, so that late answers of an older one are not taken for those of a newer.</param>
/// <param name="Carriers">What became of each carrier: a JSON list.</param>
/// <param name="ExpiresAt">When its pages are no longer cut from it.</param>
public sealed record StoredSearch(string Id, string Owner, string Run, string Carriers, DateTimeOffset ExpiresAt);

/// <summary>Rows of a search in the order in which they are paged.</summary>
/// <param name="Numbers">Numbers.</param>
/// <param name="Offers">Offers of groups; a list of its own, paged alike.</param>
public sealed record SearchEntries(IReadOnlyList<JsonObject> Numbers, IReadOnlyList<JsonObject> Offers)
{
    /// <summary>No rows.</summary>
    public static SearchEntries None { get; } = new([], []);
}

/// <summary>One page of a stored run.</summary>
/// <param name="Run">The run it was cut from.</param>
/// <param name="Entries">Its rows; none behind the end.</param>
/// <param name="Carriers">What became of each carrier, late answers included: a JSON list.</param>
public sealed record StoredPage(string Run, SearchEntries Entries, string Carriers);
