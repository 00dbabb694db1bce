using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;

namespace Hashgate.Proxy.Tests.Upstreams;

public sealed class HopPolicyTests
{
    private static readonly Upstream PyPI = new()
    {
        Name = "pypi",
        IndexUrl = new Uri("https://pypi.org/simple/"),
        FileHosts = ["files.pythonhosted.org", "mirror.example:8443", "[2606:4700::1]"],
    };

    [Theory]
    [InlineData("https://pypi.org/simple/x/")]
    [InlineData("https://PyPI.org:443/anything")]
    [InlineData("https://files.pythonhosted.org/packages/aa/bb/cc/x.whl")]
    [InlineData("https://mirror.example:8443/x.whl")]
    [InlineData("https://[2606:4700::1]/x.whl")]
    public void Refuse_own_or_listed_host_is_let_pass(string url) => Assert.Null(new HopPolicy(PyPI).Refuse(new Uri(url), null));

    [Theory]
    [InlineData("http://pypi.org/simple/x/")]
    [InlineData("https://pypi.org:8443/simple/x/")]
    [InlineData("https://pypi.org./simple/x/")]
    [InlineData("https://pypi.org.evil.example/")]
    [InlineData("https://evil.example/?pypi.org")]
    [InlineData("https://sub.files.pythonhosted.org/x.whl")]
    [InlineData("https://files.pythonhosted.org:8443/x.whl")]
    [InlineData("http://files.pythonhosted.org/x.whl")]
    [InlineData("http://files.pythonhosted.org:443/x.whl")]
    [InlineData("https://mirror.example/x.whl")]
    [InlineData("https://user:secret@pypi.org/simple/x/")]
    [InlineData("https://pypi.org@evil.example/")]
    [InlineData("ftp://pypi.org/x.whl")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    public void Refuse_anything_else_is_refused(string url) => Assert.NotNull(new HopPolicy(PyPI).Refuse(new Uri(url), null));

    [Fact]
    public void Refuse_http_is_let_pass_where_allowed_but_never_after_https_by_default()
    {
        var clear = PyPI with { IndexUrl = new Uri("http://index.example/simple/"), FileHosts = ["files.example"] };
        var https = new Uri("https://files.example/x.whl");
        var http = new Uri("http://files.example/x.whl");
        Assert.Null(new HopPolicy(clear).Refuse(http, null));
        Assert.NotNull(new HopPolicy(clear).Refuse(http, https));
        Assert.Null(new HopPolicy(clear with { AllowHttp = true }).Refuse(http, https));
        Assert.NotNull(new HopPolicy(clear with { AllowHttp = false }).Refuse(http, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://files.example")]
    [InlineData("files.example/path")]
    [InlineData("user@files.example")]
    [InlineData("files.example:port")]
    public void FileHost_that_is_no_host_is_refused(string text)
    {
        Assert.False(FileHost.TryParse(text, out _));
        Assert.Throws<ArgumentException>(() => new HopPolicy(PyPI with { FileHosts = [text] }));
    }
}
