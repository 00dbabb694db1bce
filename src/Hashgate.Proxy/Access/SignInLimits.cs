using System.Net;
using System.Threading.RateLimiting;

namespace Hashgate.Proxy.Access;

/// <summary>How often a token may be typed in, right or wrong, within five minutes.</summary>
internal sealed class SignInLimits : IDisposable
{
    /// <summary>From one address, of IPv6 one /64.</summary>
    public const int PerClient = 10;

    /// <summary>From all together.</summary>
    public const int InAll = 300;

    private readonly FixedWindowRateLimiter _all = new(Options(InAll));
    private readonly PartitionedRateLimiter<string> _perClient = PartitionedRateLimiter.Create<string, string>(static client =>
        RateLimitPartition.GetFixedWindowLimiter(client, static _ => Options(PerClient)));

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
    }

    private static FixedWindowRateLimiterOptions Options(int count) => new() { PermitLimit = count, Window = TimeSpan.FromMinutes(5) };
}
