using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Tests.Policy;

public sealed class SdistRuleTests
{
    [Theory]
    [InlineData("demo-1.0-py3-none-any.whl", false)]
    [InlineData("demo-1.0.tar.gz", true)]
    [InlineData("demo-latest.zip", true)]
    public void What_is_no_wheel_is_blocked_alone(string filename, bool blocked)
    {
        var finding = Evaluate(filename, []);
        Assert.Equal(blocked ? (Verdict.Block, FindingScope.File) : null, finding is null ? null : ((Verdict, FindingScope)?)(finding.Verdict, finding.Scope));
    }

    [Fact]
    public void Exempt_project_may_have_them()
    {
        Assert.True(NameGlob.TryParse("dem*", out var glob));
        Assert.Null(Evaluate("demo-1.0.tar.gz", [glob]));
    }

    private static Finding? Evaluate(string filename, IReadOnlyList<NameGlob> exempt) => new SdistRule(exempt).Evaluate(Some.Facts(), Some.File(filename));
}
