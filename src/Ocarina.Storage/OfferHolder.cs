using System.Globalization;
using Ocarina.Core;

namespace Ocarina.Storage;

/// <summary>For whom offers are kept, and whose room they take: an account, or a crowd of the strangers who look at its catalogue. Each has room of its own.</summary>
/// <param name="Account">The account that searched; of strangers, the reseller at whom they look.</param>
/// <param name="Crowd">Which crowd of strangers, 0 to <see cref="CrowdsCount"/> - 1; none for the account itself.</param>
public readonly record struct OfferHolder(AccountId Account, int? Crowd = null)
{
    /// <summary>
    /// Into how many crowds the strangers of one account are split. Who searches most pushes out what his own crowd found, never what the account or another crowd did. Few, since a
    /// buyer looks through all of them.
    /// </summary>
    public const int CrowdsCount = 16;

    private const string Strangers = "public:";

    internal string Key => Crowd is { } crowd
        ? string.Create(CultureInfo.InvariantCulture, $"{Strangers}{Account}:{crowd}")
        : Account.ToString();

    /// <summary>The keys under which the strangers' offers of accounts stand.</summary>
    internal static string[] CrowdKeys(IEnumerable<AccountId> accounts) =>
        [.. accounts.SelectMany(account => Enumerable.Range(0, CrowdsCount).Select(crowd => new OfferHolder(account, crowd).Key))];

    internal static bool IsOfCrowd(string key) => key.StartsWith(Strangers, StringComparison.Ordinal);

    internal static AccountId AccountOf(string key) => AccountId.FromStorage(IsOfCrowd(key) ? key[Strangers.Length..key.LastIndexOf(':')] : key);
}
