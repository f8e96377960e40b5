using Ocarina.Core;
using Ocarina.Core.Carriers;

namespace Ocarina.Carriers.Http;

/// <summary>What is done with every carrier's results (carriers.md 1.6): each number once, within what was asked for, not more than that.</summary>
public static class SearchResults
{
    /// <summary>Cuts a window out of results that the carrier cannot page itself: after duplicates and strangers are gone, so that windows neither overlap nor leave gaps.</summary>
    public static IReadOnlyList<CarrierHit> Window(IEnumerable<CarrierHit> hits, CarrierSearch search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return [.. hits.Where(hit => CarrierNumbers.IsWithin(hit.Number, search.Prefix)).DistinctBy(hit => hit.Number).Skip(Math.Max(0, search.Offset)).Take(search.Quantity)];
    }

    internal static FindReply Tidy(FindReply reply, CarrierSearch search, bool allowsNeighbours, Action<int> dropped)
    {
        var seen = new HashSet<PhoneNumber>();
        var kept = new List<CarrierHit>(Math.Min(reply.Numbers.Count, search.Quantity));
        var strangers = 0;
        foreach (var hit in reply.Numbers)
        {
            if (hit.Number.IsEmpty || (!allowsNeighbours && !CarrierNumbers.IsWithin(hit.Number, search.Prefix))) strangers++;
            else if (seen.Add(hit.Number) && kept.Count < search.Quantity) kept.Add(hit);
        }

        var count = reply.Dropped + strangers;
        if (count > 0) dropped(count);
        return reply with { Numbers = kept, Dropped = count };
    }
}
