using Ocarina.Carriers.Http;
using Ocarina.Core.Carriers;
using Ocarina.Core.Normalization;

namespace Ocarina.Carriers.Bandwidth;

/// <summary>What is asked for a search, decided without asking (carriers.md 2.5, 3.3). Closed.</summary>
internal abstract record BandwidthSearch
{
    private const int Sieve = 10;
    private const int SieveMin = 50;

    private BandwidthSearch() { }

    /// <summary>Such numbers are not this carrier's.</summary>
    internal sealed record Nothing : BandwidthSearch;

    /// <summary>The question makes no sense.</summary>
    internal sealed record Wrong(string Why) : BandwidthSearch;

    /// <summary>By area code.</summary>
    internal sealed record ByAreaCode(string AreaCode, int Most) : BandwidthSearch;

    /// <summary>By exchange.</summary>
    internal sealed record ByExchange(string NpaNxx, int Most) : BandwidthSearch;

    /// <summary>By rate centre.</summary>
    internal sealed record ByRateCenter(string State, string RateCenter, int Most) : BandwidthSearch;

    /// <summary>Through the toll-free service, one key after the other: codes, or one whole number.</summary>
    internal sealed record Tollfree(IReadOnlyList<string> Keys) : BandwidthSearch;

    /// <summary>Decides.</summary>
    /// <param name="search">The question.</param>
    /// <param name="limit">The module's most results.</param>
    public static BandwidthSearch For(CarrierSearch search, int limit)
    {
        if (search.Blocks is not null || !search.Prefix.StartsWith("+1", StringComparison.Ordinal) || !IsNorthAmerican(search.Country)) return new Nothing();
        var digits = search.Prefix[2..];
        if (digits.Length > 10 || !digits.All(digit => char.IsAsciiDigit(digit) || digit == '*')) return new Wrong("The prefix has a form that no number has");
        if (search.IsTollfree || digits.Contains('*') || CarrierNumbers.IsTollfree(digits)) return ForTollfree(digits);

        var most = Math.Min(search.Quantity + Math.Max(0, search.Offset), limit);
        if (digits.Length == 0 && search.Options.TryGetValue("state", out var state) && search.Options.TryGetValue("rate_center", out var center))
            return new ByRateCenter(state.Trim().ToUpperInvariant(), center.Trim(), most);

        // What the carrier cannot narrow down itself is sieved here, so more of it is needed.
        var more = Math.Min(Math.Max(SieveMin, Math.Min(limit, Sieve * most)), BandwidthSettings.QuantityMax);
        return digits.Length switch
        {
            < 3 => new Wrong("At least an area code is needed"),
            3 => new ByAreaCode(digits, most),
            < 6 => new ByAreaCode(digits[..3], more),
            6 => new ByExchange(digits, most),
            _ => new ByExchange(digits[..6], more),
        };
    }

    private static BandwidthSearch ForTollfree(string digits)
    {
        if (digits.Length == 10 && !digits.Contains('*')) return new Tollfree([digits]);
        var code = digits.Length >= 3 ? digits[..3] : digits.PadRight(3, '*');
        var codes = CarrierNumbers.TollfreeCodes.Where(known => Fits(known, code)).ToList();
        return codes.Count == 0 ? new Nothing() : new Tollfree(codes);
    }

    private static bool Fits(string code, string pattern) => code.Zip(pattern, (one, other) => other == '*' || one == other).All(fits => fits);

    private static bool IsNorthAmerican(string country) => country.Length == 0 || (CountryCodes.TryGetPrefix(country, out var prefix) && prefix.TrimStart('+').StartsWith('1'));
}
