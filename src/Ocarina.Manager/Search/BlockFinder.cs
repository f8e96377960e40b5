using Ocarina.Core.Stock;

namespace Ocarina.Manager.Search;

/// <summary>Finds runs of consecutive numbers (`http-api.md` 2.4, <c>blocks</c>).</summary>
internal static class BlockFinder
{
    /// <summary>The first numbers of all runs of a size, runs not overlapping, in order.</summary>
    /// <param name="sorted">Numbers sorted by text.</param>
    /// <param name="size">Numbers of a block, 2 or more.</param>
    internal static IEnumerable<StockHit> Find(IReadOnlyList<StockHit> sorted, int size)
    {
        var start = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i > start && !Follows(sorted[i - 1], sorted[i])) start = i;
            if (i - start + 1 != size) continue;
            yield return sorted[start];
            start = i + 1;
        }
    }

    // Keys of numbers of equal length and form differ by their value, so the next number is the next key. A block has one source and one state.
    private static bool Follows(StockHit left, StockHit right) =>
        left.Number.PackedKey() is { } key && right.Number.PackedKey() == key + 1 && left.State == right.State && left.Carrier == right.Carrier;
}
