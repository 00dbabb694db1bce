using Hashgate.Core.Events;
using Hashgate.Storage.Events;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Contracts;

/// <summary>One cluster for all tests that need one, one test at a time; each has a key prefix of its own.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterTests : ICollectionFixture<ClusterTests.Fixture>
{
    public const string Name = "redis cluster";

    public sealed class Fixture : IAsyncLifetime
    {
        public RedisCluster Cluster { get; private set; } = null!;

        public Task<RedisBed> MakeBedAsync() => Task.FromResult(RedisBed.In(Cluster));

        public async Task InitializeAsync() => Cluster = await RedisCluster.StartAsync();

        public Task DisposeAsync() => Cluster.DisposeAsync().AsTask();
    }
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterTrustStoreTests(ClusterTests.Fixture fixture) : RedisTrustStoreTests
{
    protected override Task<RedisBed> MakeBedAsync() => fixture.MakeBedAsync();
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterTrustLossTests(ClusterTests.Fixture fixture) : RedisTrustLossTests
{
    protected override Task<RedisBed> MakeBedAsync() => fixture.MakeBedAsync();
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterPolicyStoreTests(ClusterTests.Fixture fixture) : RedisPolicyStoreTests
{
    protected override Task<RedisBed> MakeBedAsync() => fixture.MakeBedAsync();
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterDownloadStoreTests(ClusterTests.Fixture fixture) : RedisDownloadStoreTests
{
    protected override Task<RedisBed> MakeBedAsync() => fixture.MakeBedAsync();
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterTrafficStoreTests(ClusterTests.Fixture fixture) : RedisTrafficStoreTests
{
    protected override Task<RedisBed> MakeBedAsync() => fixture.MakeBedAsync();
}

[Collection(ClusterTests.Name), Trait("Needs", "redis")]
public sealed class ClusterEventLogTests : EventLogContract, IAsyncTest
{
    private readonly RedisBed _bed;
    private readonly QueuedEventLog _log;

    public ClusterEventLogTests(ClusterTests.Fixture fixture)
    {
        _bed = RedisBed.In(fixture.Cluster);
        _log = new QueuedEventLog(new RedisEventStore(_bed.Connect()), new EventLogOptions(), [], new ManualTimeProvider(Noon), NullLogger<QueuedEventLog>.Instance);
    }

    protected override IEventLog Log => _log;

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _bed.DisposeAsync();
    }
}
