using Hashgate.Core.Packaging;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Upstreams;

public sealed class UpstreamMapTests
{
    [Theory]
    [InlineData("requests", "pypi")]
    [InlineData("acme-web", "acme")]
    [InlineData("Acme.Web", "acme")]
    [InlineData("tool", "acme")]
    [InlineData("acme", "pypi")]
    [InlineData("lab-x", "lab")]
    public void Project_has_one_owner(string project, string owner) =>
        Assert.Equal(owner, new UpstreamMap([Of("pypi"), Of("acme", "acme-*", "tool"), Of("lab", "lab-*")]).OwnerOf(ProjectName.Parse(project))!.Name);

    [Fact]
    public void Name_that_nobody_owns_has_no_owner() =>
        Assert.Null(new UpstreamMap([Of("acme", "acme-*")]).OwnerOf(ProjectName.Parse("requests")));

    [Fact]
    public void Names_of_a_disabled_upstream_fall_to_nobody_else()
    {
        var owner = new UpstreamMap([Of("pypi"), Of("acme", "acme-*") with { Enabled = false }]).OwnerOf(ProjectName.Parse("acme-web"));
        Assert.Equal(("acme", false), (owner!.Name, owner.Enabled));
    }

    [Fact]
    public void Upstream_is_found_by_its_exact_name()
    {
        var map = new UpstreamMap([Of("pypi"), Of("acme", "acme-*")]);
        Assert.True(map.TryGet("acme", out _));
        Assert.False(map.TryGet("ACME", out _));
        Assert.False(map.TryGet("", out _));
    }

    [Fact]
    public void Contradictions_are_told_all_at_once()
    {
        Upstream[] upstreams = [Of("pypi"), Of("mirror"), Of("acme", "acme-*", "*-web"), Of("lab", "acme-lab", "lab-*")];
        var told = UpstreamMap.Contradictions(upstreams);
        Assert.Equal(3, told.Count);
        Assert.Contains("Upstreams pypi and mirror have no Projects", told[0], StringComparison.Ordinal);
        Assert.Contains("Upstreams:acme:Projects 'acme-*' and Upstreams:lab:Projects 'acme-lab' overlap", told[1], StringComparison.Ordinal);
        Assert.Contains("Upstreams:acme:Projects '*-web' and Upstreams:lab:Projects 'lab-*' overlap", told[2], StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new UpstreamMap(upstreams));
    }

    [Fact]
    public void One_upstream_s_own_globs_may_overlap() => Assert.Empty(UpstreamMap.Contradictions([Of("pypi"), Of("acme", "acme-*", "acme-web")]));

    [Fact]
    public void Upstream_written_out_shows_no_secret() => Assert.Equal("acme", $"{Of("acme") with { Password = "secret" }}");

    private static Upstream Of(string name, params string[] projects) => new()
    {
        Name = name,
        IndexUrl = new Uri($"https://{name}.example/simple/"),
        Projects = [.. projects.Select(p => NameGlob.TryParse(p, out var glob) ? glob : throw new ArgumentException(p))],
    };
}
