using System.Net;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.FilesServed;

/// <summary>A file of which only its record is known: nothing that a client could put a wrong file together with.</summary>
public sealed class UnprovenFileTests
{
    private static readonly Dictionary<string, string?> LargeFromOneMegabyte = new() { ["Files:VerifyFirstBytes"] = "1000000" };

    [Fact]
    public async Task Head_answers_from_the_record_without_a_fetch()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0"));
        await using var hashgate = await RunningHashgate.StartAsync(index);
        foreach (var headers in (string[][])[[], ["Range: bytes=0-9"], ["If-None-Match: " + Gets.ETagOf(file)], ["If-None-Match: *"]])
        {
            using var answer = await hashgate.HeadAsync(file.Path, headers);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(file.Bytes.Length, answer.Content.Headers.ContentLength);
            Assert.Equal(["none"], answer.Headers.AcceptRanges);
            Assert.Null(answer.Headers.ETag);
            answer.AssertFileHeaders();
        }
        Assert.Equal(0, index.Requests.Count(file.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_000_000)]
    public async Task Range_and_condition_are_ignored_and_the_whole_comes_without_an_ETag(int padding)
    {
        await using var index = await FakeIndex.StartAsync();
        await using var hashgate = await RunningHashgate.StartAsync(index, LargeFromOneMegabyte);
        var attempts = (string[])["Range: bytes=0-9", "Range: bytes=-9", "Range: bytes=0-1,5-9", "Range: bytes=99999999-"];
        for (var i = 0; i < attempts.Length; i++)
        {
            var file = index.Add(TestWheel.Build("alpha" + i, "1.0", padding));
            using var answer = await hashgate.GetAsync(file.Path, attempts[i], "If-Range: " + Gets.ETagOf(file));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Null(answer.Headers.ETag);
            Assert.Equal(["none"], answer.Headers.AcceptRanges);
            Assert.Equal(file.Bytes, await answer.Content.ReadAsByteArrayAsync());
            answer.AssertFileHeaders();
        }
    }

    [Fact]
    public async Task Large_file_streams_under_its_promised_length_without_a_validator()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: 3_000_000));
        var gate = new Gate();
        index.Faults.Once(file.Path, Fault.HoldBody(1_500_000, gate));
        await using var hashgate = await RunningHashgate.StartAsync(index, LargeFromOneMegabyte);

        using var request = new HttpRequestMessage(HttpMethod.Get, file.Path[1..]);
        using var answer = await hashgate.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(file.Bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Null(answer.Headers.ETag);
        Assert.Equal(["none"], answer.Headers.AcceptRanges);
        using (var part = await hashgate.HeadAsync(file.Path)) Assert.Null(part.Headers.ETag);
        gate.Open();
        Assert.Equal(file.Bytes, await answer.Content.ReadAsByteArrayAsync());

        using var again = await hashgate.GetAsync(file.Path, "Range: bytes=-9");
        Assert.Equal(HttpStatusCode.PartialContent, again.StatusCode);
        Assert.Equal(1, index.Requests.Count(file.Path));
    }

    [Fact]
    public async Task Large_tampered_file_never_comes_whole_and_is_refused_from_then_on()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: 3_000_000));
        index.Faults.Always(file.Path, Fault.Tamper(1000));
        await using var hashgate = await RunningHashgate.StartAsync(index, LargeFromOneMegabyte);

        var first = await Bypass.RawClient.SendAsync(hashgate.Url, Bypass.RawClient.Request(hashgate.Url, "GET", file.Path));
        Assert.True(first.WasReset || first.Status == 403, "The connection ended plainly.");
        Assert.True(first.Body.Length <= file.Bytes.Length - (64 << 10), $"{first.Body.Length} of {file.Bytes.Length} bytes came.");

        foreach (var headers in (string[][])[[], [$"Range: bytes={first.Body.Length}-", "If-Range: " + Gets.ETagOf(file)], ["If-None-Match: *"]])
        {
            using var refused = await hashgate.GetAsync(file.Path, headers);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", refused.ReasonPhrase, StringComparison.Ordinal);
        }
        Assert.Equal(1, index.Requests.Count(file.Path));
    }

    [Fact]
    public async Task File_of_unknown_size_is_proven_first_and_comes_with_its_length()
    {
        await using var index = await FakeIndex.StartAsync();
        var file = index.Add(TestWheel.Build("alpha", "1.0", padding: 2_000_000));
        file.Size = null;
        index.Faults.Always(file.Path, Fault.Chunked());
        await using var hashgate = await RunningHashgate.StartAsync(index, LargeFromOneMegabyte);
        using (var head = await hashgate.HeadAsync(file.Path)) Assert.Null(head.Content.Headers.ContentLength);
        using var answer = await hashgate.GetAsync(file.Path);
        Assert.Equal(file.Bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(file.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }
}
