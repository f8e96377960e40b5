using System.Collections.Immutable;
using Ocarina.Core;
using Ocarina.Core.Stock;

namespace Ocarina.Manager.Operations;

/// <summary>A search (numbers.md 10.1; `http-api.md` 2.4).</summary>
/// <param name="Prefix">What the caller typed: digits with or without country code, or a tollfree pattern such as <c>8**</c>.</param>
/// <param name="Quantity">Rows wanted, 1 or more; clamped to <c>maximum_search_quantity</c>.</param>
/// <param name="Offset">Rows to skip, 0 or more.</param>
/// <param name="Country">ISO 3166-1 alpha-2; completes the prefix. Default US.</param>
/// <param name="BlockSize">Asks for runs of that many consecutive numbers; none asks for single ones.</param>
public sealed record NumberSearch(string Prefix, int Quantity, int Offset, string Country, int? BlockSize);

/// <summary>One row of a result: a number, or the first number of a block.</summary>
/// <param name="Number">The number.</param>
/// <param name="Size">Count of numbers of the block; none for a single number.</param>
public sealed record SearchHit(StockHit Number, int? Size);

/// <summary>Searches what the platform holds itself (numbers.md 10.5). It writes nothing to the numbers.</summary>
public sealed class SearchOperation(NumberDesk desk)
{
    /// <summary>Most rows that a search for blocks looks through.</summary>
    public const int BlockScanMax = 20_000;

    /// <summary>Answers one page, sorted by number.</summary>
    /// <param name="account">For whom; stock is shown to accounts only.</param>
    /// <param name="search">What.</param>
    /// <param name="ct">Cancels.</param>
    public Task<IReadOnlyList<SearchHit>> RunAsync(AccountId account, NumberSearch search, CancellationToken ct) =>
        RunAsync(StockSources.ForSearch(desk, account), search, ct);

    /// <summary>The same for strangers: only what the reseller has for sale.</summary>
    /// <param name="reseller">Whose catalogue.</param>
    /// <param name="search">What.</param>
    /// <param name="ct">Cancels.</param>
    public Task<IReadOnlyList<SearchHit>> RunPublicAsync(AccountId reseller, NumberSearch search, CancellationToken ct) =>
        RunAsync(StockSources.ForSale(desk, reseller), search, ct);

    private async Task<IReadOnlyList<SearchHit>> RunAsync(ImmutableArray<StockSource> sources, NumberSearch search, CancellationToken ct)
    {
        var quantityMax = desk.Config.SettingsFor(null).MaximumSearchQuantity;
        var quantity = Math.Min(search.Quantity, quantityMax);
        var prefixes = SearchPrefix.Expand(search.Prefix, search.Country);

        if (search.BlockSize is { } size)
        {
            var rows = await MergeAsync(prefixes, sources, 0, BlockScanMax, BlockScanMax, ct);
            return [.. BlockFinder.Find(rows, size).Skip(search.Offset).Take(quantity).Select(first => new SearchHit(first, size))];
        }

        var page = await MergeAsync(prefixes, sources, search.Offset, quantity, quantityMax, ct);
        return [.. page.Select(number => new SearchHit(number, null))];
    }

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
