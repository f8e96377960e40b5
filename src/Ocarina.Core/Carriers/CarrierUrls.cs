using System.Net;
using System.Net.Sockets;

namespace Ocarina.Core.Carriers;

/// <summary>Which addresses a carrier may have (carriers.md 1.3).</summary>
public static class CarrierUrls
{
    /// <summary>What is wrong with an address, as a sentence; <see langword="null"/> when it can be used.</summary>
    /// <param name="text">The address.</param>
    /// <param name="allowPlainHttp">True when the settings take the risk (<c>allow_plain_http</c>).</param>
    public static string? Fault(string text, bool allowPlainHttp) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) ? Fault(address, allowPlainHttp) : "This is no absolute http(s) address";

    /// <summary>What is wrong with an address, as a sentence; <see langword="null"/> when it can be used.</summary>
    public static string? Fault(Uri address, bool allowPlainHttp)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.Host.Length == 0) return "This is no absolute http(s) address";
        if (address.UserInfo.Length > 0) return "Name and password belong in their own keys, not in the address";
        if (address.Fragment.Length > 0) return "An address of a carrier has no fragment";
        return allowPlainHttp || IsSafe(address) ? null : "Without encryption only loopback and private addresses are taken, unless allow_plain_http is true";
    }

    /// <summary>True for https, and for http on loopback and private addresses.</summary>
    public static bool IsSafe(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.Scheme == "https") return true;
        var host = address.DnsSafeHost.TrimEnd('.');
        // A name is believed only when it can mean nothing else (RFC 6761): what others resolve to may change.
        if (!IPAddress.TryParse(host, out var ip)) return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip)) return true;
        if (ip.AddressFamily == AddressFamily.InterNetworkV6) return ip.IsIPv6UniqueLocal || ip.IsIPv6LinkLocal;
        var bytes = ip.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254);
    }
}
