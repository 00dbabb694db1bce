using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Storage.Pages;
using Hashgate.Storage.Tests.Contracts;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Storage.Tests.Pages;

public sealed class SharedPageStoreTests : PageStoreContract, IDisposable
{
    private static readonly ProjectName Requests = ProjectName.Parse("requests");
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly FlakyPages _shared = new();
    private readonly SharedPageStore _one;
    private readonly SharedPageStore _two;

    public SharedPageStoreTests() => (_one, _two) = (Replica("one"), Replica("two"));

    protected override IPageStore Store => _one;

    [Fact]
    public async Task Page_put_by_one_replica_is_read_by_another_and_kept_by_it()
    {
        var snapshot = Some("requests");
        await _one.PutAsync(snapshot, Turn, default);
        AssertSame(snapshot, await _two.GetAsync("pypi", Requests, default));

        _shared.Down = true;
        AssertSame(snapshot, await _two.GetAsync("pypi", Requests, default));
    }

    [Fact]
    public async Task Renewal_by_one_replica_is_seen_by_another()
    {
        await _one.PutAsync(Some("requests"), Turn, default);
        await _two.GetAsync("pypi", Requests, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(1) }, Turn, default);
        var calls = _shared.Calls;

        Assert.Equal(Noon.AddHours(1), (await _two.GetAsync("pypi", Requests, default))?.FetchedAt);
        // The body that is on the disk isn't asked for again.
        Assert.Equal(calls + 1, _shared.Calls);
    }

    [Fact]
    public async Task Rollback_that_one_replica_sees_begin_or_end_is_seen_by_another()
    {
        await _one.PutAsync(Some("requests"), Turn, default);
        await _two.GetAsync("pypi", Requests, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(1), RollbackSince = Noon.AddHours(1) }, Turn, default);
        var begun = (await _two.GetAsync("pypi", Requests, default))!;
        Assert.Equal(Noon.AddHours(1), begun.RollbackSince);

        await _two.RenewAsync(begun, Turn, default);
        await _one.RenewAsync(Some("requests") with { FetchedAt = Noon.AddHours(2) }, Turn, default);
        Assert.Null((await _two.GetAsync("pypi", Requests, default))!.RollbackSince);
    }

    [Fact]
    public async Task Newer_of_disk_and_cache_counts()
    {
        await _one.PutAsync(Some("requests", files: 1), Turn, default);
        _shared.Down = true;
        await _two.PutAsync(Some("requests", files: 3) with { FetchedAt = Noon.AddHours(1) }, Turn, default);
        _shared.Down = false;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(3, (await _two.GetAsync("pypi", Requests, default))?.Page.Files.Count);
    }

    [Fact]
    public async Task Cache_that_is_down_is_left_alone_for_a_while()
    {
        _shared.Down = true;
        await _one.PutAsync(Some("requests"), Turn, default);
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
        await _one.PutAsync(Some("requests"), Turn, default);
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
        await _one.PutAsync(Some("requests", files: 1), Turn, default);
        await _two.PutAsync(Some("requests", files: 2) with { FetchedAt = Noon.AddHours(1) }, Turn, default);
        _shared.Damage();
        Assert.Equal(1, (await _one.GetAsync("pypi", Requests, default))?.Page.Files.Count);
    }

    public void Dispose() => _directory.Dispose();

    private SharedPageStore Replica(string name)
    {
        var disk = new DiskPageStore(Path.Combine(_directory.Path, name), PageLimits.Default, NullLogger<DiskPageStore>.Instance);
        return new SharedPageStore(disk, _shared, PageLimits.Default, new SharedPageOptions(), _clock, NullLogger<SharedPageStore>.Instance);
    }

    /// <summary>Shared pages in memory that can go away or stop answering.</summary>
    private sealed class FlakyPages : ISharedPages
    {
        private readonly Dictionary<(string, ProjectName), SharedPage> _pages = [];

        public bool Down { get; set; }
        public bool Hangs { get; set; }
        public int Calls { get; private set; }

        public void Damage()
        {
            foreach (var (key, page) in _pages.ToArray()) _pages[key] = page with { Body = [1, 2, 3] };
        }

        public async ValueTask<byte[]?> GetHeaderAsync(string upstream, ProjectName project, CancellationToken cancellationToken) =>
            (await GetAsync(upstream, project, cancellationToken))?.Header;

        public async ValueTask<SharedPage?> GetAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
        {
            await AnswerAsync(cancellationToken);
            return _pages.GetValueOrDefault((upstream, project));
        }

        public async ValueTask<SharedPageOutcome> PutAsync(string upstream, ProjectName project, long turn, string digest, byte[] header, byte[]? body, CancellationToken cancellationToken)
        {
            await AnswerAsync(cancellationToken);
            body ??= _pages.GetValueOrDefault((upstream, project))?.Body;
            if (body is null) return SharedPageOutcome.BodyMissing;
            _pages[(upstream, project)] = new SharedPage(header, body);
            return SharedPageOutcome.Kept;
        }

        public async ValueTask RemoveAsync(string upstream, ProjectName project, CancellationToken cancellationToken)
        {
            await AnswerAsync(cancellationToken);
            _pages.Remove((upstream, project));
        }

        private Task AnswerAsync(CancellationToken cancellationToken)
        {
            Calls++;
            if (Down) throw new StoreUnavailableException("down");
            return Hangs ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask;
        }
    }
}
