using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Hashgate.Storage.Tests.Pages;

public sealed class SharedPageStoreTests : PageStoreContract, IDisposable
{
    private static readonly ProjectName Requests = ProjectName.Parse("requests");
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly FlakyCache _shared = new();
    private readonly SharedPageStore _one;
    private readonly SharedPageStore _two;

    public SharedPageStoreTests() => (_one, _two) = (Replica("one"), Replica("two"));

    protected override IPageStore Store => _one;

    [Fact]
    public async Task Page_put_by_one_replica_is_read_by_another_and_kept_by_it()
    {
        var snapshot = Some("requests");
        await _one.PutAsync(snapshot, default);
        AssertSame(snapshot, await _two.GetAsync("pypi", Requests, default));

        _shared.Down = true;
        AssertSame(snapshot, await _two.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Renewal_by_one_replica_is_seen_by_another()
    {
        await _one.PutAsync(Some("requests"), default);
        await _two.GetAsync("pypi", Requests, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(1) }, default);
        _shared.Gets.Clear();

        Assert.Equal(Noon.AddHours(1), (await _two.GetAsync("pypi", Requests, default))?.FetchedAt);
        Assert.Single(_shared.Gets);
    }

    [Fact]
    public async Task Rollback_that_one_replica_sees_begin_or_end_is_seen_by_another()
    {
        await _one.PutAsync(Some("requests"), default);
        await _two.GetAsync("pypi", Requests, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(1), RollbackSince = Noon.AddHours(1) }, default);
        var begun = (await _two.GetAsync("pypi", Requests, default))!;
        Assert.Equal(Noon.AddHours(1), begun.RollbackSince);

        await _two.RenewAsync(begun, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(2) }, default);
        Assert.Null((await _two.GetAsync("pypi", Requests, default))!.RollbackSince);
    }

    [Fact]
    public async Task Newer_of_disk_and_cache_counts()
    {
        await _one.PutAsync(Some("requests", files: 1), default);
        _shared.Down = true;
        await _two.PutAsync(Some("requests", files: 3) with { FetchedAt = Noon.AddHours(1) }, default);
        _shared.Down = false;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(3, (await _two.GetAsync("pypi", Requests, default))?.Page.Files.Count);
    }

    [Fact]
    public async Task Cache_that_is_down_is_left_alone_for_a_while()
    {
        _shared.Down = true;
        await _one.PutAsync(Some("requests"), default);
        var asked = _shared.Calls;
        Assert.Equal(1, asked);
        Assert.NotNull(await _one.GetAsync("pypi", Requests, default));
        Assert.Equal(asked, _shared.Calls);

        _clock.Advance(TimeSpan.FromSeconds(6));
        await _one.GetAsync("pypi", Requests, default);
        Assert.Equal(asked + 1, _shared.Calls);
    }

    [Fact]
    public async Task Cache_that_never_answers_is_waited_for_no_longer_than_told()
    {
        await _one.PutAsync(Some("requests"), default);
        _shared.Hangs = true;
        var reading = _one.GetAsync("pypi", Requests, default).AsTask();
        while (!reading.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }
        Assert.NotNull(await reading);
    }

    [Fact]
    public async Task Damaged_body_in_the_cache_falls_back_to_disk()
    {
        await _one.PutAsync(Some("requests", files: 1), default);
        await _two.PutAsync(Some("requests", files: 2) with { FetchedAt = Noon.AddHours(1) }, default);
        _shared.Damage();
        Assert.Equal(1, (await _one.GetAsync("pypi", Requests, default))?.Page.Files.Count);
    }

    [Fact]
    public async Task Replaced_body_leaves_the_cache()
    {
        await _one.PutAsync(Some("requests", files: 1), default);
        await _one.PutAsync(Some("requests", files: 2), default);
        Assert.Equal(2, _shared.Keys.Count);
    }

    public void Dispose() => _directory.Dispose();

    private SharedPageStore Replica(string name)
    {
        var disk = new DiskPageStore(Path.Combine(_directory.Path, name), PageLimits.Default, NullLogger<DiskPageStore>.Instance);
        return new SharedPageStore(disk, _shared, PageLimits.Default, new SharedPageOptions(), _clock, NullLogger<SharedPageStore>.Instance);
    }

    /// <summary>A distributed cache in memory that can go away or stop answering.</summary>
    private sealed class FlakyCache : IDistributedCache
    {
        private readonly MemoryDistributedCache _inner = new(Options.Create(new MemoryDistributedCacheOptions()));

        public bool Down { get; set; }
        public bool Hangs { get; set; }
        public int Calls { get; private set; }
        public List<string> Gets { get; } = [];
        public HashSet<string> Keys { get; } = [];

        public void Damage()
        {
            foreach (var key in Keys.Where(k => k.Count(c => c == ':') == 2)) _inner.Set(key, [1, 2, 3], new());
        }

        public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
        {
            await AnswerAsync(token);
            Gets.Add(key);
            return await _inner.GetAsync(key, token);
        }

        public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            await AnswerAsync(token);
            Keys.Add(key);
            await _inner.SetAsync(key, value, options, token);
        }

        public async Task RefreshAsync(string key, CancellationToken token = default)
        {
            await AnswerAsync(token);
            await _inner.RefreshAsync(key, token);
        }

        public async Task RemoveAsync(string key, CancellationToken token = default)
        {
            await AnswerAsync(token);
            Keys.Remove(key);
            await _inner.RemoveAsync(key, token);
        }

        public byte[]? Get(string key) => throw new NotSupportedException();
        public void Refresh(string key) => throw new NotSupportedException();
        public void Remove(string key) => throw new NotSupportedException();
        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

        private Task AnswerAsync(CancellationToken token)
        {
            Calls++;
            if (Down) throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, "down");
            return Hangs ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        }
    }
}
