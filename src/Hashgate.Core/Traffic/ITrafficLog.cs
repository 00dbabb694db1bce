namespace Hashgate.Core.Traffic;

/// <summary>What installers asked for and were given, hour by hour, summed over replicas and restarts. Kept for <c>Events:Retention</c>.</summary>
public interface ITrafficLog
{
    /// <summary>The hours that had traffic, oldest first, from the one that <paramref name="since"/> is in; what this process has not written yet is in the last.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store can't be read.</exception>
    ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken);
}
