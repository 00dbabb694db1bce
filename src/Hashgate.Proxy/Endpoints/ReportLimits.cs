using System.Net;
using System.Threading.RateLimiting;
using Hashgate.Proxy.Access;

namespace Hashgate.Proxy.Endpoints;

/// <summary>How many reports are taken in an hour: anybody may send them, and each costs a write.</summary>
internal sealed class ReportLimits : IDisposable
{
    /// <summary>From one address (of IPv6 one /64) or one signed-in person.</summary>
    public const int PerReporter = 20;

    /// <summary>From all who are not signed in together.</summary>
    public const int Anonymous = 500;

    private readonly FixedWindowRateLimiter _anonymous = new(Hourly(Anonymous));
    private readonly PartitionedRateLimiter<string> _perReporter = PartitionedRateLimiter.Create<string, string>(reporter =>
        RateLimitPartition.GetFixedWindowLimiter(reporter, static _ => Hourly(PerReporter)));

    /// <summary>Counts a report; the lease says whether it is taken, and if not, how long to wait.</summary>
    public RateLimitLease Enter(Caller caller, IPAddress? address)
    {
        // A token's name has a colon in front of it, which no network begins with.
        if (caller.IsSignedIn) return _perReporter.AttemptAcquire(":" + caller.Name);
        // Looked at before and counted after: who sends more than their share takes nobody else's, and no more addresses are kept in mind than reports are taken.
        var place = _anonymous.AttemptAcquire(0);
        if (!place.IsAcquired) return place;
        var own = _perReporter.AttemptAcquire(ClientNetwork.Of(address));
        return own.IsAcquired ? _anonymous.AttemptAcquire() : own;
    }

    public void Dispose()
    {
        _anonymous.Dispose();
        _perReporter.Dispose();
    }

    private static FixedWindowRateLimiterOptions Hourly(int count) => new() { PermitLimit = count, Window = TimeSpan.FromHours(1) };
}
