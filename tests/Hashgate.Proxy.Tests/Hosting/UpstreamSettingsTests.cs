using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Hosting;

public sealed class UpstreamSettingsTests
{
    private const string Index = "https://index.example/simple";

    [Fact]
    public void Nothing_set_gives_pypi()
    {
        var only = Assert.Single(LoadedSettings.Right().Upstreams.All);
        Assert.Equal("pypi", only.Name);
        Assert.Equal(new Uri("https://pypi.org/simple/"), only.IndexUrl);
        Assert.Equal(["files.pythonhosted.org"], only.FileHosts);
        Assert.True(only.Enabled);
        Assert.Empty(only.Projects);
        Assert.Empty(only.Replaceable);
        Assert.Equal((TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30), 64), (only.RefreshAfter, only.Timeout, only.MaxConcurrent));
        Assert.Equal((null, null, null, null), (only.Username, only.Password, only.Proxy, only.CaFile));
        Assert.Equal((null, null), (only.AllowPrivateNetwork, only.AllowHttp));
    }

    [Fact]
    public void Mirror_of_pypi_may_send_to_pypi_s_own_files_unless_its_file_hosts_are_named()
    {
        Assert.Equal(["files.pythonhosted.org"], Assert.Single(LoadedSettings.Right(("Upstreams:pypi:IndexUrl", Index)).Upstreams.All).FileHosts);
        Assert.Equal(["files.example"], Assert.Single(LoadedSettings.Right(("Upstreams:pypi:IndexUrl", Index), ("Upstreams:pypi:FileHosts:0", "files.example")).Upstreams.All).FileHosts);
    }

    [Fact]
    public void Private_upstream_is_read_whole()
    {
        using var file = new TemporaryDirectory();
        var ca = Path.Combine(file.Path, "ca.pem");
        File.WriteAllText(ca, "");
        var upstreams = LoadedSettings.Right(
            ("Upstreams:acme:IndexUrl", Index), ("Upstreams:acme:Projects:0", "acme-*"), ("Upstreams:acme:Projects:1", "tool"), ("Upstreams:acme:Replaceable:0", "acme-nightly"),
            ("Upstreams:acme:FileHosts:0", "files.index.example:8443"), ("Upstreams:acme:Username", "ci"), ("Upstreams:acme:Password", "secret"), ("Upstreams:acme:Proxy", "http://proxy.example:3128"),
            ("Upstreams:acme:CaFile", ca), ("Upstreams:acme:AllowPrivateNetwork", "true"), ("Upstreams:acme:AllowHttp", "false"), ("Upstreams:Contact", "it@acme.example")).Upstreams;

        Assert.True(upstreams.TryGet("acme", out var acme));
        Assert.Equal(new Uri(Index + "/"), acme.IndexUrl);
        Assert.Equal(["acme-*", "tool"], acme.Projects.Select(p => p.Pattern));
        Assert.Equal(["acme-nightly"], acme.Replaceable.Select(p => p.Pattern));
        Assert.Equal(["files.index.example:8443"], acme.FileHosts);
        Assert.Equal(("ci", "secret", new Uri("http://proxy.example:3128"), ca), (acme.Username, acme.Password, acme.Proxy, acme.CaFile));
        Assert.Equal((true, false), (acme.AllowPrivateNetwork, acme.AllowHttp));
        Assert.Equal("acme", upstreams.OwnerOf(Core.Packaging.ProjectName.Parse("Acme_Web"))!.Name);
        Assert.Equal("pypi", upstreams.OwnerOf(Core.Packaging.ProjectName.Parse("requests"))!.Name);
    }

    [Theory]
    [InlineData("hashgate")]
    [InlineData("Contact")]
    [InlineData("Acme")]
    [InlineData("acme.corp")]
    [InlineData("a0123456789012345678901234567890123456789")]
    public void Name_that_can_not_stand_in_a_path_is_an_error(string name)
    {
        var loaded = LoadedSettings.Of(($"Upstreams:{name}:IndexUrl", Index));
        Assert.Equal(2, loaded.Errors.Count); // the other is that it owns the names that pypi owns
        Assert.Contains(loaded.Errors, e => e.StartsWith($"Hashgate:Upstreams:{name} can't be an upstream's name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "Hashgate:Upstreams:acme:IndexUrl is missing: an upstream needs the URL of its simple index.")]
    [InlineData("index.example", "Hashgate:Upstreams:acme:IndexUrl is 'index.example': it must be an absolute http or https URL without user, query or fragment.")]
    public void Upstream_without_a_usable_index_is_one_error(string? url, string expected) =>
        Assert.Equal(expected, LoadedSettings.Wrong(("Upstreams:acme:IndexUrl", url), ("Upstreams:acme:Projects:0", "acme-*"), ("Upstreams:acme:Timeout", "00:00:05")));

    [Fact]
    public void Two_without_globs_are_an_error() =>
        Assert.Contains("both would own every name", LoadedSettings.Wrong(("Upstreams:acme:IndexUrl", Index)), StringComparison.Ordinal);

    [Fact]
    public void Overlapping_globs_are_an_error() =>
        Assert.Contains("overlap", LoadedSettings.Wrong(
            ("Upstreams:acme:IndexUrl", Index), ("Upstreams:acme:Projects:0", "acme-*"), ("Upstreams:web:IndexUrl", Index), ("Upstreams:web:Projects:0", "*-web")), StringComparison.Ordinal);
}
