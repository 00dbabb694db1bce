using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Tests.Policy;

public sealed class RulesTests
{
    private static readonly FileFacts Plain = Some.File("demo-1.0.tar.gz", pin: new Pin(PinOutcome.Same, Some.Record()));
    private static readonly DateTimeOffset Until = Some.Now.AddMinutes(5);

    public static TheoryData<string> Guards => ["hash-mismatch", "hash-changed", "no-hash", "filename-mismatch", "trust-unavailable"];

    [Theory, MemberData(nameof(Guards))]
    public void Guard_of_the_proof_finds_nothing_in_a_plain_file_and_is_never_softened(string name)
    {
        var rule = Rule(name);
        Assert.Null(rule.Evaluate(Some.Facts(Plain), Plain));
        Assert.True(rule.NeverSoftened);
    }

    [Theory]
    [InlineData("hash-mismatch")]
    [InlineData("hash-changed")]
    public void Failed_proof_blocks_under_its_own_rule_until_it_ends(string name)
    {
        var file = Plain with { FailedProof = new FailedProof(name, "it has 3 bytes, 4 are promised", Until) };
        Assert.Equal(new Finding(name, Verdict.Block, FindingScope.File, "it has 3 bytes, 4 are promised", Until), Find(name, file));
        Assert.Null(Find(name == "hash-mismatch" ? "hash-changed" : "hash-mismatch", file));
    }

    [Fact]
    public void Hash_changed_alone_blocks_nothing_while_the_recorded_bytes_may_be_had() =>
        Assert.Null(Find("hash-changed", Plain with { Pin = new Pin(PinOutcome.Changed, Some.Record()) }));

    [Fact]
    public void Conflict_blocks_without_an_end()
    {
        var finding = Find("hash-changed", Plain with { Pin = new Pin(PinOutcome.Same, Some.Record(conflict: true)) });
        Assert.Equal((Verdict.Block, FindingScope.File, null), (finding!.Verdict, finding.Scope, finding.Until));
    }

    [Fact]
    public void No_hash_tells_a_hash_never_named_from_one_withdrawn()
    {
        Assert.Equal("the index names no sha256 for this file", Find("no-hash", Some.File("demo-1.0.tar.gz", hasHash: false))!.Reason);
        Assert.Equal("the index no longer names a sha256 for this file", Find("no-hash", Some.File("demo-1.0.tar.gz", hasHash: false, new Pin(PinOutcome.Same, Some.Record())))!.Reason);
    }

    [Fact]
    public void No_hash_finds_nothing_where_first_use_is_allowed()
    {
        var file = Some.File("demo-1.0.tar.gz", hasHash: false);
        Assert.Null(new NoHashRule(allowFirstUse: true).Evaluate(Some.Facts(file), file));
    }

    [Theory]
    [InlineData("other-1.0-py3-none-any.whl", "other")]
    [InlineData("demo_other-1.0-py3-none-any.whl", "demo-other")]
    [InlineData("other-1.0.tar.gz", "other")]
    public void Filename_of_another_project_is_blocked(string filename, string named) =>
        Assert.Equal($"the file belongs to {named}, not to demo", Find("filename-mismatch", Some.File(filename))!.Reason);

    [Theory]
    [InlineData("Demo-1.0-py3-none-any.whl")]
    [InlineData("demo-1.0.zip")]
    [InlineData("demo-1.0-py2.7.egg")]
    [InlineData("whatever.exe")]
    public void Filename_of_the_project_or_of_nobody_is_fine(string filename) => Assert.Null(Find("filename-mismatch", Some.File(filename)));

    [Fact]
    public void Trust_unavailable_blocks_what_could_not_be_recorded()
    {
        Assert.Equal(Verdict.Block, Find("trust-unavailable", Plain with { Pin = Pin.Unrecorded })!.Verdict);
        Assert.Null(Find("trust-unavailable", Plain with { Pin = null }));
    }

    [Theory]
    [InlineData("quarantined", "stolen account", Verdict.Block, "pypi quarantined the project: stolen account")]
    [InlineData("quarantined", null, Verdict.Block, "pypi quarantined the project")]
    [InlineData("archived", null, Verdict.Warn, "pypi marks the project as archived")]
    [InlineData("deprecated", "use other", Verdict.Warn, "pypi marks the project as deprecated: use other")]
    public void Status_of_the_project_reaches_all_of_it(string status, string? reason, Verdict verdict, string told)
    {
        var rule = new UpstreamQuarantinedRule();
        Assert.Equal(new Finding("upstream-quarantined", verdict, FindingScope.Project, told), rule.Evaluate(Some.Facts(ProjectStatus.Of(status, reason), Plain), Plain));
        Assert.False(((IPolicyRule)rule).NeverSoftened);
    }

    [Theory]
    [InlineData("active")]
    [InlineData("a-marker-yet-to-come")]
    public void Status_that_says_no_harm_finds_nothing(string status) =>
        Assert.Null(new UpstreamQuarantinedRule().Evaluate(Some.Facts(ProjectStatus.Of(status, "why"), Plain), Plain));

    private static Finding? Find(string rule, FileFacts file) => Rule(rule).Evaluate(Some.Facts(file), file);

    private static IPolicyRule Rule(string name) =>
        ((IPolicyRule[])[new HashMismatchRule(), new HashChangedRule(), new NoHashRule(false), new FilenameMismatchRule(), new TrustUnavailableRule()]).Single(r => r.Name == name);
}
