using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Finds numbers of the stock. Changes nothing.</summary>
internal static class Bandwidth2Search
{
    /// <summary>The numbers a search shows, in the carrier's order: ascending, with neighbours mixed in where they were not switched off.</summary>
    public static List<Bandwidth2Number> Find(Bandwidth2Stock stock, Bandwidth2Criteria criteria, DateTimeOffset now)
    {
        if (criteria.OnlyProtected) return [];

        var found = Candidates(stock, criteria).Where(number => IsFree(number, now) && Matches(number, criteria));
        if (!criteria.LocalCallingArea || criteria.IsTollFree || criteria.LocalVanity is not null) return [.. Sort(found, criteria.OrderBy).Take(criteria.Quantity)];

        return Interleave(found, Neighbours(stock, criteria, now), criteria.Quantity);
    }

    /// <summary>Exchanges with stock, and how much.</summary>
    public static IEnumerable<(RateCenter Place, string NpaNxx, int Count)> Exchanges(Bandwidth2Stock stock, string? areaCode, string? state, DateTimeOffset now) =>
        (areaCode is null ? stock.All : stock.InAreaCode(areaCode))
            .Where(number => number.Place is { } place && (state is null || place.State == state) && IsFree(number, now))
            .GroupBy(number => number.Digits[..6])
            .Select(group => (group.First().Place!, group.Key, group.Count())); // only numbers of a place came through

    private static bool IsFree(Bandwidth2Number number, DateTimeOffset now) =>
        number.StateAt(now) == Bandwidth2NumberState.Available && number.ReservationId is null;

    private static IEnumerable<Bandwidth2Number> Candidates(Bandwidth2Stock stock, Bandwidth2Criteria criteria) =>
        criteria.Digits is { Length: >= 3 } digits ? stock.InAreaCode(digits[..3])
        : criteria.IsTollFree ? NanpStock.TollfreeCodes.SelectMany(stock.InAreaCode)
        : stock.All;

    private static bool Matches(Bandwidth2Number number, Bandwidth2Criteria c)
    {
        if (c.IsTollFree)
        {
            return number.Place is null
                && (c.TollFreePrefix is null || number.Digits.StartsWith(c.TollFreePrefix, StringComparison.Ordinal))
                && (c.TollFreeVanity is null || number.Digits.AsSpan(3).SequenceEqual(c.TollFreeVanity.AsSpan()[..7]));
        }

        return number.Place is { } place
            && c.Countries.Contains(place.Country)
            && (c.Digits is null || number.Digits.StartsWith(c.Digits, StringComparison.Ordinal))
            && (c.RateCenter is null || place.Name == c.RateCenter)
            && (c.City is null || Bandwidth2Places.CityOf(place) == c.City)
            && (c.State is null || place.State == c.State)
            && (c.Zip is null || (place.Zip.Length == 5 && c.Zip.StartsWith(place.Zip, StringComparison.Ordinal)))
            && (c.Lata is null || place.Lata == c.Lata)
            && (c.LocalVanity is null || HasVanity(number.Digits, c.LocalVanity, c.EndsIn));
    }

    private static bool HasVanity(string digits, string vanity, bool endsIn) =>
        endsIn ? digits.EndsWith(vanity, StringComparison.Ordinal) : digits.AsSpan(3).Contains(vanity, StringComparison.Ordinal);

    private static IEnumerable<Bandwidth2Number> Neighbours(Bandwidth2Stock stock, Bandwidth2Criteria criteria, DateTimeOffset now)
    {
        // Only criteria that name an exchange or a rate centre have a local calling area.
        if (criteria.Digits is null && criteria.RateCenter is null) return [];

        var home = RateCenter.All.Where(place =>
            criteria.RateCenter is { } name ? place.Name == name && place.State == criteria.State : criteria.Digits!.StartsWith(place.AreaCode, StringComparison.Ordinal)); // one of both is there
        var around = home.SelectMany(Bandwidth2Places.NeighboursOf).ToHashSet();
        return stock.All.Where(number => number.Place is { } place && around.Contains(place) && IsFree(number, now) && !Matches(number, criteria));
    }

    // Two of the place, one of its neighbours: whoever does not look at the area code is caught by the first few results.
    private static List<Bandwidth2Number> Interleave(IEnumerable<Bandwidth2Number> local, IEnumerable<Bandwidth2Number> neighbours, int quantity)
    {
        var result = new List<Bandwidth2Number>();
        using var near = local.GetEnumerator();
        using var far = neighbours.GetEnumerator();
        bool nearLeft = true, farLeft = true;
        while (result.Count < quantity && (nearLeft || farLeft))
        {
            var wantsFar = result.Count % 3 == 2;
            if ((wantsFar || !nearLeft) && farLeft && (farLeft = far.MoveNext())) result.Add(far.Current);
            else if (nearLeft && (nearLeft = near.MoveNext())) result.Add(near.Current);
        }
        return result;
    }

    private static IEnumerable<Bandwidth2Number> Sort(IEnumerable<Bandwidth2Number> numbers, string? orderBy) => orderBy switch
    {
        "npaNxxx" => numbers.OrderBy(number => number.Digits[..7], StringComparer.Ordinal),
        "npaNxx" => numbers.OrderBy(number => number.Digits[..6], StringComparer.Ordinal),
        "areaCode" => numbers.OrderBy(number => number.Digits[..3], StringComparer.Ordinal),
        "fullNumber" => numbers.OrderBy(number => number.Digits, StringComparer.Ordinal),
        _ => numbers,
    };
}
