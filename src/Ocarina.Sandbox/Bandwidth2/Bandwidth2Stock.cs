using System.Globalization;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Every number the account API knows, drawn from the seed: the same seed has the same numbers.</summary>
/// <remarks>Exchanges end in an odd digit; those of the older API end in an even one, so no number is sold by both.</remarks>
internal sealed class Bandwidth2Stock
{
    private const int PerPlace = 48;
    private const int PerTollFreeCode = 52;
    private const int ExchangesPerPlace = 2;
    private const int LinesPerExchange = 10_000;

    private readonly Dictionary<string, Bandwidth2Number> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Bandwidth2Number>> _byAreaCode = new(StringComparer.Ordinal);
    private readonly List<Bandwidth2Number> _all = [];
    private readonly HashSet<string> _exchanges = new(StringComparer.Ordinal);

    /// <summary>Draws the stock; <paramref name="scale"/> multiplies how many numbers each place has, 1 to 100.</summary>
    public Bandwidth2Stock(Draws draws, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, 100);
        for (var i = 0; i < Bandwidth2Places.All.Count; i++)
        {
            var place = Bandwidth2Places.All[i];
            Fill(draws, place.AreaCode, place, PerPlace * scale, FormattableString.Invariant($"bw2/place/{i}"));
        }
        foreach (var code in Bandwidth2Places.TollFreeCodes) Fill(draws, code, null, PerTollFreeCode * scale, $"bw2/tollfree/{code}");
        foreach (var list in _byAreaCode.Values) list.Sort((a, b) => string.CompareOrdinal(a.Digits, b.Digits));
        _all.AddRange(_byAreaCode.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value));
    }

    /// <summary>All numbers in ascending order, toll-free ones included.</summary>
    public IReadOnlyList<Bandwidth2Number> All => _all;

    /// <summary>The number with these ten digits, or null when the carrier does not have it.</summary>
    public Bandwidth2Number? Find(string digits) => _numbers.GetValueOrDefault(digits);

    /// <summary>The numbers of an area code in ascending order.</summary>
    public IReadOnlyList<Bandwidth2Number> InAreaCode(string areaCode) => _byAreaCode.GetValueOrDefault(areaCode) ?? [];

    /// <summary>Adds a number that came from elsewhere, by a port.</summary>
    public Bandwidth2Number Adopt(string digits)
    {
        if (Find(digits) is { } known) return known;
        var place = Bandwidth2Places.All.FirstOrDefault(place => digits.StartsWith(place.AreaCode, StringComparison.Ordinal));
        var number = Add(digits, place, tier: 0);
        _all.Add(number);
        return number;
    }

    private void Fill(Draws draws, string areaCode, Bandwidth2Place? place, int count, string name)
    {
        // A walk with an odd step meets every line of the exchange once, so that no number is drawn twice.
        var exchanges = Enumerable.Range(0, ExchangesPerPlace).Select(i => Exchange(draws, areaCode, FormattableString.Invariant($"{name}/{i}"))).ToArray();
        var stream = draws.Stream(name);
        var first = stream.Between(0, LinesPerExchange);
        var step = (2 * stream.Between(0, 40)) + 1;
        if (step % 5 == 0) step += 2;
        for (var i = 0; i < count; i++)
        {
            var exchange = exchanges[i % exchanges.Length];
            var line = (first + (i / exchanges.Length * step)) % LinesPerExchange;
            var digits = areaCode + exchange + line.ToString("D4", CultureInfo.InvariantCulture);
            Add(digits, place, stream.Between(0, 10) == 0 ? 1 : 0);
        }
    }

    private Bandwidth2Number Add(string digits, Bandwidth2Place? place, int tier)
    {
        var number = new Bandwidth2Number(digits, place, tier);
        _numbers.Add(digits, number);
        var areaCode = digits[..3];
        if (!_byAreaCode.TryGetValue(areaCode, out var list)) _byAreaCode.Add(areaCode, list = []);
        list.Add(number);
        return number;
    }

    private string Exchange(Draws draws, string areaCode, string name)
    {
        var stream = draws.Stream(name);
        while (true)
        {
            // N11 are services, 555 and 959 belong to the network.
            var value = stream.Between(200, 1000) | 1;
            var text = value.ToString(CultureInfo.InvariantCulture);
            if (!text.EndsWith("11", StringComparison.Ordinal) && text is not ("555" or "959") && _exchanges.Add(areaCode + text)) return text;
        }
    }
}
