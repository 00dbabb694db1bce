using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

/// <summary>A megabyte of what a quadratic reader, or one that backtracks, would not come back from within the day.</summary>
public sealed class LinearWorkTests
{
    private const int Size = 1 << 20;

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Size / text.Length));

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "", "1", "" }, { "", "0", "" }, { "", "1.", "1" }, { "1.0+", "a.", "a" }, { "1.0+", "0.", "0" }, { "1.0", "-", "" },
        { "1.0", "a", "" }, { "", "1!", "1" }, { "", ".", "" }, { "", "\u0661", "" }, { "1.0.post", "1", "x" },
        { "", ",", "x" }, { "", "==1.*,", "x" }, { "", ">=", "" }, { "", "===", " x" }, { "~=", "1.", "*" },
        { "a", "-", "" }, { "a[", "a,", "" }, { "a[", "a-", "" }, { "a; ", "(", "" }, { "a; ", "os_name=='a' and ", "" }, { "a; os_name == '", "x", "" },
        { "a @ ", "x ", "" }, { "a; ", "python_", "" }, { "a; os_name ", "not ", "" }, { "a ", " ", "!" }, { "a (", ",", ")" },
        { "a-1-", "a.", "a-none-any.whl" }, { "", "_a", "-1-py3-none-any.whl" }, { "", "foo-", "1.0.zip" }, { "", "-", ".tar.gz" }, { "foo", "-", ".zip" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_megabyte_is_refused_by_every_reader(string start, string repeated, string end)
    {
        var text = start + Repeat(repeated) + end;

        Assert.False(PackageVersion.TryParse(text, out _));
        Assert.False(VersionSpecifiers.TryParse(text, out _));
        Assert.False(Requirement.TryParse(text, out _));
        Assert.False(WheelFilename.TryParse(text, out _));
        Assert.False(SdistFilename.TryParse(text, out _));
        Assert.False(ProjectName.TryParse(text, out _));
        Assert.Equal(DistributionKind.Other, DistributionFilename.Read(ProjectName.Parse("foo"), text).Kind);
        Assert.True(DistributionFilename.CandidateProjects(text).Count <= DistributionFilename.MaxCandidates);
    }

    [Theory]
    [InlineData("-._", "-")]
    [InlineData("A-", null)]
    [InlineData("\u0130", null)]
    public void Normalize_a_megabyte_is_done(string repeated, string? normalized)
    {
        var text = Repeat(repeated);

        Assert.Equal(normalized ?? text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant(), ProjectName.Normalize(text));
        Assert.False(ProjectName.IsNormalized(text));
    }

    [Theory]
    [InlineData("#", 0)]
    [InlineData("a#", 1)]
    [InlineData("\\\n", 0)]
    [InlineData("a\\\n", 1)]
    [InlineData("\n", 0)]
    [InlineData("a --hash ", 1)]
    public void A_requirements_file_of_a_megabyte_is_read(string repeated, int lines) => Assert.Equal(lines, RequirementsFile.Read(Repeat(repeated)).Count);
}
