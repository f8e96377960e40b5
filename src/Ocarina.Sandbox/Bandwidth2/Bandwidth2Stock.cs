using Ocarina.Sandbox.State;
using Ocarina.Sandbox.Stock;

namespace Ocarina.Sandbox.Bandwidth2;

/// <summary>Every number the account API knows, drawn from the seed: the same seed has the same numbers.</summary>
/// <remarks>Its exchanges are odd and those of the older API even, so no number is sold by both.</remarks>
internal sealed class Bandwidth2Stock
{
    private readonly Dictionary<string, Bandwidth2Number> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Bandwidth2Number>> _byAreaCode = new(StringComparer.Ordinal);
    private readonly List<Bandwidth2Number> _all = [];
    private const int HigherTierShare = 10; // every tenth number costs more

    /// <summary>Draws the stock; <paramref name="scale"/> multiplies how many numbers each place has, 1 to 100.</summary>
    public Bandwidth2Stock(Draws draws, int scale)
    {
        var tiers = draws.Stream("stock/tiers/" + Bandwidth2Carrier.CarrierName);
        foreach (var number in NanpStock.Make(draws, Bandwidth2Carrier.CarrierName, exchangesAreOdd: true, scale))
            _all.Add(Add(number.TenDigit, number.Center, !number.IsTollfree && tiers.Between(0, HigherTierShare) == 0 ? 1 : 0));
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
        var place = RateCenter.All.FirstOrDefault(center => digits.StartsWith(center.AreaCode, StringComparison.Ordinal));
        var number = Add(digits, place, tier: 0);
        _all.Add(number);
        return number;
    }

    private Bandwidth2Number Add(string digits, RateCenter? place, int tier)
    {
        var number = new Bandwidth2Number(digits, place, tier);
        _numbers.Add(digits, number);
        var areaCode = digits[..3];
        if (!_byAreaCode.TryGetValue(areaCode, out var list)) _byAreaCode.Add(areaCode, list = []);
        list.Add(number);
        return number;
    }
}
