using System.Net;
using System.Net.Sockets;

namespace Hashgate.Proxy.Access;

/// <summary>What counts as one client where attempts are limited: an IPv4 address, or the /64 of IPv6 that one household or machine has.</summary>
internal static class ClientNetwork
{
    public static string Of(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address?.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address?.ToString() ?? "unknown";
    }
}
