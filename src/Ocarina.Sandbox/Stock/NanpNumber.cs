namespace Ocarina.Sandbox.Stock;

/// <summary>A number of country code 1 that a carrier has, or had, for sale.</summary>
/// <param name="TenDigit">The number without its country code.</param>
/// <param name="Center">Where it is at home; null when it is toll-free.</param>
internal sealed record NanpNumber(string TenDigit, RateCenter? Center)
{
    /// <summary>With <c>+1</c>.</summary>
    public string E164 => "+1" + TenDigit;

    /// <summary>Area code or toll-free code.</summary>
    public string Npa => TenDigit[..3];

    /// <summary>Area code and exchange.</summary>
    public string NpaNxx => TenDigit[..6];

    /// <summary>True when the called party pays.</summary>
    public bool IsTollfree => Center is null;
}
