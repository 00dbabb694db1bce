using System.Net;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Hashgate.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Proxy.Tests.Upstreams;

/// <summary>A fake index with one wheel on it, and a client of it whose retries don't wait.</summary>
internal sealed class UpstreamBench : IAsyncDisposable
{
    public static readonly ProjectName Project = ProjectName.Parse("sample");
    public static readonly UpstreamClientOptions Quick = new() { RetryDelay = TimeSpan.Zero, CircuitMinimumAttempts = 1000 };

    private UpstreamBench(FakeIndex index, Upstream upstream, UpstreamClient client, FakeFile file, MemoryEventLog events, TestWheel wheel) =>
        (Index, Upstream, Client, File, Events, Wheel) = (index, upstream, client, file, events, wheel);

    public FakeIndex Index { get; }
    public Upstream Upstream { get; }
    public UpstreamClient Client { get; }
    public FakeFile File { get; }
    public TestWheel Wheel { get; }
    public MemoryEventLog Events { get; }
    public string PagePath { get; } = FakeIndex.PagePath("sample");
    public Uri FileUrl => new(Index.UrlOf(File));

    public static async Task<UpstreamBench> StartAsync(
        Func<Upstream, FakeIndex, Upstream>? change = null, UpstreamClientOptions? options = null, TimeProvider? time = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, bool https = false, ILogger<UpstreamClient>? log = null)
    {
        var index = await FakeIndex.StartAsync(https);
        var wheel = TestWheel.Build("sample", "1.0", padding: 100_000);
        var file = index.Add(wheel);
        var upstream = new Upstream { Name = "pypi", IndexUrl = index.IndexUrl };
        if (change is not null) upstream = change(upstream, index);
        var events = new MemoryEventLog();
        var client = new UpstreamClient(
            [upstream], options ?? Quick, time ?? TimeProvider.System, events, log ?? NullLogger<UpstreamClient>.Instance, resolve ?? Dns.GetHostAddressesAsync);
        return new UpstreamBench(index, upstream, client, file, events, wheel);
    }

    public Task<PageFetch> GetPageAsync(PageSnapshot? previous = null, CancellationToken cancellationToken = default) =>
        Client.GetPageAsync(Upstream, Project, previous, cancellationToken);

    public Task<FileOpening> OpenAsync(long offset = 0, Uri? url = null, CancellationToken cancellationToken = default) =>
        Client.OpenFileAsync(Upstream, url ?? FileUrl, offset, cancellationToken);

    public async Task<PageFetch.Fetched> FetchPageAsync() => Assert.IsType<PageFetch.Fetched>(await GetPageAsync());

    public async Task<FetchError> PageErrorAsync() => Assert.IsType<PageFetch.Failed>(await GetPageAsync()).Error;

    public async Task<FetchError> FileErrorAsync(long offset = 0, Uri? url = null) => Assert.IsType<FileOpening.Failed>(await OpenAsync(offset, url)).Error;

    /// <summary>A file's bytes from an offset on.</summary>
    public async Task<byte[]> ReadAsync(long offset = 0, Uri? url = null)
    {
        var opened = Assert.IsType<FileOpening.Opened>(await OpenAsync(offset, url));
        await using var body = opened.Body;
        using var memory = new MemoryStream();
        await body.CopyToAsync(memory);
        return memory.ToArray();
    }

    public static PageSnapshot Snapshot(PageFetch.Fetched fetched) => new("pypi", fetched.Page, fetched.ETag, fetched.LastModified, DateTimeOffset.UnixEpoch, null);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Index.DisposeAsync();
    }
}
