using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class ProjectNameTests
{
    [Theory]
    [InlineData("requests", "requests")]
    [InlineData("Zope.Interface", "zope-interface")]
    [InlineData("a-._-.b", "a-b")]
    [InlineData("3TO2", "3to2")]
    public void Parse_any_spelling_is_the_normalized_name(string text, string normalized) => Assert.Equal(normalized, ProjectName.Parse(text).Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-foo")]
    [InlineData("foo_")]
    [InlineData("foo\n")]
    [InlineData("foo bar")]
    [InlineData("foo/bar")]
    [InlineData("\u212aelvin")]
    [InlineData("\u0131")]
    [InlineData("foo\u0661")]
    public void TryParse_no_name_is_refused(string? text) => Assert.False(ProjectName.TryParse(text, out _));

    [Fact]
    public void TryParse_longer_than_the_limit_is_refused()
    {
        Assert.True(ProjectName.TryParse(new string('a', ProjectName.MaxLength), out _));
        Assert.False(ProjectName.TryParse(new string('a', ProjectName.MaxLength + 1), out _));
    }

    [Fact]
    public void Spellings_of_one_project_are_one_value()
    {
        Assert.Equal(ProjectName.Parse("Foo_Bar"), ProjectName.Parse("foo.bar"));
        Assert.NotEqual(ProjectName.Parse("foobar"), ProjectName.Parse("foo-bar"));
        Assert.Equal(0, ProjectName.Parse("A").CompareTo(ProjectName.Parse("a")));
    }

    [Fact]
    public void The_default_value_equals_no_name() => Assert.NotEqual(default, ProjectName.Parse("a"));
}
