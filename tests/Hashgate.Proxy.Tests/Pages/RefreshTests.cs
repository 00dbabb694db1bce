using System.Net;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>When the upstream is asked again, who waits for it, and what they get meanwhile.</summary>
public sealed class RefreshTests : IAsyncLifetime
{
    private const string Page = "/simple/alpha/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new(DateTimeOffset.UtcNow);
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("alpha", "1.0"));
        _hashgate = await RunningHashgate.StartAsync(_index, time: _time);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    private void Publish()
    {
        _index.Add(TestWheel.Build("alpha", "2.0"));
        _index.Project("alpha").Serial++;
    }

    private static async Task<(string Text, bool Stale)> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return (await answer.Content.ReadAsStringAsync(), answer.Headers.Warning.Any(w => w.Code == 110));
        }
    }

    private async Task<(string Text, bool Stale)> GetAsync() => await ReadAsync(await _hashgate.GetAsync(Page));

    private async Task WaitForNewPageAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!(await GetAsync()).Text.Contains("alpha-2.0", StringComparison.Ordinal)) await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task Fifty_clients_at_once_make_one_upstream_request()
    {
        var gate = new Gate();
        _index.Faults.Once(Page, Fault.HoldHead(gate));
        var clients = Enumerable.Range(0, 50).Select(_ => GetAsync()).ToArray();
        await gate.Reached;
        gate.Open();
        Assert.All(await Task.WhenAll(clients), page => Assert.Contains("alpha-1.0", page.Text, StringComparison.Ordinal));
        Assert.Equal(1, _index.Requests.Count(Page));
    }

    [Fact]
    public async Task Fresh_page_asks_nobody_and_a_stale_one_is_served_while_one_refresh_runs()
    {
        await GetAsync();
        Publish();
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.DoesNotContain("alpha-2.0", (await GetAsync()).Text, StringComparison.Ordinal);
        Assert.Equal(1, _index.Requests.Count(Page));

        _time.Advance(TimeSpan.FromMinutes(2));
        var gate = new Gate();
        _index.Faults.Once(Page, Fault.HoldHead(gate));
        foreach (var (text, stale) in await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync())))
        {
            Assert.DoesNotContain("alpha-2.0", text, StringComparison.Ordinal);
            Assert.False(stale);
        }
        await gate.Reached;
        Assert.Equal(2, _index.Requests.Count(Page));
        gate.Open();
        await WaitForNewPageAsync();
        Assert.Equal(2, _index.Requests.Count(Page));
    }

    [Fact]
    public async Task Old_page_waits_for_its_refresh_and_is_new_then()
    {
        await GetAsync();
        Publish();
        _time.Advance(TimeSpan.FromMinutes(21));
        var (text, stale) = await GetAsync();
        Assert.Contains("alpha-2.0", text, StringComparison.Ordinal);
        Assert.False(stale);
    }

    [Fact]
    public async Task Old_page_goes_out_marked_stale_when_its_refresh_takes_too_long()
    {
        await GetAsync();
        Publish();
        _time.Advance(TimeSpan.FromMinutes(21));
        var gate = new Gate();
        _index.Faults.Once(Page, Fault.HoldHead(gate));
        var waiting = GetAsync();
        await gate.Reached;
        Assert.False(waiting.IsCompleted);
        // The request may start to wait a moment after its refresh began: half seconds, until it is let go.
        var waited = TimeSpan.Zero;
        for (; !waiting.IsCompleted; waited += TimeSpan.FromSeconds(0.5))
        {
            _time.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(20);
            Assert.True(waited < TimeSpan.FromSeconds(25), "It still waits.");
        }
        var (text, stale) = await waiting;
        Assert.True(stale);
        Assert.Contains("alpha-1.0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alpha-2.0", text, StringComparison.Ordinal);
        gate.Open();
        await WaitForNewPageAsync();
        Assert.Equal(2, _index.Requests.Count(Page));
    }

    [Fact]
    public async Task Dead_upstream_leaves_the_page_marked_stale_and_is_not_asked_by_everyone()
    {
        await GetAsync();
        _index.Faults.Always(Page, Fault.Status(403));
        _time.Advance(TimeSpan.FromMinutes(21));
        for (var i = 0; i < 10; i++)
        {
            var (text, stale) = await GetAsync();
            Assert.True(stale);
            Assert.Contains("alpha-1.0", text, StringComparison.Ordinal);
        }
        Assert.Equal(2, _index.Requests.Count(Page));
        _index.Faults.Clear();
        Publish();
        _time.Advance(TimeSpan.FromSeconds(6));
        await WaitForNewPageAsync();
    }

    [Fact]
    public async Task Unknown_project_is_remembered_for_a_minute()
    {
        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                foreach (var path in (string[])["simple/nobody/", "pypi/nobody/json", "why/nobody"]) (await _hashgate.GetAsync(path)).Dispose();
                using var answer = await _hashgate.GetAsync("simple/nobody/");
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
            Assert.Equal(round, _index.Requests.Count("/simple/nobody/"));
            Assert.Equal(0, _index.Requests.Count("/pypi/nobody/json"));
            _time.Advance(TimeSpan.FromSeconds(61));
        }
        _index.Add(TestWheel.Build("nobody", "1.0"));
        using var found = await _hashgate.GetAsync("simple/nobody/");
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Theory]
    [InlineData("alpha", 1)]
    [InlineData("nobody", 2)]
    public async Task Direct_url_of_a_project_not_read_yet_asks_once_for_its_page(string project, int rounds)
    {
        var wheel = TestWheel.Build(project, "3.0");
        for (var round = 1; round <= rounds; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                using var answer = await _hashgate.GetAsync(FakeFile.PathFor(wheel.Sha256, wheel.Filename));
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
            Assert.Equal(round, _index.Requests.Count($"/simple/{project}/"));
            _time.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    public async Task Unknown_file_refreshes_its_page_once_a_minute()
    {
        await GetAsync();
        var wheel = TestWheel.Build("alpha", "3.0");
        var path = FakeFile.PathFor(wheel.Sha256, wheel.Filename);
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var round = 1; round <= 2; round++)
        {
            for (var i = 0; i < 5; i++)
            {
                using var answer = await _hashgate.GetAsync(path);
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            }
            Assert.Equal(1 + round, _index.Requests.Count(Page));
            _time.Advance(TimeSpan.FromSeconds(61));
        }
        // Published since: a lock file knows of it before the page here does.
        _index.Add(wheel);
        Assert.Equal(wheel.Bytes, await _hashgate.Client.GetByteArrayAsync(path[1..]));
        Assert.Equal(0, _index.Requests.All.Count(r => r.Path == path) - 1);
    }
}
