using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class DistributionFilenameTests
{
    [Theory]
    [InlineData("foo", "foo-1.0-py3-none-any.whl", DistributionKind.Wheel, "1.0")]
    [InlineData("foo-bar", "Foo.Bar-1.0.tar.gz", DistributionKind.Sdist, "1.0")]
    [InlineData("foo", "foo-1.0-1.tar.gz", DistributionKind.Sdist, "1.0.post1")]
    [InlineData("foo-1-0", "foo-1.0-1.tar.gz", DistributionKind.Sdist, "1")]
    [InlineData("foo", "foo-2004d.tar.gz", DistributionKind.Other, null)]
    [InlineData("foo", "bar-2004d.tar.gz", DistributionKind.Other, null)]
    [InlineData("foo", "foo-1.0-py2.7.egg", DistributionKind.Other, null)]
    [InlineData("foo", "", DistributionKind.Other, null)]
    public void Read_on_its_own_page_is_at_home(string project, string filename, DistributionKind kind, string? version)
    {
        var read = DistributionFilename.Read(ProjectName.Parse(project), filename);

        Assert.False(read.IsForeign);
        Assert.Equal((kind, version), (read.Kind, read.Version?.ToString()));
    }

    [Theory]
    [InlineData("foo", "bar-1.0-py3-none-any.whl", "bar")]
    [InlineData("foo", "foo_bar-1.0-py3-none-any.whl", "foo-bar")]
    [InlineData("foo", "foo-bar-1.0.tar.gz", "foo-bar")]
    [InlineData("foo-bar", "foo-1.0.zip", "foo")]
    [InlineData("foo", "foo -1.0.zip", "foo ")]
    [InlineData("foo", "_foo-1.0-py3-none-any.whl", "-foo")]
    [InlineData("foo", "f\u00f6\u00f6-1.0-py3-none-any.whl", "f\u00f6\u00f6")]
    public void Read_on_another_page_is_foreign(string project, string filename, string owner) =>
        Assert.Equal(owner, DistributionFilename.Read(ProjectName.Parse(project), filename).ForeignName);

    [Theory]
    [InlineData("foo_bar-1.0-py3-none-any.whl", "foo-bar")]
    [InlineData("_foo-1.0-py3-none-any.whl", "")]
    [InlineData("foo-bar-1.0.tar.gz", "foo-bar foo")]
    [InlineData("foo-1.0-1.tar.gz", "foo-1-0 foo")]
    [InlineData("a-b-c-2004d.tar.gz", "a-b-c a a-b")]
    [InlineData("lxml-1.3.4.win32-py2.5.exe", "lxml lxml-1-3-4-win32")]
    [InlineData("foo-bar-1.0-py3-none-any.whl", "foo-bar foo foo-bar-1-0 foo-bar-1-0-py3 foo-bar-1-0-py3-none")]
    [InlineData("nothing.zip", "")]
    [InlineData("", "")]
    [InlineData("a-1-2-3-4-5-6-7-8-9-10-11.egg", "a a-1 a-1-2 a-1-2-3 a-1-2-3-4 a-1-2-3-4-5 a-1-2-3-4-5-6 a-1-2-3-4-5-6-7")]
    public void CandidateProjects_come_most_likely_first(string filename, string projects) =>
        Assert.Equal(projects, string.Join(' ', DistributionFilename.CandidateProjects(filename)));

    [Theory]
    [InlineData("PY3.py2-None.ABI3-any.any", "py2-abi3-any py2-none-any py3-abi3-any py3-none-any")]
    [InlineData("py3-none-any", "py3-none-any")]
    public void Tags_expand_in_order_without_duplicates(string tags, string expanded)
    {
        Assert.True(WheelFilename.TryParse($"foo-1-{tags}.whl", out var wheel));
        Assert.Equal(expanded, string.Join(' ', wheel.Tags.Expand()));
    }

    [Fact]
    public void Read_a_filename_longer_than_any_file_systems_is_other()
    {
        var filename = $"foo-{new string('1', DistributionFilename.MaxLength)}.zip";

        Assert.Equal(DistributionKind.Other, DistributionFilename.Read(ProjectName.Parse("foo"), filename).Kind);
    }
}
