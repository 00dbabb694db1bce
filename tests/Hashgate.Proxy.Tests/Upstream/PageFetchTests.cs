using System.Text;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class PageFetchTests
{
    [Fact]
    public async Task Page_is_asked_for_as_json_with_gzip_under_our_name_and_read()
    {
        await using var bench = await UpstreamBench.StartAsync(options: UpstreamBench.Quick with { Version = "1.2.3", Contact = "ops@example.org (\r\nX: y)" });
        var fetched = await bench.FetchPageAsync();
        Assert.Equal(bench.Wheel.Sha256, fetched.Page.Files.Single().Sha256);
        Assert.Equal(1000, fetched.Page.LastSerial);
        Assert.NotNull(fetched.ETag);
        var seen = bench.Index.Requests.All.Single();
        Assert.Equal("/simple/sample/", seen.Target);
        Assert.StartsWith("application/vnd.pypi.simple.v1+json, ", seen["Accept"], StringComparison.Ordinal);
        Assert.Equal("gzip", seen["Accept-Encoding"]);
        Assert.Equal("Hashgate/1.2.3 (+ops@example.org X: y)", seen["User-Agent"]);
        Assert.Null(seen["traceparent"]);
    }

    [Fact]
    public async Task Page_of_an_html_only_index_is_read_with_the_serial_of_its_header()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.HtmlOnly = true;
        bench.Index.Faults.Once(bench.PagePath, Fault.Header("X-PyPI-Last-Serial", "77").And(new Fault
        {
            Content = static page => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(page).Replace("<!--SERIAL 1000-->", "", StringComparison.Ordinal)),
        }));
        var fetched = await bench.FetchPageAsync();
        Assert.Equal(bench.Wheel.Sha256, fetched.Page.Files.Single().Sha256);
        Assert.Equal(77, fetched.Page.LastSerial);
    }

    [Fact]
    public async Task Page_that_did_not_change_is_not_modified_by_etag()
    {
        await using var bench = await UpstreamBench.StartAsync();
        var fetched = await bench.FetchPageAsync();
        Assert.IsType<PageFetch.NotModified>(await bench.GetPageAsync(UpstreamBench.Snapshot(fetched)));
        bench.Index.Project("sample").Serial = 1001;
        Assert.IsType<PageFetch.Fetched>(await bench.GetPageAsync(UpstreamBench.Snapshot(fetched)));
    }

    [Fact]
    public async Task Page_that_did_not_change_is_not_modified_by_date_where_there_is_no_etag()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.SendETag = false;
        bench.Index.LastModified = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var fetched = await bench.FetchPageAsync();
        Assert.Equal("Mon, 06 May 2024 07:08:09 GMT", fetched.LastModified);
        Assert.IsType<PageFetch.NotModified>(await bench.GetPageAsync(UpstreamBench.Snapshot(fetched)));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(451)]
    public async Task Page_that_the_upstream_does_not_have_is_gone_at_once(int status)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.PagePath, Fault.Status(status));
        Assert.Equal(new PageFetch.Gone(status), await bench.GetPageAsync());
        Assert.Equal(1, bench.Index.Requests.Count(bench.PagePath));
    }

    public static TheoryData<string, Fault, FetchErrorKind> Broken => new()
    {
        { "401", Fault.Status(401), FetchErrorKind.Denied },
        { "403", Fault.Status(403), FetchErrorKind.Denied },
        { "500", Fault.Status(500), FetchErrorKind.BadStatus },
        { "429", Fault.Status(429), FetchErrorKind.BadStatus },
        { "204", Fault.Status(204), FetchErrorKind.BadStatus },
        { "304 unasked", Fault.Status(304), FetchErrorKind.Malformed },
        { "206 unasked", Fault.Status(206), FetchErrorKind.Malformed },
        { "short body", Fault.Truncate(50), FetchErrorKind.Unreachable },
        { "longer length", Fault.LongerLength(1), FetchErrorKind.Unreachable },
        { "reset before the head", Fault.Drop(-1), FetchErrorKind.Unreachable },
        { "reset within the body", Fault.Drop(50), FetchErrorKind.Unreachable },
        { "no HTTP", Fault.Raw("SSH-2.0-OpenSSH_9\r\n\r\n"u8.ToArray()), FetchErrorKind.Malformed },
        { "truncated JSON", Fault.Cut(100), FetchErrorKind.Malformed },
        { "bad gzip", Fault.BadGzip(), FetchErrorKind.Malformed },
        { "gzip twice", Fault.Header("Content-Encoding", "gzip, gzip"), FetchErrorKind.Malformed },
        { "another coding", Fault.Header("Content-Encoding", "br"), FetchErrorKind.Malformed },
        { "another type", Fault.ContentType("text/plain"), FetchErrorKind.Malformed },
        { "no type", Fault.ContentType(""), FetchErrorKind.Malformed },
        { "gzip bomb", Fault.GzipBomb(3_000_000), FetchErrorKind.TooLarge },
        { "huge page", new Fault { Change = static reply => new Reply(200, new byte[1_200_000], reply.ContentType) }, FetchErrorKind.TooLarge },
        { "huge headers", Fault.Header("X-Long", new string('x', 100_000)), FetchErrorKind.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Page_that_is_broken_fails_and_is_never_a_shorter_page(string what, Fault fault, FetchErrorKind kind)
    {
        var options = UpstreamBench.Quick with { PageLimits = PageLimits.Default with { MaxBytes = 1_000_000 } };
        await using var bench = await UpstreamBench.StartAsync(options: options);
        bench.Index.Faults.Always(bench.PagePath, fault);
        var error = await bench.PageErrorAsync();
        Assert.True(kind == error.Kind, $"{what}: {error}");
        Assert.DoesNotContain(error.Detail, c => c is < ' ' or > '~');
        bench.Index.Faults.Clear();
        await bench.FetchPageAsync();
    }

    [Fact]
    public async Task Page_whose_gzip_lacks_its_end_fails_even_where_the_html_still_reads()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.HtmlOnly = true;
        bench.Index.Faults.Always(bench.PagePath, new Fault
        {
            Change = reply => reply with { Body = reply.Body[..^12] },
        });
        Assert.Equal(FetchErrorKind.Malformed, (await bench.PageErrorAsync()).Kind);
    }

    [Fact]
    public async Task Page_in_html_that_only_the_connection_ends_must_have_its_end()
    {
        await using var bench = await UpstreamBench.StartAsync();
        var link = $"<a href=\"{bench.FileUrl}\">{bench.File.Filename}</a>";
        static Fault Unframed(string html) => Fault.Raw(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{html}"));
        bench.Index.Faults.Once(bench.PagePath, Unframed($"<html><body>{link}"));
        Assert.Equal(FetchErrorKind.Malformed, (await bench.PageErrorAsync()).Kind);
        bench.Index.Faults.Once(bench.PagePath, Unframed($"<html><body>{link}</body></html>"));
        Assert.Single((await bench.FetchPageAsync()).Page.Files);
    }

    [Fact]
    public async Task Page_whose_body_drips_on_is_given_up_in_the_end()
    {
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { Timeout = TimeSpan.FromHours(1) }, time: clock);
        bench.Index.Faults.Always(bench.PagePath, Fault.HoldBody(20, gate));
        var task = bench.PageErrorAsync();
        await gate.Reached;
        clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(FetchErrorKind.TimedOut, (await task).Kind);
    }

    [Fact]
    public async Task Page_that_the_caller_gives_up_is_cancelled()
    {
        var gate = new Gate();
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.PagePath, Fault.HoldHead(gate));
        using var cancel = new CancellationTokenSource();
        var task = bench.GetPageAsync(cancellationToken: cancel.Token);
        await gate.Reached;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_is_fetched_in_either_form_and_conditionally(bool html)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.HtmlOnly = html;
        bench.Index.Project("Other.Project");
        var fetched = Assert.IsType<ListFetch.Fetched>(await bench.Client.GetListAsync(bench.Upstream, null, default));
        Assert.Equal(2, fetched.List.Count);
        Assert.IsType<ListFetch.NotModified>(await bench.Client.GetListAsync(bench.Upstream, fetched.ETag, default));
    }

    [Fact]
    public async Task Page_over_tls_is_trusted_by_the_ca_file_alone()
    {
        var pem = Path.GetTempFileName();
        try
        {
            await using var strange = await UpstreamBench.StartAsync(https: true);
            Assert.Equal(FetchErrorKind.Unreachable, (await strange.PageErrorAsync()).Kind);
            await using var bench = await UpstreamBench.StartAsync((u, index) =>
            {
                File.WriteAllText(pem, index.CertificatePem);
                return u with { CaFile = pem };
            }, https: true);
            await bench.FetchPageAsync();
        }
        finally
        {
            File.Delete(pem);
        }
    }
}
