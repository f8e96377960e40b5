using System.Globalization;
using Ocarina.Sandbox.State;

namespace Ocarina.Sandbox.Stock;

/// <summary>Makes the numbers a carrier has for sale: the same for the same seed, and never one of another carrier's.</summary>
internal static class NanpStock
{
    private const int ExchangesPerCenter = 2;
    private const int LinesPerExchange = 25;
    private const int TollfreeExchanges = 5;
    private const int TollfreeLines = 10;
    private const int Lines = 10_000;
    private const int VoxboneFrom = 960; // exchanges from here on are Voxbone's
    private static readonly int[] Steps = [1, 3, 7, 9, 11, 13]; // without a common divisor with 10,000: no line comes twice

    /// <summary>The codes that are toll-free today.</summary>
    public static IReadOnlyList<string> TollfreeCodes { get; } = ["800", "833", "844", "855", "866", "877", "888"];

    /// <summary>Geographic and toll-free numbers of one carrier, sorted.</summary>
    /// <param name="draws">Where chance comes from.</param>
    /// <param name="carrier">Name of the carrier: names its streams.</param>
    /// <param name="exchangesAreOdd">Carriers share no exchange: one has the odd ones, the other the even ones.</param>
    /// <param name="scale">The stock is so many times larger; from 1 to 100.</param>
    public static IReadOnlyList<NanpNumber> Make(Draws draws, string carrier, bool exchangesAreOdd, int scale)
    {
        var numbers = new List<NanpNumber>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var center in RateCenter.All)
        {
            var chance = draws.Stream($"stock/{carrier}/{center.AreaCode}/{center.Name}");
            for (var one = 0; one < ExchangesPerCenter; one++)
                Fill(numbers, center, Exchange(chance, center.AreaCode, exchangesAreOdd, taken), chance, LinesPerExchange * scale);
        }

        foreach (var code in TollfreeCodes)
        {
            var chance = draws.Stream($"stock/{carrier}/{code}");
            for (var one = 0; one < TollfreeExchanges; one++)
                Fill(numbers, null, Exchange(chance, code, exchangesAreOdd, taken), chance, TollfreeLines * scale);
        }

        numbers.Sort((left, right) => string.CompareOrdinal(left.TenDigit, right.TenDigit));
        return numbers;
    }

    private static string Exchange(DrawStream chance, string npa, bool odd, HashSet<string> taken)
    {
        while (true)
        {
            var exchange = chance.Between(200, VoxboneFrom);
            // Service codes, directory assistance and test exchanges are nobody's stock.
            if (exchange % 100 == 11 || exchange is 555 or 950 or 958 or 959 or 976 || exchange % 2 != (odd ? 1 : 0)) continue;
            var npaNxx = npa + exchange.ToString(CultureInfo.InvariantCulture);
            if (taken.Add(npaNxx)) return npaNxx;
        }
    }

    private static void Fill(List<NanpNumber> numbers, RateCenter? center, string npaNxx, DrawStream chance, int count)
    {
        var (line, step) = (chance.Between(0, Lines), chance.Pick(Steps));
        for (var one = 0; one < count; one++, line = (line + step) % Lines)
            numbers.Add(new NanpNumber(npaNxx + line.ToString("0000", CultureInfo.InvariantCulture), center));
    }
}
