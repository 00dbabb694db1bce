using Hashgate.Core.Traffic;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Traffic;

/// <summary>Where traffic is kept.</summary>
public interface ITrafficStore
{
    /// <summary>Adds to what is known of that hour.</summary>
    /// <exception cref="StoreUnavailableException">It is not, or perhaps not, in the store.</exception>
    ValueTask AddAsync(TrafficHour traffic, CancellationToken cancellationToken);

    /// <inheritdoc cref="ITrafficLog.ReadAsync"/>
    ValueTask<IReadOnlyList<TrafficHour>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Removes the hours that ended before this moment.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    ValueTask TrimAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
