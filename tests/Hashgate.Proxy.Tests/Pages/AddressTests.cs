using System.Net;
using System.Text;
using Hashgate.Proxy.Tests.Bypass;
using Hashgate.Proxy.Tests.FilesServed;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Pages;

/// <summary>One address for each page, and nothing of the request's own in what is answered there.</summary>
public sealed class AddressTests : IAsyncLifetime
{
    private FakeIndex _index = null!;
    private RunningHashgate _hashgate = null!;
    private FakeFile _refused = null!;

    public async Task InitializeAsync()
    {
        _index = await FakeIndex.StartAsync();
        _index.Add(TestWheel.Build("zope-interface", "1.0"));
        _refused = _index.Add(TestWheel.Build("zope-interface", "2.0"));
        _refused.Hashes.Clear();
        _hashgate = await RunningHashgate.StartAsync(_index);
    }

    public async Task DisposeAsync()
    {
        await _hashgate.DisposeAsync();
        await _index.DisposeAsync();
    }

    [Theory]
    [InlineData("/simple", "/simple/")]
    [InlineData("/SIMPLE/", "/simple/")]
    [InlineData("/simple/zope-interface", "/simple/zope-interface/")]
    [InlineData("/simple/Zope.Interface/", "/simple/zope-interface/")]
    [InlineData("/simple/zope_interface", "/simple/zope-interface/")]
    [InlineData("/simple/zope-._-interface/", "/simple/zope-interface/")]
    [InlineData("/Simple/zope-interface/", "/simple/zope-interface/")]
    [InlineData("/simple/zope-interface?format=application/vnd.pypi.simple.v1%2Bjson", "/simple/zope-interface/?format=application%2Fvnd.pypi.simple.v1%2Bjson")]
    [InlineData("/simple/zope-interface?x=1&format=nonsense", "/simple/zope-interface/")]
    public async Task Other_spellings_are_301_to_the_one_address(string target, string location)
    {
        foreach (var method in (string[])["GET", "HEAD"])
        {
            var answer = await RawClient.SendAsync(_hashgate.Url, RawClient.Request(_hashgate.Url, method, target));
            Assert.Equal(301, answer.Status);
            Assert.Equal(location, answer["Location"]);
        }
        Assert.Equal(0, _index.Requests.Count("/simple/zope_interface/"));
    }

    [Theory]
    [InlineData("/simple/-zope/")]
    [InlineData("/simple/zope-/")]
    [InlineData("/simple/zope!/")]
    [InlineData("/simple/zope+x/")]
    [InlineData("/simple/_/")]
    public async Task Name_that_no_project_can_have_is_404_and_not_asked_upstream(string target)
    {
        var answer = await RawClient.SendAsync(_hashgate.Url, RawClient.Request(_hashgate.Url, "GET", target));
        Assert.Equal(404, answer.Status);
        Assert.Empty(_index.Requests.All);
    }

    [Theory]
    [InlineData("/simple/zope%2dinterface/")]
    [InlineData("/simple//zope-interface/")]
    [InlineData("/simple/./zope-interface/")]
    [InlineData("/simple/zope-interface/..")]
    [InlineData("/simple/%E2%84%AAelvin/")]
    public async Task Odd_spelling_is_400_and_not_asked_upstream(string target)
    {
        var answer = await RawClient.SendAsync(_hashgate.Url, RawClient.Request(_hashgate.Url, "GET", target));
        Assert.Equal(400, answer.Status);
        Assert.Empty(_index.Requests.All);
    }

    [Fact]
    public async Task Hostile_host_is_in_no_byte_of_any_answer()
    {
        string[] targets =
        [
            "/simple/", "/simple/zope-interface/", "/simple/zope-interface", "/simple/zope-interface/?format=application/vnd.pypi.simple.v1%2Bjson", "/simple/nobody/",
            _refused.Path, _refused.Path + ".metadata", "/why/zope-interface/2.0", "/why/zope-interface", "/pypi/zope-interface/json", "/pypi/zope-interface/2.0/json", "/", "/healthz", "/x",
        ];
        string[][] forwarding = [[], ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"], ["Forwarded: host=evil.example;proto=https"], ["X-Forwarded-Prefix: /evil.example"]];
        foreach (var target in targets)
        {
            foreach (var headers in forwarding)
            {
                foreach (var host in (string[])["evil.example", "evil.example:8080", "localhost@evil.example", "127.0.0.1.evil.example", _hashgate.Url.Authority])
                {
                    if (host == _hashgate.Url.Authority && headers.Length == 0) continue;
                    var request = $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
                    var answer = await RawClient.SendAsync(_hashgate.Url, request);
                    Assert.True(answer.Status is > 0 and < 500, $"{target}: {answer.Text}");
                    Assert.DoesNotContain("evil", answer.Text, StringComparison.OrdinalIgnoreCase);
                }
            }
        }
    }

    [Fact]
    public async Task Page_is_the_same_whatever_host_asks_first()
    {
        var hostile = await RawClient.SendAsync(_hashgate.Url, "GET /simple/zope-interface/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        var plain = await RawClient.SendAsync(_hashgate.Url, RawClient.Request(_hashgate.Url, "GET", "/simple/zope-interface/"));
        Assert.Equal(Encoding.UTF8.GetString(plain.Body), Encoding.UTF8.GetString(hostile.Body));
        Assert.Equal(plain["ETag"], hostile["ETag"]);
        Assert.Contains("href=\"../../packages/", Encoding.UTF8.GetString(plain.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_names_an_allowed_host_and_no_other()
    {
        var known = await RawClient.SendAsync(_hashgate.Url, RawClient.Request(_hashgate.Url, "GET", _refused.Path));
        Assert.EndsWith($"; see {_hashgate.Url}why/zope-interface/2.0", known.Reason, StringComparison.Ordinal);
        var other = await RawClient.SendAsync(_hashgate.Url, $"GET {_refused.Path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("; see /why/zope-interface/2.0", other.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forwarded_host_is_believed_of_a_trusted_proxy_only()
    {
        var settings = new Dictionary<string, string?> { ["Network:TrustedProxies:0"] = "127.0.0.0/8", ["AllowedHosts:0"] = "packages.example" };
        await using var behind = await RunningHashgate.StartAsync(_index, settings);
        string[] headers = ["X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: packages.example", "X-Forwarded-Proto: https"];
        using (var trusted = await behind.GetAsync(_refused.Path, headers))
            Assert.EndsWith("; see https://packages.example/why/zope-interface/2.0", trusted.ReasonPhrase, StringComparison.Ordinal);
        Assert.Contains(await behind.EventsAsync(), e => e is { Kind: "blocked", Client: "203.0.113.7" });

        using var untrusted = await _hashgate.GetAsync(_refused.Path, headers);
        Assert.EndsWith($"; see {_hashgate.Url}why/zope-interface/2.0", untrusted.ReasonPhrase, StringComparison.Ordinal);
        Assert.Contains(await _hashgate.EventsAsync(), e => e is { Kind: "blocked", Client: "127.0.0.1" });
    }

    [Fact]
    public async Task Public_url_stands_in_front_of_links_whatever_the_host()
    {
        await using var hashgate = await RunningHashgate.StartAsync(_index, new Dictionary<string, string?> { ["PublicUrl"] = "https://packages.example/base/" });
        using var page = await hashgate.GetAsync("simple/zope-interface/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("href=\"https://packages.example/base/packages/", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var refused = await hashgate.GetAsync(_refused.Path);
        Assert.EndsWith("; see https://packages.example/base/why/zope-interface/2.0", refused.ReasonPhrase, StringComparison.Ordinal);
    }
}
