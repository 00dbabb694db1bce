using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Serving;

public sealed class FilePathsTests
{
    private static readonly Upstream PyPI = new() { Name = "pypi", IndexUrl = new Uri("https://pypi.org/simple/") };
    private static readonly Upstream Acme = new() { Name = "acme", IndexUrl = new Uri("https://acme.example/simple/") };

    [Theory]
    [InlineData("https://files.pythonhosted.org/packages/aa/bb/demo-1.0.tar.gz", "packages/aa/bb/demo-1.0.tar.gz")]
    [InlineData("https://files.pythonhosted.org/packages/aa/demo-1.0%2Blocal.tar.gz", "packages/aa/demo-1.0+local.tar.gz")]
    [InlineData("https://files.pythonhosted.org/packages/aa/demo-1.0+local.tar.gz", "packages/aa/demo-1.0+local.tar.gz")]
    [InlineData("https://files.pythonhosted.org/packages/aa/demo-1%2121.0.tar.gz", "packages/aa/demo-1!21.0.tar.gz")]
    [InlineData("https://mirror.example/pypi/web/demo-1.0.tar.gz", "files/pypi/pypi/web/demo-1.0.tar.gz")]
    public void File_of_pypi_keeps_its_path(string url, string expected) => Assert.Equal(expected, Path(PyPI, url));

    [Theory]
    [InlineData("https://acme.example/packages/demo-1.0.tar.gz", "files/acme/packages/demo-1.0.tar.gz")]
    [InlineData("https://acme.example/~user/demo-1.0.tar.gz?sig=abc", "files/acme/~user/demo-1.0.tar.gz")]
    public void File_of_another_upstream_stands_below_its_name(string url, string expected) => Assert.Equal(expected, Path(Acme, url));

    [Theory]
    [InlineData("https://acme.example/a%20b/demo-1.0.tar.gz")]
    [InlineData("https://acme.example/a//demo-1.0.tar.gz")]
    [InlineData("https://acme.example/.hidden/demo-1.0.tar.gz")]
    [InlineData("https://acme.example/a;b/demo-1.0.tar.gz")]
    [InlineData("https://acme.example/a%2Fb/demo-1.0.tar.gz")]
    [InlineData("https://acme.example/%E4/demo-1.0.tar.gz")]
    public void Path_that_is_not_plain_is_named_by_the_digest_of_its_url(string url) =>
        Assert.Equal($"files/acme/_/{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(url))}/demo-1.0.tar.gz", Path(Acme, url));

    [Fact]
    public void Path_that_ends_in_another_name_is_named_by_the_digest_of_its_url() =>
        Assert.StartsWith("files/acme/_/", Path(Acme, "https://acme.example/download/17", "demo-1.0.tar.gz"), StringComparison.Ordinal);

    [Fact]
    public void Path_that_is_too_long_is_named_by_the_digest_of_its_url() =>
        Assert.StartsWith("files/acme/_/", Path(Acme, $"https://acme.example/{new string('a', 2000)}/demo-1.0.tar.gz"), StringComparison.Ordinal);

    [Theory]
    [InlineData("demo-1.0-py3-none-any.whl", true)]
    [InlineData("demo-1!2.0+local_1.tar.gz", true)]
    [InlineData("", false)]
    [InlineData(".demo-1.0.tar.gz", false)]
    [InlineData("..", false)]
    [InlineData("a/b.whl", false)]
    [InlineData("a\\b.whl", false)]
    [InlineData("a b.whl", false)]
    [InlineData("a%2Fb.whl", false)]
    [InlineData("d\u00e9mo-1.0.tar.gz", false)]
    [InlineData("demo-1.0.tar.gz\n", false)]
    [InlineData("demo-1.0.tar.gz\0", false)]
    public void Filename_of_plain_characters_alone_is_servable(string filename, bool servable) => Assert.Equal(servable, FilePaths.IsServable(filename));

    [Fact]
    public void Filename_longer_than_file_systems_take_is_not_servable()
    {
        Assert.True(FilePaths.IsServable(new string('a', 255)));
        Assert.False(FilePaths.IsServable(new string('a', 256)));
    }

    [Fact]
    public void Escaped_path_is_one_that_the_target_check_takes() =>
        Assert.Equal("packages/aa/demo-1%212.0%2Blocal.tar.gz", FilePaths.Escape("packages/aa/demo-1!2.0+local.tar.gz"));

    private static string Path(Upstream upstream, string url, string? filename = null)
    {
        var uri = new Uri(url);
        var name = filename ?? Uri.UnescapeDataString(uri.Segments[^1]);
        return FilePaths.LocalPath(upstream, new ProjectFile { Filename = name, Url = uri, Hashes = new Dictionary<string, string>() });
    }
}
