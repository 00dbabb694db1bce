using Hashgate.Core.Events;
using Hashgate.Core.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class ResilienceTests
{
    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Page_that_fails_for_a_moment_is_fetched_by_a_retry(int status)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Times(bench.PagePath, 2, Fault.Status(status));
        await bench.FetchPageAsync();
        Assert.Equal(3, bench.Index.Requests.Count(bench.PagePath));
    }

    [Fact]
    public async Task Page_whose_body_broke_once_is_fetched_by_a_retry()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Once(bench.PagePath, Fault.Truncate(30));
        Assert.Single((await bench.FetchPageAsync()).Page.Files);
    }

    [Fact]
    public async Task File_whose_head_failed_once_is_opened_by_a_retry()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Once(bench.File.Path, Fault.Drop(-1)).Once(bench.File.Path, Fault.Status(500));
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
    }

    [Fact]
    public async Task Page_that_goes_on_failing_fails_after_its_retries()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.PagePath, Fault.Status(500));
        var error = await bench.PageErrorAsync();
        Assert.Equal((FetchErrorKind.BadStatus, 500), (error.Kind, error.Status));
        Assert.Equal(3, bench.Index.Requests.Count(bench.PagePath));
    }

    [Fact]
    public async Task Page_with_a_short_retry_after_is_asked_for_no_sooner()
    {
        var clock = new ManualTimeProvider();
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { Timeout = TimeSpan.FromDays(1) }, UpstreamBench.Quick with { PageTimeout = TimeSpan.FromDays(1) }, clock);
        bench.Index.Faults.Once(bench.PagePath, Fault.Status(429, "4"));
        var start = clock.GetUtcNow();
        var task = bench.GetPageAsync();
        while (!task.IsCompleted)
        {
            if (bench.Index.Requests.Count(bench.PagePath) < 2) clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(1));
        }
        Assert.IsType<PageFetch.Fetched>(await task);
        Assert.True(clock.GetUtcNow() - start >= TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Page_with_a_long_retry_after_fails_at_once()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.PagePath, Fault.Status(503, "3600"));
        Assert.Equal(503, (await bench.PageErrorAsync()).Status);
        Assert.Equal(1, bench.Index.Requests.Count(bench.PagePath));
    }

    [Fact]
    public async Task Page_whose_server_is_silent_times_out_after_its_retries()
    {
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using var bench = await UpstreamBench.StartAsync(time: clock);
        bench.Index.Faults.Always(bench.PagePath, Fault.HoldHead(gate));
        var task = bench.GetPageAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await bench.Index.Requests.WaitForAsync(bench.PagePath, attempt);
            clock.Advance(TimeSpan.FromSeconds(31));
        }
        Assert.Equal(FetchErrorKind.TimedOut, Assert.IsType<PageFetch.Failed>(await task).Error.Kind);
    }

    [Fact]
    public async Task Upstream_that_is_dead_is_unreachable_and_comes_back()
    {
        await using var bench = await UpstreamBench.StartAsync();
        await bench.FetchPageAsync();
        Assert.NotNull(bench.Client.Health.Single().LastSuccess);
        await bench.Index.DieAsync();
        Assert.Equal(FetchErrorKind.Unreachable, (await bench.PageErrorAsync()).Kind);
        Assert.Equal(FetchErrorKind.Unreachable, bench.Client.Health.Single().LastError?.Kind);
        await bench.Index.ReviveAsync();
        await bench.FetchPageAsync();
    }

    [Fact]
    public async Task Circuit_opens_after_many_failures_tells_so_once_and_closes_after_a_success()
    {
        var clock = new ManualTimeProvider();
        await using var bench = await UpstreamBench.StartAsync(options: UpstreamBench.Quick with { CircuitMinimumAttempts = 4, Retries = 1 }, time: clock);
        bench.Index.Faults.Always(bench.PagePath, Fault.Status(500));
        for (var i = 0; i < 2; i++) Assert.Equal(500, (await bench.PageErrorAsync()).Status);
        var asked = bench.Index.Requests.All.Count;
        Assert.Equal(FetchErrorKind.CircuitOpen, (await bench.PageErrorAsync()).Kind);
        Assert.Equal(FetchErrorKind.CircuitOpen, (await bench.FileErrorAsync()).Kind);
        Assert.Equal(asked, bench.Index.Requests.All.Count);
        Assert.True(bench.Client.Health.Single().CircuitOpen);

        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(FetchErrorKind.CircuitOpen, (await bench.PageErrorAsync()).Kind);
        bench.Index.Faults.Clear();
        clock.Advance(TimeSpan.FromSeconds(11));
        await bench.FetchPageAsync();
        Assert.False(bench.Client.Health.Single().CircuitOpen);
        Assert.Equal([EventKinds.UpstreamDown, EventKinds.UpstreamUp], bench.Events.Recorded.Select(e => e.Kind));
        Assert.All(bench.Events.Recorded, e => Assert.Equal("pypi", e.Upstream));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(429)]
    public async Task Circuit_is_not_opened_by_answers(int status)
    {
        await using var bench = await UpstreamBench.StartAsync(options: UpstreamBench.Quick with { CircuitMinimumAttempts = 2 });
        bench.Index.Faults.Times(bench.PagePath, 12, Fault.Status(status));
        for (var i = 0; i < 4; i++) await bench.GetPageAsync();
        Assert.False(bench.Client.Health.Single().CircuitOpen);
        Assert.Empty(bench.Events.Recorded);
    }

    [Fact]
    public async Task Credentials_are_sent_and_never_told()
    {
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { Username = "me", Password = "pa:ss" });
        bench.Index.Credentials = "me:pa:ss";
        await bench.FetchPageAsync();
        bench.Index.Credentials = "me:other";
        var error = await bench.PageErrorAsync();
        Assert.Equal(FetchErrorKind.Denied, error.Kind);
        Assert.DoesNotContain("pa:ss", error + bench.Upstream.ToString(), StringComparison.Ordinal);
    }
}
