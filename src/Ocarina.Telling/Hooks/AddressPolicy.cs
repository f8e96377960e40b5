using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Ocarina.Telling.Hooks;

/// <summary>Which addresses a webhook may reach: those of the public Internet, and what an operator allows. A tenant's address must not open a door inside.</summary>
internal static class AddressPolicy
{
    // RFC 6890 and its registries: all that is not for everybody.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "3fff::/20",
            "::/3", "4000::/2", "8000::/1", // all that is not 2000::/3 has another use, or none yet
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>True when the address may be connected to.</summary>
    public static bool Allows(IPAddress address, ImmutableArray<IPNetwork> allowed)
    {
        var meant = MeantBy(address);
        if (allowed.Any(network => Holds(network, meant) || Holds(network, address))) return true;
        return !Special.Any(network => Holds(network, meant)) && !(meant.AddressFamily == AddressFamily.InterNetworkV6 && Special.Any(network => Holds(network, address)));
    }

    /// <summary>The IPv4 address inside an IPv6 one, where there is one.</summary>
    internal static IPAddress MeantBy(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(Bare(address))) return new IPAddress(bytes[12..]);
        if (SixToFour.Contains(Bare(address))) return new IPAddress(bytes[2..6]);
        // ::1 and :: are themselves; the other old "compatible" ones hold an address.
        return Compatible.Contains(Bare(address)) && bytes[12..].Any(part => part != 0) && !IPAddress.IsLoopback(address) ? new IPAddress(bytes[12..]) : Bare(address);
    }

    // A scope (%eth0) is no part of the address.
    private static IPAddress Bare(IPAddress address) => new(address.GetAddressBytes());

    private static bool Holds(IPNetwork network, IPAddress address) => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(Bare(address));
}
