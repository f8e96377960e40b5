using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ocarina.Core;
using Ocarina.Manager.Operations;
using Ocarina.Storage;

namespace Ocarina.Manager.Search;

/// <summary>A search (numbers.md 10.1; `http-api.md` 2.4).</summary>
/// <param name="Prefix">What the caller typed: digits with or without country code, or a tollfree pattern such as <c>8**</c>.</param>
/// <param name="Quantity">Rows wanted, 1 or more; clamped to <c>maximum_search_quantity</c>.</param>
/// <param name="Offset">Rows to skip, 0 or more. 0 asks anew, anything else pages what was found.</param>
/// <param name="Country">ISO 3166-1 alpha-2; completes the prefix. Default US.</param>
/// <param name="BlockSize">Asks for runs of that many consecutive numbers; none asks for single ones.</param>
public sealed record NumberSearch(string Prefix, int Quantity, int Offset, string Country, int? BlockSize)
{
    /// <summary>True when the caller says that tollfree numbers are wanted. The prefix may say it too.</summary>
    public bool IsTollfree { get; init; }

    /// <summary>What else carriers may understand, such as <c>rate_center</c>; sorted by name, so that equal questions are equal.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Who searches.</summary>
/// <param name="Account">Whose stock is shown and for whom offers are kept; for strangers the reseller whose catalogue they look at.</param>
/// <param name="Session">Tells two callers of one account apart, so that each pages what he found: the token, or the address of a stranger. Only its hash is kept.</param>
/// <param name="IsStranger">True when nobody is logged in: only what is for sale to all is shown.</param>
public sealed record SearchCaller(AccountId Account, string Session, bool IsStranger = false)
{
    /// <summary>Under which name runs are counted and bounded. Strangers cannot push out what an account found.</summary>
    internal string Owner => IsStranger ? $"public:{Account}" : Account.ToString();

    /// <summary>Who is shown the offers, and whose older ones make room for them: a stranger's never an account's.</summary>
    internal OfferHolder Holder => IsStranger ? new OfferHolder(Account, CrowdOf(Session)) : new OfferHolder(Account);

    /// <summary>Names the question: the same for each page of it.</summary>
    internal string IdOf(NumberSearch search)
    {
        var parts = new StringBuilder();
        parts.Append(Owner).Append('\n').Append(Session).Append('\n').Append(search.BlockSize).Append('\n').Append(search.IsTollfree);
        foreach (var (name, value) in search.Options) parts.Append('\n').Append(name).Append('=').Append(value);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString()));
        return $"{search.Country}-{SearchPrefix.ForCarriers(search.Prefix, search.Country)}-{Convert.ToHexStringLower(hash)}";
    }

    // By network: whoever has one IPv6 address has 2^64 of them.
    private static int CrowdOf(string address)
    {
        var bytes = !IPAddress.TryParse(address, out var known) ? Encoding.UTF8.GetBytes(address)
            : known.AddressFamily == AddressFamily.InterNetworkV6 && !known.IsIPv4MappedToIPv6 ? known.GetAddressBytes()[..8]
            : known.MapToIPv4().GetAddressBytes();
        return SHA256.HashData(bytes)[0] % OfferHolder.CrowdsCount;
    }
}
