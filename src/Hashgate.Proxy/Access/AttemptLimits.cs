using System.Net;
using System.Threading.RateLimiting;

namespace Hashgate.Proxy.Access;

/// <summary>How often something may be tried within five minutes.</summary>
/// <param name="perClient">From one address, of IPv6 one /64.</param>
/// <param name="inAll">From all together.</param>
internal class AttemptLimits(int perClient, int inAll) : IDisposable
{
    private readonly FixedWindowRateLimiter _all = new(Options(inAll));
    private readonly PartitionedRateLimiter<string> _perClient = PartitionedRateLimiter.Create<string, string>(client =>
        RateLimitPartition.GetFixedWindowLimiter(client, _ => Options(perClient)));

    /// <summary>Counts an attempt; the lease says whether it is looked at, and if not, how long to wait.</summary>
    public RateLimitLease Enter(IPAddress? address)
    {
        // Looked at before and counted after: who tries too often takes nobody else's turn, and no more addresses are kept in mind than attempts are taken.
        var place = _all.AttemptAcquire(0);
        if (!place.IsAcquired) return place;
        var own = _perClient.AttemptAcquire(ClientNetwork.Of(address));
        return own.IsAcquired ? _all.AttemptAcquire() : own;
    }

    public void Dispose()
    {
        _all.Dispose();
        _perClient.Dispose();
        GC.SuppressFinalize(this);
    }

    private static FixedWindowRateLimiterOptions Options(int count) => new() { PermitLimit = count, Window = TimeSpan.FromMinutes(5) };
}
