using System.Net;
using System.Net.Sockets;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary>How many reports are taken in an hour: anybody may send them, and each costs a write.</summary>
internal sealed class ReportLimits(TimeProvider time)
{
    /// <summary>From one address (of IPv6 one /64) or one signed-in person.</summary>
    public const int PerReporter = 20;

    /// <summary>From all who are not signed in together.</summary>
    public const int Anonymous = 500;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = [];
    private int _anonymous;
    private DateTimeOffset _end;

    /// <summary>Counts a report; null where it is taken, else how long to wait.</summary>
    public TimeSpan? Take(Caller caller, IPAddress? address)
    {
        // A token's name has no colon in front of it, an address has none but its own.
        var reporter = caller.IsSignedIn ? ":" + caller.Name : Network(address);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now >= _end)
            {
                _taken.Clear();
                _anonymous = 0;
                _end = now + Window;
            }
            var taken = _taken.GetValueOrDefault(reporter);
            if (taken >= PerReporter || (!caller.IsSignedIn && _anonymous >= Anonymous)) return _end - now;
            _taken[reporter] = taken + 1;
            if (!caller.IsSignedIn) _anonymous++;
            return null;
        }
    }

    private static string Network(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address?.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address?.ToString() ?? "unknown";
    }
}
