using System.Net;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Telemetry;

/// <summary>What /metrics of the whole program prints after real requests.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private FakeFile _good = null!;
    private FakeFile _bad = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _good = _index.Add(TestWheel.Build("alpha", "1.0"));
        _bad = _index.Add(TestWheel.Build("alpha", "1.1"));
        _bad.Bytes = [.. _bad.Bytes[..^1], (byte)(_bad.Bytes[^1] ^ 1)];
    }

    public Task DisposeAsync() => _index.DisposeAsync().AsTask();

    [Fact]
    public async Task Answer_is_prometheus_text_and_has_every_rule_from_the_start()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        using var answer = await hashgate.GetAsync("metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());

        var scrape = await Scrape.OfAsync(hashgate);
        foreach (var rule in RuleNames.All)
        {
            foreach (var verdict in (string[])["block", "hold"])
                Assert.Single(scrape.Series, s => s.Name == "hashgate_refusals_total" && s.Labels["rule"] == rule && s.Labels["verdict"] == verdict && s.Value == 0);
        }
        Assert.Equal(["hash-changed", "hash-mismatch", "store-alarm"], scrape.Series.Where(s => s.Name == "hashgate_alarms_total").Select(s => s.Labels["kind"]).Order());
        Assert.Equal(1, scrape["hashgate_readiness", ("status", "ready")]);
        Assert.Equal(0, scrape["hashgate_readiness", ("status", "degraded")]);
        Assert.Equal(1, scrape["hashgate_trust_ledger_up"]);
        Assert.Equal(1, scrape["hashgate_upstream_up", ("upstream", "pypi")]);
        Assert.True(scrape["process_resident_memory_bytes"] > 1 << 20);
    }

    [Fact]
    public async Task Requests_count_by_route_status_and_where_the_answer_came_from()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        for (var i = 0; i < 3; i++) await hashgate.PageAsync("alpha");
        for (var i = 0; i < 3; i++) await hashgate.Client.GetByteArrayAsync(_good.Path.TrimStart('/'));
        for (var i = 0; i < 2; i++) (await hashgate.HeadAsync(_good.Path + ".metadata")).Dispose();
        (await hashgate.GetAsync(_good.Path, "If-None-Match: " + Gets.ETagOf(_good))).Dispose();
        (await hashgate.GetAsync("simple/nothing-of-the-kind/")).Dispose();
        (await hashgate.GetAsync("simple//alpha/")).Dispose();
        (await hashgate.GetAsync("healthz")).Dispose();

        var scrape = await Scrape.OfAsync(hashgate, s => s["hashgate_requests_total", ("route", "page")] >= 5 && s["hashgate_requests_total", ("route", "file")] >= 4 && s["hashgate_requests_total", ("route", "health")] >= 1);
        double Requests(string route, string status, string cache) => scrape["hashgate_requests_total", ("route", route), ("status", status), ("cache", cache)];
        Assert.Equal((1, 2), (Requests("page", "200", "miss"), Requests("page", "200", "hit")));
        Assert.Equal((1, 2, 1), (Requests("file", "200", "miss"), Requests("file", "200", "hit"), Requests("file", "304", "hit")));
        Assert.Equal(1, Requests("page", "404", "none"));
        Assert.Equal(1, Requests("page", "400", "none"));
        Assert.Equal(1, Requests("health", "200", "none"));
        Assert.Equal(3 * _good.Bytes.Length, scrape["hashgate_file_sent_bytes_total"]);
        Assert.Equal((1, _good.Bytes.Length), (scrape["hashgate_fetch_duration_seconds_count", ("outcome", "proven")], scrape["hashgate_fetch_size_bytes_sum"]));
        Assert.Equal((1, _good.Bytes.Length), (scrape["hashgate_cache_entries"], scrape["hashgate_cache_size_bytes"]));
        Assert.Equal((0, 0), (scrape["hashgate_fetches_running"], scrape["hashgate_fetch_waiters"]));
        Assert.Equal(1, scrape["hashgate_pages_loaded"]);
        Assert.True(scrape["hashgate_page_memory_bytes"] > 0);
        // The page and the file, and the project that there isn't.
        Assert.Equal((2, 1), (scrape["hashgate_upstream_request_duration_seconds_count", ("outcome", "ok")], scrape["hashgate_upstream_request_duration_seconds_count", ("outcome", "gone")]));
        Assert.True(scrape["hashgate_store_operation_duration_seconds_count", ("store", "trust"), ("operation", "write")] > 0);
        Assert.True(scrape["hashgate_store_operation_duration_seconds_count", ("store", "journal"), ("operation", "append")] > 0);
    }

    [Fact]
    public async Task Failed_proof_counts_as_refusal_and_as_alarm()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        for (var i = 0; i < 2; i++)
        {
            using var answer = await hashgate.GetAsync(_bad.Path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        var scrape = await Scrape.OfAsync(hashgate, s => s["hashgate_alarms_total"] > 0 && s["hashgate_fetch_duration_seconds_count"] > 0 && s["hashgate_requests_total", ("route", "file")] >= 2);
        Assert.Equal(2, scrape["hashgate_refusals_total", ("rule", "hash-mismatch"), ("verdict", "block")]);
        Assert.Equal(1, scrape["hashgate_alarms_total", ("kind", "hash-mismatch")]);
        Assert.Equal(2, scrape["hashgate_events_total", ("kind", "blocked")]);
        Assert.Equal(2, scrape["hashgate_requests_total", ("route", "file"), ("status", "403")]);
        Assert.Equal(1, scrape["hashgate_fetch_duration_seconds_count", ("outcome", "not-proven")]);
    }

    [Fact]
    public async Task Upstream_that_fails_is_told_of_by_what_it_did()
    {
        _index.Faults.Always("/simple/alpha/", Fault.Status(503));
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        (await hashgate.GetAsync("simple/alpha/")).Dispose();
        var scrape = await Scrape.OfAsync(hashgate, s => s["hashgate_requests_total", ("route", "page")] > 0);
        Assert.True(scrape["hashgate_upstream_request_duration_seconds_count", ("upstream", "pypi"), ("outcome", "bad-status")] > 0);
        Assert.Equal(1, scrape["hashgate_unavailable_total", ("reason", "bad-status")]);
        Assert.Equal(1, scrape["hashgate_requests_total", ("route", "page"), ("status", "504")]);
        Assert.True(scrape["hashgate_upstream_last_failure_timestamp_seconds"] > 0);
    }

    [Fact]
    public async Task Without_anonymous_access_a_viewers_token_is_asked_for()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?>
        {
            ["Metrics:Anonymous"] = "false",
            ["Admin:Tokens:prometheus:Role"] = "view",
            ["Admin:Tokens:prometheus:Value"] = "0123456789abcdef",
        });
        using var refused = await hashgate.GetAsync("metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var told = await hashgate.GetAsync("metrics", "Authorization: Bearer 0123456789abcdef");
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
    }

    [Fact]
    public async Task Traffic_of_this_hour_is_on_record()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index);
        await hashgate.PageAsync("alpha");
        await hashgate.PageAsync("alpha");
        await hashgate.Client.GetByteArrayAsync(_good.Path.TrimStart('/'));
        await Scrape.OfAsync(hashgate, s => s["hashgate_requests_total", ("route", "file")] > 0);
        var hours = await hashgate.Get<Core.Traffic.ITrafficLog>().ReadAsync(DateTimeOffset.UnixEpoch, default);
        var sum = hours.Aggregate((a, b) => a.Plus(b));
        Assert.Equal((3, 1, 1, 0, 1), (sum.Requests, sum.PageHits, sum.PageMisses, sum.FileHits, sum.FileMisses));
        Assert.Equal((_good.Bytes.Length, _good.Bytes.Length), (sum.BytesServed, sum.BytesFetched));
    }
}
