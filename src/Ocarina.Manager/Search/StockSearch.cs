using System.Collections.Immutable;
using Ocarina.Core.Stock;
using Ocarina.Manager.Operations;

namespace Ocarina.Manager.Search;

/// <summary>Searches what the platform holds itself (numbers.md 10.5).</summary>
internal sealed class StockSearch(NumberDesk desk)
{
    /// <summary>Most rows that a search for blocks looks through.</summary>
    internal const int BlockScanMax = 20_000;

    /// <summary>Rows of some sources, sorted by number.</summary>
    /// <param name="sources">Which stock.</param>
    /// <param name="search">What; its own page is not looked at.</param>
    /// <param name="offset">Rows to skip.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="perSourceMax">Most rows that one source gives over all pages.</param>
    /// <param name="ct">Cancels.</param>
    internal async Task<IReadOnlyList<(SearchRow Row, int Source)>> FindAsync(
        ImmutableArray<StockSource> sources, NumberSearch search, int offset, int limit, int perSourceMax, CancellationToken ct)
    {
        var prefixes = SearchPrefix.Expand(search.Prefix, search.Country);
        if (search.BlockSize is { } size)
        {
            var rows = await MergeAsync(prefixes, sources, 0, BlockScanMax, BlockScanMax, ct);
            return [.. BlockFinder.Find(rows, size).Skip(offset).Take(limit).Select(first => (Row(first) with { Size = size }, first.Source))];
        }

        var page = await MergeAsync(prefixes, sources, offset, limit, perSourceMax, ct);
        return [.. page.Select(hit => (Row(hit), hit.Source))];
    }

    private static SearchRow Row(StockHit hit) => new(hit.Number, hit.State, hit.Carrier) { Locality = hit.Locality };

    private async Task<IReadOnlyList<StockHit>> MergeAsync(
        ImmutableArray<string> prefixes, ImmutableArray<StockSource> sources, int offset, int limit, int perSourceMax, CancellationToken ct)
    {
        if (prefixes is [var only]) return await desk.Numbers.SearchStockAsync(new StockQuery(only, sources, offset, limit, perSourceMax), ct);

        // A tollfree pattern stands for several area codes. They do not overlap, and sorted prefixes give sorted rows.
        var rows = new List<StockHit>();
        foreach (var prefix in prefixes)
        {
            var missing = offset + limit - rows.Count;
            if (missing <= 0) break;
            rows.AddRange(await desk.Numbers.SearchStockAsync(new StockQuery(prefix, sources, 0, missing, perSourceMax), ct));
        }

        return [.. rows.Skip(offset).Take(limit)];
    }
}
