using Hashgate.Core.Trust;
using Hashgate.Storage.Downloads;
using Hashgate.Storage.Events;
using Hashgate.Storage.Policy;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Traffic;
using Hashgate.Storage.Trust;

namespace Hashgate.Proxy.Hosting;

/// <summary>Opens the stores at the start: a wrong configuration ends it, an outage doesn't.</summary>
internal interface IStoreStart
{
    /// <exception cref="SettingsException">A store is set up so that records could be lost.</exception>
    /// <exception cref="Storage.Sqlite.StoreVersionException">A store was written by a newer program.</exception>
    Task OpenAsync(CancellationToken cancellationToken);
}

internal sealed class SqliteStart(SqliteTrustStore trust, SqliteEventStore events, SqliteDownloadStore downloads, SqliteTrafficStore traffic, SqlitePolicyStore policy, TrustLedger ledger) : IStoreStart
{
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // Each has a file of its own.
        await Task.WhenAll(
            Task.Run(() => OpenTrustAsync(cancellationToken), cancellationToken),
            Task.Run(() => events.OpenAsync(cancellationToken).AsTask(), cancellationToken),
            Task.Run(() => downloads.OpenAsync(cancellationToken).AsTask(), cancellationToken),
            Task.Run(() => traffic.OpenAsync(cancellationToken).AsTask(), cancellationToken),
            Task.Run(() => policy.OpenAsync(cancellationToken).AsTask(), cancellationToken));
    }

    private async Task OpenTrustAsync(CancellationToken cancellationToken)
    {
        await trust.OpenAsync(cancellationToken);
        await ledger.StartAsync(cancellationToken);
    }
}

internal sealed class RedisStart(RedisConnection redis, RedisOptions options, TrustLedger ledger) : IStoreStart
{
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // Redis away is a degraded start: the ledger says so until it is back.
        var checks = await RedisChecks.RunAsync(redis, options, cancellationToken);
        if (checks.Problems.Count > 0) throw new SettingsException(checks.Problems);
        await ledger.StartAsync(cancellationToken);
    }
}
