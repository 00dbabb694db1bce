using Hashgate.Core.Downloads;
using Hashgate.Core.Trust;

namespace Hashgate.Storage.Downloads;

/// <summary>Where downloads are kept.</summary>
public interface IDownloadStore
{
    /// <summary>Adds each entry's count to the one of the same day, project, file and client.</summary>
    /// <exception cref="StoreUnavailableException">They are not, or perhaps not all, in the store.</exception>
    ValueTask AddAsync(IReadOnlyCollection<Download> downloads, CancellationToken cancellationToken);

    /// <inheritdoc cref="IDownloadLog.ReadAsync"/>
    IAsyncEnumerable<Download> ReadAsync(DownloadQuery query, CancellationToken cancellationToken);

    /// <summary>Removes the entries of days before this one.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be written.</exception>
    ValueTask TrimAsync(DateOnly before, CancellationToken cancellationToken);
}
