using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>An index with one genuine file, a Hashgate in front of it, and the look at what a fault left behind.</summary>
internal sealed class FaultRig : IAsyncDisposable
{
    public const string Json = "application/vnd.pypi.simple.v1+json";

    private readonly Func<IReadOnlyDictionary<string, string?>?, Task<RunningHashgate>> _start;

    private FaultRig(FakeIndex index, FakeFile file, byte[] genuine, FaultClock clock, RunningHashgate hashgate, Func<IReadOnlyDictionary<string, string?>?, Task<RunningHashgate>> start) =>
        (Index, File, Genuine, Clock, Hashgate, _start) = (index, file, genuine, clock, hashgate, start);

    public FakeIndex Index { get; }

    public FakeFile File { get; }

    /// <summary>What the index promised first.</summary>
    public byte[] Genuine { get; }

    public RunningHashgate Hashgate { get; private set; }

    public FaultClock Clock { get; }

    public ProjectName Project => ProjectName.Parse(File.Project.Name);

    public string PagePath => FakeIndex.PagePath(File.Project.Name);

    /// <summary>Starts both; the upstream's time limit is a second.</summary>
    /// <param name="arrange">Before Hashgate starts.</param>
    public static async Task<FaultRig> StartAsync(
        int padding = 0, IReadOnlyDictionary<string, string?>? settings = null, Action<FakeIndex, FakeFile>? arrange = null,
        string? dataDirectory = null, Action<IServiceCollection>? services = null)
    {
        var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding));
        var genuine = file.Bytes;
        arrange?.Invoke(index, file);
        var clock = new FaultClock();
        var hashgate = await StartHashgateAsync(settings);
        return new FaultRig(index, file, genuine, clock, hashgate, StartHashgateAsync);

        Task<RunningHashgate> StartHashgateAsync(IReadOnlyDictionary<string, string?>? own)
        {
            // What becomes of blobs on disk is what these tests are about.
            var all = new Dictionary<string, string?> { ["Upstreams:pypi:Timeout"] = "00:00:01", ["Cache:SmallFileMemoryBytes"] = "0" };
            foreach (var (key, value) in own ?? new Dictionary<string, string?>()) all[key] = value;
            return RunningHashgate.StartAsync(index, all, dataDirectory, clock, services);
        }
    }

    /// <summary>Ends Hashgate and starts another on the same data directory, which must not be its own.</summary>
    public async Task RestartAsync(Dictionary<string, string?>? settings = null)
    {
        await Hashgate.DisposeAsync();
        Hashgate = await _start(settings);
    }

    public Task<FaultAnswer> GetAsync() => GetAsync(File.Path);

    public Task<FaultAnswer> GetAsync(string path) => FaultAnswer.GetAsync(Hashgate.Client, path);

    public Task<FaultAnswer> GetPageAsync() => FaultAnswer.GetAsync(Hashgate.Client, PagePath, Json);

    /// <summary>So much later that a page is too old to be served before its upstream was asked.</summary>
    public async Task<FaultAnswer> GetPageLaterAsync()
    {
        Clock.Skip(TimeSpan.FromMinutes(30));
        return await GetPageAsync();
    }

    /// <summary>The page as soon as it is like that: after an outage the older one goes out while the refresh runs.</summary>
    public async Task<FaultAnswer> GetPageUntilAsync(Func<FaultAnswer, bool> isLike)
    {
        for (var turn = 0; turn < 1000; turn++)
        {
            var page = await GetPageAsync();
            if (isLike(page)) return page;
            await Task.Delay(20);
        }
        throw new TimeoutException("The page never came to be so.");
    }

    /// <summary>An operator's word through the API.</summary>
    public async Task<int> AcceptAsync(object word)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/trust/{Project}/accept") { Content = JsonContent.Create(word) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Hashgate.AdminToken);
        using var answer = await Hashgate.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public async Task<TrustRecord?> RecordAsync() =>
        (await Hashgate.Get<TrustLedger>().GetProjectAsync(Project, CancellationToken.None)).SingleOrDefault(r => r.Key == FileKey.Of(Project, File.Filename));

    public async Task<bool> HasEventAsync(string kind, string? reason = null) =>
        (await Hashgate.EventsAsync()).Any(e => e.Kind == kind && (reason is null || e.Reason!.Contains(reason, StringComparison.Ordinal)));

    /// <summary>Store and journal agree, every blob is what its name says, and nothing unfinished lies about.</summary>
    public async Task AssertUnhurtAsync()
    {
        var diff = await Hashgate.Get<TrustLedger>().DiffAsync(CancellationToken.None);
        Assert.Empty(diff.MissingThere);
        Assert.Empty(diff.MissingInStore);
        Assert.Empty(diff.Different);
        var blobs = new DirectoryInfo(Path.Combine(Hashgate.DataDirectory, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories);
        Assert.All(blobs, blob => Assert.Equal(blob.Name, Sha256Digest.Of(System.IO.File.ReadAllBytes(blob.FullName)).ToString()));
    }

    /// <summary>As above, and what was promised first is on record still and is served once the index is honest again.</summary>
    public async Task AssertRecoversAsync()
    {
        await AssertUnhurtAsync();
        if (await RecordAsync() is { } record) Assert.Equal(Sha256Digest.Of(Genuine), record.Sha256);
        Index.Faults.Clear();
        File.Bytes = Genuine;
        Clock.Skip(TimeSpan.FromHours(3));
        var answer = await GetAsync();
        Assert.Equal(200, answer.Status);
        Assert.True(answer.IsComplete);
        Assert.Equal(Genuine, answer.Body);
        Assert.Equal(Sha256Digest.Of(Genuine), (await RecordAsync())!.Sha256);
        Assert.NotNull((await RecordAsync())!.ProvenAt);
    }

    public async ValueTask DisposeAsync()
    {
        await Hashgate.DisposeAsync();
        await Index.DisposeAsync();
    }
}
