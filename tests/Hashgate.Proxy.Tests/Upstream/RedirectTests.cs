using Hashgate.Core.Upstreams;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Page_redirected_within_the_index_is_followed(int status)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always("/simple/old/", Fault.Redirect("../sample/#top", status));
        bench.Index.Faults.Once(bench.PagePath, Fault.Redirect("/simple/old/", status));
        var fetched = await bench.FetchPageAsync();
        Assert.Equal(bench.FileUrl, fetched.Page.Files.Single().Url);
    }

    [Fact]
    public async Task File_redirected_to_a_listed_host_is_followed_without_credentials()
    {
        await using var other = await FakeIndex.StartAsync();
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { FileHosts = [$"127.0.0.1:{other.Port}"], Username = "me", Password = "secret" });
        other.Add(bench.Wheel);
        bench.Index.Faults.Always(bench.File.Path, Fault.Redirect(other.BaseUrl + bench.File.Path));
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync());
        Assert.StartsWith("Basic ", bench.Index.Requests.For(bench.File.Path).Single()["Authorization"], StringComparison.Ordinal);
        Assert.Null(other.Requests.All.Single()["Authorization"]);
    }

    [Fact]
    public async Task File_redirected_back_to_the_index_carries_its_credentials_again()
    {
        await using var other = await FakeIndex.StartAsync();
        await using var bench = await UpstreamBench.StartAsync((u, _) => u with { FileHosts = [$"127.0.0.1:{other.Port}"], Username = "me", Password = "secret" });
        bench.Index.Credentials = "me:secret";
        other.Faults.Always("/x.whl", Fault.Redirect(bench.FileUrl.AbsoluteUri));
        Assert.Equal(bench.Wheel.Bytes, await bench.ReadAsync(url: new Uri(other.BaseUrl + "/x.whl")));
        Assert.Null(other.Requests.All.Single()["Authorization"]);
    }

    [Fact]
    public async Task File_redirected_to_another_port_of_the_same_host_is_forbidden_and_not_asked()
    {
        await using var other = await FakeIndex.StartAsync();
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Redirect(other.BaseUrl + "/x?signature=secret"));
        var error = await bench.FileErrorAsync();
        Assert.Equal(FetchErrorKind.Forbidden, error.Kind);
        Assert.DoesNotContain("secret", error.Detail, StringComparison.Ordinal);
        Assert.Empty(other.Requests.All);
        Assert.Equal(1, bench.Index.Requests.Count(bench.File.Path));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("//evil.example/x")]
    [InlineData("http://user:secret@127.0.0.1/x")]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("gopher://127.0.0.1/x")]
    public async Task File_redirected_somewhere_odd_is_forbidden(string location)
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Redirect(location));
        var error = await bench.FileErrorAsync();
        Assert.Equal(FetchErrorKind.Forbidden, error.Kind);
        Assert.DoesNotContain("secret", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_redirected_in_a_circle_is_given_up()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Redirect(bench.FileUrl.AbsoluteUri));
        var error = await bench.FileErrorAsync();
        Assert.Equal((FetchErrorKind.BadStatus, 302), (error.Kind, error.Status));
        Assert.Equal(6, bench.Index.Requests.Count(bench.File.Path));
    }

    [Fact]
    public async Task File_redirected_to_nowhere_is_a_bad_status()
    {
        await using var bench = await UpstreamBench.StartAsync();
        bench.Index.Faults.Always(bench.File.Path, Fault.Status(302));
        Assert.Equal(FetchErrorKind.BadStatus, (await bench.FileErrorAsync()).Kind);
    }

    [Fact]
    public async Task File_whose_url_is_on_an_unlisted_host_is_forbidden()
    {
        await using var bench = await UpstreamBench.StartAsync();
        Assert.Equal(FetchErrorKind.Forbidden, (await bench.FileErrorAsync(url: new Uri("http://127.0.0.1:1/x.whl"))).Kind);
    }
}
