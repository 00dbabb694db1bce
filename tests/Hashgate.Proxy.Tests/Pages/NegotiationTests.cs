using System.IO.Compression;
using System.Net;
using System.Text;
using Hashgate.Core.SimpleApi;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>Which form of a page goes out, under which type and validator (simple repository API).</summary>
public sealed class NegotiationTests : IAsyncLifetime
{
    private const string Json = Representations.JsonType;
    private const string Html = Representations.HtmlType;
    private const string Legacy = Representations.LegacyHtmlType;

    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("alpha", "1.0"));
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    private static readonly string[] BothPages = ["/simple/", "/simple/alpha/"];

    public static TheoryData<string> Pages => new(BothPages);

    [Theory]
    [InlineData(null, Legacy)]
    [InlineData("*/*", Legacy)]
    [InlineData(Json, Json)]
    [InlineData(Html, Html)]
    [InlineData(Legacy, Legacy)]
    [InlineData("application/vnd.pypi.simple.latest+json", Json)]
    [InlineData("application/vnd.pypi.simple.latest+html", Html)]
    [InlineData($"{Html};q=0.5, {Json};q=0.4", Html)]
    [InlineData($"{Json};q=0, */*", Legacy)]
    [InlineData($"{Legacy}, {Json}", Json)]
    [InlineData($"{Json}, {Html};q=0.1, {Legacy};q=0.01", Json)]
    [InlineData("APPLICATION/VND.PYPI.SIMPLE.V1+JSON", Json)]
    [InlineData("text/*", Legacy)]
    public async Task Accept_chooses_the_form_and_its_type(string? accept, string type)
    {
        foreach (var page in BothPages)
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                using var answer = await _hashgate.SendAsync(method, page, accept is null ? [] : ["Accept: " + accept]);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
                Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
                Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
                Assert.True(answer.Content.Headers.ContentLength > 0);
            }
        }
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/json")]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("*/*;q=0")]
    public async Task Form_that_we_do_not_have_is_406_and_never_300(string accept)
    {
        foreach (var page in BothPages)
        {
            using var answer = await _hashgate.GetAsync(page, "Accept: " + accept);
            Assert.Equal(HttpStatusCode.NotAcceptable, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(["Accept", "Accept-Encoding"], answer.Headers.Vary);
            Assert.Null(answer.Headers.ETag);
        }
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1%2Bjson", Json)]
    [InlineData("application/vnd.pypi.simple.v1+json", Json)]
    [InlineData("application/vnd.pypi.simple.latest%2Bhtml", Html)]
    [InlineData("text/html", Legacy)]
    [InlineData("nonsense", Html)]
    public async Task Format_beats_Accept_where_it_names_a_form(string format, string type)
    {
        using var answer = await _hashgate.GetAsync("/simple/alpha/?format=" + format, "Accept: " + Html);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Every_form_and_coding_has_a_validator_of_its_own(string page)
    {
        var tags = new Dictionary<string, byte[]>();
        foreach (var accept in (string[])[Json, Html])
        {
            foreach (var coding in (string[])["identity", "gzip"])
            {
                using var answer = await _hashgate.GetAsync(page, "Accept: " + accept, "Accept-Encoding: " + coding);
                var body = await answer.Content.ReadAsByteArrayAsync();
                var tag = answer.Headers.ETag!.ToString();
                Assert.Equal($"\"{Core.Packaging.Sha256Digest.Of(body)}\"", tag);
                Assert.True(tags.TryAdd(tag, body));
                Assert.Equal(coding == "gzip" ? ["gzip"] : [], answer.Content.Headers.ContentEncoding);

                foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
                {
                    using var unchanged = await _hashgate.SendAsync(method, page, "Accept: " + accept, "Accept-Encoding: " + coding, "If-None-Match: " + tag);
                    Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
                    Assert.Equal(tag, unchanged.Headers.ETag?.ToString());
                    Assert.Equal(["Accept", "Accept-Encoding"], unchanged.Headers.Vary);
                    Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
                }
            }
        }
        // Another form's validator is no match.
        using var other = await _hashgate.GetAsync(page, "Accept: " + Html, "If-None-Match: " + tags.Keys.First());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Gzip_unpacks_to_the_plain_page_and_br_is_never_sent(string page)
    {
        var plain = await _hashgate.Client.GetByteArrayAsync(page[1..]);
        foreach (var codings in (string[])["gzip", "br, gzip;q=0.1", "*", "x-gzip"])
        {
            using var answer = await _hashgate.GetAsync(page, "Accept-Encoding: " + codings);
            if (answer.Content.Headers.ContentEncoding.Count == 0) continue;
            Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
            using var unpacked = new MemoryStream();
            await using (var gzip = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress)) await gzip.CopyToAsync(unpacked);
            Assert.Equal(plain, unpacked.ToArray());
        }
        foreach (var codings in (string[])["br", "gzip;q=0", "identity"])
        {
            using var answer = await _hashgate.GetAsync(page, "Accept-Encoding: " + codings);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
        }
        using var asked = await _hashgate.GetAsync(page, "Accept-Encoding: gzip, deflate");
        Assert.Equal(["gzip"], asked.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Html_has_an_anchor_for_each_file_with_its_digest()
    {
        var html = Encoding.UTF8.GetString(await _hashgate.Client.GetByteArrayAsync("simple/alpha/"));
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("name=\"pypi:repository-version\" content=\"1.4\"", html, StringComparison.Ordinal);
        Assert.Contains($"#sha256={_index.Project("alpha").Files[0].Hashes["sha256"]}\"", html, StringComparison.Ordinal);
        Assert.Contains(">alpha-1.0-py3-none-any.whl</a>", html, StringComparison.Ordinal);
    }
}
