using System.Text;
using Hashgate.Core.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class FileFetchTests
{
    [Fact]
    public async Task File_is_asked_for_uncompressed_and_opened_with_its_length()
    {
        await using var bench = await UpstreamBench.StartAsync();
        var opened = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        await opened.Body.DisposeAsync();
        Assert.Equal(bench.Wheel.Bytes.Length, opened.TotalLength);
        Assert.Equal("identity", bench.Index.Requests.All.Single()["Accept-Encoding"]);
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
    }

    [Fact]
    public async Task File_whose_body_broke_is_resumed_by_range_of_the_same_etag()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Once(bench.File.Path, Fault.Truncate(40_000));
        var opened = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        var had = new MemoryStream();
        await using (opened.Body) await Assert.ThrowsAnyAsync<IOException>(() => opened.Body.CopyToAsync(had));
        Assert.Equal(bench.Wheel.Bytes[40_000..], await bench.ReadAsync(40_000));
        var seen = bench.Index.Requests.For(bench.File.Path)[1];
        Assert.Equal("bytes=40000-", seen["Range"]);
        Assert.Equal($"\"{bench.Wheel.Sha256.ToString()[..32]}\"", seen["If-Range"]);
    }

    [Fact]
    public async Task File_resumed_where_ranges_are_not_answered_skips_what_was_had()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Ranges = false;
        Assert.Equal(bench.Wheel.Bytes[40_000..], await bench.ReadAsync(40_000));
    }

    [Fact]
    public async Task File_resumed_past_its_end_is_malformed()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Ranges = false;
        Assert.Equal(FetchErrorKind.Malformed, (await bench.FileErrorAsync(bench.Wheel.Bytes.Length + 1)).Kind);
        bench.Index.Faults.Once(bench.File.Path, Fault.Chunked());
        Assert.Equal(FetchErrorKind.Malformed, (await bench.FileErrorAsync(bench.Wheel.Bytes.Length + 1)).Kind);
    }

    [Theory]
    [InlineData("bytes 0-99/100")]
    [InlineData("bytes 40000-40099/100000")]
    [InlineData("bytes 40000-40099/*")]
    [InlineData("lines 40000-40099/40100")]
    [InlineData("nonsense")]
    public async Task File_resumed_with_another_range_than_asked_is_malformed(string range)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, new Fault { Change = _ => new Reply(206, new byte[50]).With("Content-Range", range) });
        Assert.Equal(FetchErrorKind.Malformed, (await bench.FileErrorAsync(40_000)).Kind);
    }

    [Fact]
    public async Task File_asked_for_whole_and_answered_in_part_is_malformed()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, new Fault { Change = _ => new Reply(206, new byte[100]).With("Content-Range", "bytes 0-99/1000") });
        Assert.Equal(FetchErrorKind.Malformed, (await bench.FileErrorAsync()).Kind);
    }

    [Theory]
    [InlineData(404, FetchErrorKind.Gone)]
    [InlineData(410, FetchErrorKind.Gone)]
    [InlineData(451, FetchErrorKind.Gone)]
    [InlineData(401, FetchErrorKind.Denied)]
    [InlineData(403, FetchErrorKind.Denied)]
    [InlineData(416, FetchErrorKind.BadStatus)]
    [InlineData(202, FetchErrorKind.BadStatus)]
    public async Task File_answered_with_a_final_status_is_not_asked_for_again(int status, FetchErrorKind kind)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Status(status));
        var error = await bench.FileErrorAsync();
        Assert.Equal((kind, status), (error.Kind, error.Status));
        Assert.Equal(1, bench.Index.Requests.Count(bench.File.Path));
    }

    [Fact]
    public async Task File_with_a_content_encoding_is_malformed()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Once(bench.File.Path, Fault.Gzip());
        Assert.Equal(FetchErrorKind.Malformed, (await bench.FileErrorAsync()).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_whose_body_breaks_fails_the_read(bool reset)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, reset ? Fault.Drop(1000) : Fault.LongerLength(1));
        await Assert.ThrowsAnyAsync<IOException>(() => bench.ReadAsync());
    }

    [Fact]
    public async Task File_whose_body_stands_still_fails_the_read()
    {
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using var bench = await UpstreamBench.StartAsync(time: clock);
        bench.Index.Faults.Always(bench.File.Path, Fault.HoldBody(1000, gate));
        var opened = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        await using var body = opened.Body;
        await body.ReadExactlyAsync(new byte[1000]);
        var read = body.ReadAsync(new byte[1000]).AsTask();
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(read.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<IOException>(() => read);
    }

    [Fact]
    public async Task File_whose_body_is_slow_but_moves_is_read_to_its_end()
    {
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using var bench = await UpstreamBench.StartAsync(time: clock);
        bench.Index.Faults.Always(bench.File.Path, Fault.HoldBody(1000, gate));
        var opened = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        await using var body = opened.Body;
        clock.Advance(TimeSpan.FromHours(1));
        await body.ReadExactlyAsync(new byte[1000]);
        var rest = body.ReadExactlyAsync(new byte[bench.Wheel.Bytes.Length - 1000]).AsTask();
        clock.Advance(TimeSpan.FromSeconds(29));
        gate.Open();
        await rest;
    }

    [Fact]
    public async Task File_without_a_length_is_opened_without_one()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Chunked());
        var opened = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        await opened.Body.DisposeAsync();
        Assert.Null(opened.TotalLength);
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
    }

    [Fact]
    public async Task File_past_the_most_concurrent_requests_waits_for_a_place()
    {
        var clock = new ManualTimeProvider();
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { MaxConcurrent = 1 }, time: clock);
        var first = Assert.IsType<FileOpening.Opened>(await bench.OpenAsync());
        var second = bench.OpenAsync();
        Assert.False(second.IsCompleted);
        await first.Body.DisposeAsync();
        var opened = Assert.IsType<FileOpening.Opened>(await second);
        var third = bench.FileErrorAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(FetchErrorKind.TimedOut, (await third).Kind);
        await opened.Body.DisposeAsync();
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
    }

    [Fact]
    public async Task File_that_fails_to_open_gives_its_place_back()
    {
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { MaxConcurrent = 1 });
        bench.Index.Faults.Once(bench.File.Path, Fault.Gzip()).Once(bench.File.Path, Fault.Status(404));
        await bench.FileErrorAsync();
        await bench.FileErrorAsync();
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
    }

    [Fact]
    public async Task File_with_wrong_bytes_is_passed_on_as_it_came()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Once(bench.File.Path, Fault.ShorterLength(10));
        Assert.Equal(bench.Wheel.Bytes[..^10], await bench.ReadAsync());
        bench.Index.Faults.Once(bench.File.Path, Fault.Replace(Encoding.ASCII.GetBytes("other")));
        Assert.Equal("other", Encoding.ASCII.GetString(await bench.ReadAsync()));
    }
}
