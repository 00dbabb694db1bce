using System.Net;
using System.Net.Sockets;

namespace Hashgate.Proxy.Upstreams;

/// <summary>What an address may be connected to for.</summary>
internal enum AddressKind
{
    /// <summary>Anyone's, on the internet.</summary>
    Public,

    /// <summary>Inside somebody's network or this machine: only where the settings say so.</summary>
    Private,

    /// <summary>No server's address (multicast, unspecified, documentation, tunnels): never.</summary>
    Special,
}

/// <summary>
/// Sorts addresses by the IANA special-purpose registries. An IPv4 address that is wrapped in IPv6 (mapped, NAT64, 6to4)
/// counts as what is inside, for that is where the packets go.
/// </summary>
internal static class AddressGuard
{
    private static readonly (IPNetwork Network, AddressKind Kind)[] V4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), AddressKind.Special),
        (IPNetwork.Parse("10.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("100.64.0.0/10"), AddressKind.Private),
        (IPNetwork.Parse("127.0.0.0/8"), AddressKind.Private),
        (IPNetwork.Parse("169.254.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("172.16.0.0/12"), AddressKind.Private),
        (IPNetwork.Parse("192.0.0.0/24"), AddressKind.Special),
        (IPNetwork.Parse("192.0.2.0/24"), AddressKind.Special),
        (IPNetwork.Parse("192.88.99.0/24"), AddressKind.Special),
        (IPNetwork.Parse("192.168.0.0/16"), AddressKind.Private),
        (IPNetwork.Parse("198.18.0.0/15"), AddressKind.Private),
        (IPNetwork.Parse("198.51.100.0/24"), AddressKind.Special),
        (IPNetwork.Parse("203.0.113.0/24"), AddressKind.Special),
        (IPNetwork.Parse("224.0.0.0/3"), AddressKind.Special),
    ];

    private static readonly (IPNetwork Network, AddressKind Kind)[] V6 =
    [
        (IPNetwork.Parse("::1/128"), AddressKind.Private),
        (IPNetwork.Parse("64:ff9b:1::/48"), AddressKind.Private),
        (IPNetwork.Parse("fc00::/7"), AddressKind.Private),
        (IPNetwork.Parse("fe80::/10"), AddressKind.Private),
        (IPNetwork.Parse("fec0::/10"), AddressKind.Private),
        // Protocol assignments: Teredo, ORCHID and the like.
        (IPNetwork.Parse("2001::/23"), AddressKind.Special),
        (IPNetwork.Parse("2001:db8::/32"), AddressKind.Special),
        (IPNetwork.Parse("3fff::/20"), AddressKind.Special),
        (IPNetwork.Parse("2000::/3"), AddressKind.Public),
        (IPNetwork.Parse("::/0"), AddressKind.Special),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static AddressKind Classify(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return Look(V4, address, AddressKind.Public);
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return AddressKind.Special;
        if (Inside(address) is { } inside) return Classify(inside);
        // A scope is no part of the comparison.
        return Look(V6, new IPAddress(address.GetAddressBytes()), AddressKind.Special);
    }

    /// <summary>Whether a host is written as a private address, or as <c>localhost</c>, rather than as a name that may turn out to be one.</summary>
    public static bool IsWrittenPrivate(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && Classify(address) == AddressKind.Private);

    private static IPAddress? Inside(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        if (Nat64.Contains(plain)) return new IPAddress(bytes.AsSpan(12, 4));
        return SixToFour.Contains(plain) ? new IPAddress(bytes.AsSpan(2, 4)) : null;
    }

    private static AddressKind Look((IPNetwork Network, AddressKind Kind)[] table, IPAddress address, AddressKind otherwise)
    {
        foreach (var (network, kind) in table)
        {
            if (network.Contains(address)) return kind;
        }
        return otherwise;
    }
}
