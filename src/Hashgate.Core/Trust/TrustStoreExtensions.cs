namespace Hashgate.Core.Trust;

/// <summary>What is asked of every bucket of a store.</summary>
public static class TrustStoreExtensions
{
    /// <summary>The state of each bucket.</summary>
    /// <exception cref="StoreUnavailableException">One of them can't be asked.</exception>
    public static Task<StoreState[]> GetStatesAsync(this ITrustStore store, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, store.BucketCount).Select(bucket => store.GetStateAsync(bucket, cancellationToken).AsTask()));
}
