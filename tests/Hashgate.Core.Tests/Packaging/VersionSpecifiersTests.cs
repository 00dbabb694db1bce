using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class VersionSpecifiersTests
{
    [Theory]
    [InlineData(">1.7", "1.7.0.post1", false)]
    [InlineData(">1.7.post1", "1.7.0.post2", true)]
    [InlineData("<1.0", "1.0rc1", false)]
    [InlineData("<1.0rc2", "1.0rc1", true)]
    [InlineData("==1.1", "1.1+local", true)]
    [InlineData("==1.1+other", "1.1+local", false)]
    [InlineData("==1.1.*", "1.1.dev0", true)]
    [InlineData("~=1.4.2", "1.4.10", true)]
    [InlineData("~=1.4.2", "1.5", false)]
    [InlineData("===FOO", "foo", true)]
    [InlineData("===\u212a", "k", false)]
    [InlineData(">=1.0", "2004d", false)]
    public void Contains_the_standards_traps_are_answered(string specifiers, string version, bool contained) =>
        Assert.Equal(contained, VersionSpecifiers.Parse(specifiers).Contains(version));

    [Fact]
    public void Any_contains_even_what_is_no_version()
    {
        Assert.True(VersionSpecifiers.Any.Contains("2004d"));
        Assert.Same(VersionSpecifiers.Any, VersionSpecifiers.Parse(" , "));
    }

    [Fact]
    public void Contains_a_parsed_version_answers_as_for_its_text() =>
        Assert.True(VersionSpecifiers.Parse("~=1.0,!=1.1").Contains(PackageVersion.Parse("1.2")));

    [Fact]
    public void ToString_keeps_what_was_written() => Assert.Equal(">=1.0,==1.*,===x", VersionSpecifiers.Parse(" >= 1.0, ==1.* ,=== x").ToString());

    [Fact]
    public void TryParse_more_than_the_limit_is_refused()
    {
        var most = string.Join(',', Enumerable.Repeat("!=1", VersionSpecifiers.MaxCount));

        Assert.True(VersionSpecifiers.TryParse(most, out _));
        Assert.False(VersionSpecifiers.TryParse(most + ",!=1", out _));
    }
}
