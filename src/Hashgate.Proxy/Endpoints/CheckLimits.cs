using System.Threading.RateLimiting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>How often anybody may have a file checked: ten in a row, then one every two seconds.</summary>
internal sealed class CheckLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> _perClient = PartitionedRateLimiter.Create<string, string>(client =>
        RateLimitPartition.GetTokenBucketLimiter(client, static _ => new TokenBucketRateLimiterOptions { TokenLimit = 10, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(2) }));

    /// <summary>Asks for a turn; the lease says whether there is one.</summary>
    public RateLimitLease Enter(string client) => _perClient.AttemptAcquire(client);

    public void Dispose() => _perClient.Dispose();
}
