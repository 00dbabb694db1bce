using Hashgate.Core.Blobs;
using Hashgate.Core.Downloads;
using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Replicas;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Replicas;
using Hashgate.Storage.Blobs;
using Hashgate.Storage.Blobs.Disk;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Downloads;
using Hashgate.Storage.Events;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Policy;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Replicas;
using Hashgate.Storage.Traffic;
using Hashgate.Storage.Trust;

namespace Hashgate.Proxy.Hosting;

/// <summary>The one switch that chooses drivers. Nothing is opened before it is first asked for.</summary>
internal static class Stores
{
    public static void AddStores(this IServiceCollection services, HashgateSettings settings)
    {
        var data = settings.DataDirectory;
        services.AddSingleton(new DiskBlobOptions
        {
            DataDirectory = data,
            MaxBytes = settings.Cache.MaxBytes,
            MinFreeBytes = settings.Cache.MinFreeBytes,
            ScrubBytesPerSecond = settings.Cache.ScrubBytesPerSecond,
            ScrubPause = settings.Cache.ScrubPause,
        });
        services.AddSingleton<DiskBlobStore>();
        services.AddSingleton<IBlobStore>(provider => new SmallBlobs(provider.GetRequiredService<DiskBlobStore>(), settings.Cache.SmallFileMemoryBytes));
        services.AddSingleton(_ => FileTrustJournal.Open(Path.Combine(data, "journal")));
        services.AddSingleton<ITrustJournal>(provider => provider.GetRequiredService<FileTrustJournal>());
        services.AddSingleton(provider => new TrustLedger(
            provider.GetRequiredService<ITrustStore>(),
            provider.GetRequiredService<ITrustJournal>(),
            provider.GetRequiredService<TimeProvider>(),
            // Records in the data directory itself are nobody else's.
            settings.Trust.UsesRedis ? provider.GetRequiredService<ISharedJournals>() : null));
        services.AddSingleton(provider => new PolicyCopy(Path.Combine(data, "policy"), provider.GetRequiredService<ILogger<PolicyCopy>>()));
        services.AddSingleton<IPublisherCopies>(provider => new PublisherCopies(Path.Combine(data, "policy", "publishers"), provider.GetRequiredService<ILogger<PublisherCopies>>()));
        services.AddSingleton<IPolicyStore>(provider => provider.GetRequiredService<GuardedPolicyStore>());
        services.AddSingleton(settings.Events);
        services.AddSingleton<QueuedEventLog>();
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<QueuedEventLog>());
        services.AddSingleton<IDownloadLog>(provider => new MergedDownloadLog(
            provider.GetRequiredService<IDownloadStore>(), settings.Events.Retention, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<MergedDownloadLog>>()));
        services.AddSingleton(provider => new DiskPageStore(Path.Combine(data, "pages"), PageLimits.Default, provider.GetRequiredService<ILogger<DiskPageStore>>()));

        services.AddSharedBlobs(settings.SharedBlobs);
        services.AddSharedJournals(isUsed: settings.SharedBlobs is not null);
        if (settings.Trust.UsesRedis) services.AddRedis(settings.Trust);
        else services.AddSqlite(data);
    }

    private static void AddSharedBlobs(this IServiceCollection services, S3Options? s3)
    {
        if (s3 is null)
        {
            services.AddSingleton<ISharedBlobs, NoSharedBlobs>();
            return;
        }
        services.AddSingleton(s3);
        services.AddSingleton<S3Bucket>();
        services.AddSingleton<ISharedBlobs, S3SharedBlobs>();
    }

    /// <summary>The object store's times, where there is one.</summary>
    private static IEnumerable<Storage.StoreTimes> TimesOfBlobs(IServiceProvider provider) => provider.GetService<S3Bucket>() is { } bucket ? [bucket.Times] : [];

    private static void AddSqlite(this IServiceCollection services, string data)
    {
        services.AddSingleton(_ => new SqliteTrustStore(Path.Combine(data, "trust.db")));
        services.AddSingleton<ITrustStore>(provider => provider.GetRequiredService<SqliteTrustStore>());
        services.AddSingleton(_ => new SqliteEventStore(Path.Combine(data, "events.db")));
        services.AddSingleton<IEventStore>(provider => provider.GetRequiredService<SqliteEventStore>());
        services.AddSingleton(_ => new SqliteDownloadStore(Path.Combine(data, "downloads.db")));
        services.AddSingleton<IDownloadStore>(provider => provider.GetRequiredService<SqliteDownloadStore>());
        services.AddSingleton(_ => new SqliteTrafficStore(Path.Combine(data, "traffic.db")));
        services.AddSingleton<ITrafficStore>(provider => provider.GetRequiredService<SqliteTrafficStore>());
        services.AddSingleton(_ => new SqlitePolicyStore(Path.Combine(data, "policy.db")));
        services.AddSingleton(provider => new GuardedPolicyStore(provider.GetRequiredService<SqlitePolicyStore>()));
        services.AddSingleton<IPageStore>(provider => provider.GetRequiredService<DiskPageStore>());
        services.AddSingleton<IReplicaList, SingleReplicaList>();
        services.AddSingleton<IWorkLeases, NoLeases>();
        services.AddSingleton<IStoreStart, SqliteStart>();
        services.AddSingleton(provider => new MeasuredStores([
            provider.GetRequiredService<FileTrustJournal>().Times,
            provider.GetRequiredService<SqliteTrustStore>().Times,
            provider.GetRequiredService<SqliteEventStore>().Times,
            provider.GetRequiredService<SqliteDownloadStore>().Times,
            provider.GetRequiredService<SqliteTrafficStore>().Times,
            provider.GetRequiredService<SqlitePolicyStore>().Times,
            .. TimesOfBlobs(provider),
        ]));
    }

    private static void AddRedis(this IServiceCollection services, TrustSettings trust)
    {
        services.AddSingleton(trust.Redis);
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<IWorkLeases, RedisLeases>();
        services.AddSingleton<ITrustStore, RedisTrustStore>();
        services.AddSingleton<IEventStore, RedisEventStore>();
        services.AddSingleton<IDownloadStore, RedisDownloadStore>();
        services.AddSingleton<ITrafficStore, RedisTrafficStore>();
        services.AddSingleton(provider => new GuardedPolicyStore(new RedisPolicyStore(provider.GetRequiredService<RedisConnection>())));
        services.AddSingleton(new SharedPageOptions());
        services.AddSingleton<IPageStore>(provider => new SharedPageStore(
            provider.GetRequiredService<DiskPageStore>(),
            new RedisPages(provider.GetRequiredService<RedisConnection>(), provider.GetRequiredService<SharedPageOptions>()),
            PageLimits.Default,
            provider.GetRequiredService<SharedPageOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SharedPageStore>>()));
        services.AddSingleton<IReplicaList, RedisReplicaList>();
        services.AddSingleton<IStoreStart, RedisStart>();
        services.AddSingleton(provider => new MeasuredStores([
            provider.GetRequiredService<FileTrustJournal>().Times,
            provider.GetRequiredService<RedisConnection>().Times,
            .. TimesOfBlobs(provider),
        ]));
    }
}

/// <summary>The stores in use, as metrics show how long they take.</summary>
internal sealed record MeasuredStores(IReadOnlyList<Storage.StoreTimes> Times);
