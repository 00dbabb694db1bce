using System.Net;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.FilesServed;

/// <summary>A file whose bytes were proven is served as HTTP knows it: validators, conditions, one range.</summary>
public sealed class ProvenFileTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private FakeFile _file = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _file = _index.Add(TestWheel.Build("alpha", "1.0", padding: 20_000));
        _hashgate = await RunningHashgate.StartAsync(_index);
        await _hashgate.Client.GetByteArrayAsync(_file.Path[1..]);
    }

    public async Task DisposeAsync()
    {
        Assert.Equal(1, _index.Requests.Count(_file.Path));
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    private Task<HttpResponseMessage> GetAsync(params string[] headers) => _hashgate.GetAsync(_file.Path, headers);

    private string ETag => Gets.ETagOf(_file);

    [Fact]
    public async Task Whole_file_comes_with_its_digest_as_ETag()
    {
        using var answer = await GetAsync("Accept-Encoding: gzip, br");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_file.Bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(ETag, answer.Headers.ETag?.ToString());
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.ToString());
        answer.AssertFileHeaders();
    }

    [Fact]
    public async Task Head_says_the_same_as_get_and_ignores_a_range()
    {
        foreach (var headers in (string[][])[[], ["Range: bytes=0-9"]])
        {
            using var answer = await _hashgate.HeadAsync(_file.Path, headers);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(_file.Bytes.Length, answer.Content.Headers.ContentLength);
            Assert.Equal(ETag, answer.Headers.ETag?.ToString());
            Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
            answer.AssertFileHeaders();
        }
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("*")]
    [InlineData("\"other\", {0}")]
    public async Task If_none_match_that_matches_is_304(string condition)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var answer = await _hashgate.SendAsync(method, _file.Path, "If-None-Match: " + condition.Replace("{0}", ETag, StringComparison.Ordinal), "Range: bytes=0-9");
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
            Assert.Equal(ETag, answer.Headers.ETag?.ToString());
            Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("nonsense")]
    public async Task If_none_match_that_does_not_is_the_file(string condition)
    {
        using var answer = await GetAsync("If-None-Match: " + condition);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_file.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=100-", 100, -1)]
    [InlineData("bytes=-50", -50, 50)]
    [InlineData("bytes=-99999999", 0, -1)]
    [InlineData("bytes=5-99999999", 5, -1)]
    public async Task One_range_is_206(string range, int from, int count)
    {
        var start = from < 0 ? _file.Bytes.Length + from : from;
        var length = count < 0 ? _file.Bytes.Length - start : count;
        using var answer = await GetAsync("Range: " + range);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {start}-{start + length - 1}/{_file.Bytes.Length}", answer.Range()?.ToString());
        Assert.Equal(length, answer.Content.Headers.ContentLength);
        Assert.Equal(_file.Bytes[start..(start + length)], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(ETag, answer.Headers.ETag?.ToString());
        answer.AssertFileHeaders();
    }

    [Theory]
    [InlineData("bytes=99999999-")]
    [InlineData("bytes=99999999-99999999999")]
    [InlineData("bytes=-0")]
    public async Task Range_beyond_the_end_is_416_with_the_length(string range)
    {
        using var answer = await GetAsync("Range: " + range);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal($"bytes */{_file.Bytes.Length}", answer.Range()?.ToString());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-9,20-29")]
    [InlineData("bytes=0-9,-5")]
    [InlineData("lines=0-9")]
    [InlineData("bytes=9-2")]
    [InlineData("bytes")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=99999999999999999999-")]
    public async Task Range_that_is_several_or_none_is_the_whole(string range)
    {
        using var answer = await GetAsync("Range: " + range);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(answer.Range());
        Assert.Equal(_file.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task If_range_that_matches_is_the_rest()
    {
        using var answer = await GetAsync("Range: bytes=10-", "If-Range: " + ETag);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(_file.Bytes[10..], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("W/{0}")]
    [InlineData("Mon, 01 Jan 2035 00:00:00 GMT")]
    public async Task If_range_that_does_not_match_is_the_whole(string condition)
    {
        using var answer = await GetAsync("Range: bytes=10-", "If-Range: " + condition.Replace("{0}", ETag, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_file.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Core_metadata_is_a_file_with_a_digest_of_its_own()
    {
        for (var i = 0; i < 2; i++)
        {
            using var answer = await _hashgate.GetAsync(_file.Path + ".metadata");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(_file.Metadata, await answer.Content.ReadAsByteArrayAsync());
            Assert.Equal($"\"{_file.CoreMetadata}\"", answer.Headers.ETag?.ToString());
            answer.AssertFileHeaders();
        }
        Assert.Equal(1, _index.Requests.Count(_file.Path + ".metadata"));
        using var part = await _hashgate.GetAsync(_file.Path + ".metadata", "Range: bytes=-10", $"If-Range: \"{_file.CoreMetadata}\"");
        Assert.Equal(_file.Metadata![^10..], await part.Content.ReadAsByteArrayAsync());
    }
}
