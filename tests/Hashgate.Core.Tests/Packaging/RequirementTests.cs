using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Packaging;

public sealed class RequirementTests
{
    [Theory]
    [InlineData("requests", "requests")]
    [InlineData("  Zope.Interface >= 1.0 , < 2 ", "zope-interface>=1.0,<2")]
    [InlineData("foo(>=1.0)", "foo>=1.0")]
    [InlineData("foo [a, B.c] ( ~=1.0, )", "foo[a,B.c]~=1.0")]
    [InlineData("foo[]", "foo")]
    [InlineData("foo===anything", "foo===anything")]
    [InlineData("foo @ https://example.org/a;b.zip#sha256=x", "foo @ https://example.org/a;b.zip#sha256=x")]
    [InlineData("foo@git+https://example.org/x ; os.name=='a'", "foo @ git+https://example.org/x ; os_name == \"a\"")]
    [InlineData("foo>=1;python_version<'3'and(os_name=='a'or extra in 'b')", "foo>=1; python_version < \"3\" and (os_name == \"a\" or extra in \"b\")")]
    [InlineData("foo; (os_name=='a' and os_name=='b') or 'c' not   in python_implementation", "foo; os_name == \"a\" and os_name == \"b\" or \"c\" not in platform_python_implementation")]
    [InlineData("foo; os_name == '\"'", "foo; os_name == '\"'")]
    public void Parse_reads_every_part(string text, string written)
    {
        var requirement = Requirement.Parse(text);

        Assert.Equal(written, requirement.ToString());
        Assert.Equal(written, Requirement.Parse(written).ToString());
    }

    [Fact]
    public void Parse_keeps_the_marker_as_a_tree()
    {
        var any = Assert.IsType<MarkerAny>(Requirement.Parse("foo; python_version < '3' and os_name == 'a' or extra == 'b'").Marker);

        var all = Assert.IsType<MarkerAll>(any.Terms[0]);
        var comparison = Assert.IsType<MarkerComparison>(all.Terms[0]);
        Assert.Equal((new MarkerOperand("python_version", true), "<", new MarkerOperand("3", false)), (comparison.Left, comparison.Operator, comparison.Right));
        Assert.IsType<MarkerComparison>(any.Terms[1]);
    }

    [Fact]
    public void TryParse_parentheses_beyond_any_persons_marker_are_refused()
    {
        Assert.True(Requirement.TryParse("foo; " + new string('(', MarkerReader.MaxDepth) + "os_name == 'a'" + new string(')', MarkerReader.MaxDepth), out _));
        Assert.False(Requirement.TryParse("foo; " + new string('(', 1_000_000), out _));
    }

    [Fact]
    public void No_specifier_allows_every_version() => Assert.Same(VersionSpecifiers.Any, Requirement.Parse("foo").Specifiers);
}
