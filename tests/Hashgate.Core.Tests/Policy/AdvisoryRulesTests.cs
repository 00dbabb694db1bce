using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Tests.Advisories;

namespace Hashgate.Core.Tests.Policy;

public sealed class AdvisoryRulesTests
{
    private static readonly FileFacts Bad = Some.File("demo-1.0.tar.gz");
    private static readonly FileFacts BadWheel = Some.File("demo-1.0-py3-none-any.whl");
    private static readonly FileFacts Good = Some.File("demo-2.0.tar.gz");
    private static readonly FileFacts Odd = Some.File("demo-latest.exe");

    [Fact]
    public void Malware_blocks_the_release_with_its_id_and_summary()
    {
        var index = new AdvisoryIndex([Osv.Listing("MAL-2026-1", "demo", ["1.0"], """ "summary": "Malicious code in demo (PyPI)" """)]);
        Assert.Equal(new Finding("malware", Verdict.Block, FindingScope.Release, "MAL-2026-1: Malicious code in demo (PyPI)"), Malware(index, Bad));
        Assert.Null(Malware(index, Good));
    }

    [Fact]
    public void Malware_blocks_a_file_without_a_readable_version_on_any_advisory() =>
        Assert.Equal(Verdict.Block, Malware(new AdvisoryIndex([Osv.Listing("MAL-1", "demo", ["1.0"])]), Odd)?.Verdict);

    [Fact]
    public void Malware_is_known_by_its_digest_whatever_it_is_called()
    {
        var index = new AdvisoryIndex([Osv.Read($$$"""
            {"id": "MAL-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["9"],
              "database_specific": {"indicators": {"package_integrity": [{"hashes": {"sha256": "{{{Some.Digest}}}"}}] }} }]}
            """)]);

        Assert.Equal((Verdict.Block, FindingScope.Release), (Malware(index, Good)!.Verdict, Malware(index, Good)!.Scope));
        Assert.Null(Malware(index, Some.File("demo-2.0.tar.gz", hasHash: false)));
    }

    [Theory]
    [InlineData(true, Verdict.Hold)]
    [InlineData(false, null)]
    public void Malware_without_a_feed_holds_if_it_is_told_to(bool hold, Verdict? verdict) =>
        Assert.Equal(verdict, new MalwareRule(hold).Evaluate(Facts(AdvisoryIndex.Missing, Bad), Bad)?.Verdict);

    [Fact]
    public void Malware_with_an_empty_feed_finds_nothing() => Assert.Null(new MalwareRule(true).Evaluate(Facts(new AdvisoryIndex([]), Bad), Bad));

    [Fact]
    public void Malware_takes_every_file_of_its_release_and_no_other()
    {
        var index = new AdvisoryIndex([Osv.Listing("MAL-1", "demo", ["1.0"])]);
        var decision = Engine(new MalwareRule(false)).Decide(Facts(index, Bad, BadWheel, Good));
        Assert.Equal([Verdict.Block, Verdict.Block, Verdict.Allow], decision.Files.Select(f => f.Verdict));
    }

    [Fact]
    public void Malware_in_audit_mode_or_waived_is_a_warning()
    {
        var index = new AdvisoryIndex([Osv.Listing("MAL-1", "demo", ["1.0"])]);
        Assert.Equal(Verdict.Warn, Engine(new MalwareRule(false), audit: true).Decide(Facts(index, Bad)).Files[0].Verdict);

        var facts = Facts(index, Bad);
        facts = facts with { Policy = facts.Policy with { Waivers = new WaiverSet([Some.Waiver("malware", "demo") with { Expires = Some.Now.AddDays(1) }]) } };
        Assert.Equal(Verdict.Warn, Engine(new MalwareRule(false)).Decide(facts).Files[0].Verdict);
        Assert.Equal(Verdict.Block, Engine(new MalwareRule(false)).Decide(facts with { Now = Some.Now.AddDays(1) }).Files[0].Verdict);
    }

    [Theory]
    [InlineData(null, Verdict.Warn)]
    [InlineData(AdvisorySeverity.Low, Verdict.Block)]
    [InlineData(AdvisorySeverity.Medium, Verdict.Block)]
    [InlineData(AdvisorySeverity.High, Verdict.Warn)]
    [InlineData(AdvisorySeverity.Critical, Verdict.Warn)]
    public void Vulnerability_blocks_from_its_severity_on_and_warns_below(AdvisorySeverity? blockAt, Verdict verdict)
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "demo", ["1.0"], $$""" "summary": "bad", {{Osv.Medium}} """)]);
        Assert.Equal(
            new Finding("vulnerability", verdict, FindingScope.Release, "medium: PYSEC-1: bad"),
            Vulnerability(index, new VulnerabilityOptions { BlockAt = blockAt }));
        Assert.Null(new VulnerabilityRule(null).Evaluate(Facts(index, Good), Good));
    }

    [Theory]
    [InlineData(AdvisorySeverity.High, Verdict.Block)]
    [InlineData(AdvisorySeverity.Low, Verdict.Warn)]
    public void Vulnerability_without_severity_counts_as_told(AdvisorySeverity unscored, Verdict verdict)
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "demo", ["1.0"])]);
        var finding = Vulnerability(index, new VulnerabilityOptions { BlockAt = AdvisorySeverity.High, WhenUnscored = unscored });
        Assert.Equal((verdict, "no severity given: PYSEC-1"), (finding.Verdict, finding.Reason));
    }

    [Fact]
    public void Vulnerability_names_the_worst_first_and_a_few_others()
    {
        var index = new AdvisoryIndex([Osv.Listing("A", "demo", ["1.0"], Osv.Medium), Osv.Listing("B", "demo", ["1.0"], Osv.Critical), .. "CDEFG".Select(c => Osv.Listing($"{c}", "demo", ["1.0"]))]);
        Assert.Equal("critical: B; also A, C, D, E and 2 more", Vulnerability(index, new VulnerabilityOptions()).Reason);
    }

    [Fact]
    public void Vulnerability_of_malware_is_not_told_twice() =>
        Assert.Null(new VulnerabilityRule(null).Evaluate(Facts(new AdvisoryIndex([Osv.Listing("MAL-1", "demo", ["1.0"])]), Bad), Bad));

    [Theory]
    [InlineData("PYSEC-1")]
    [InlineData("CVE-2026-1")]
    public void Vulnerability_that_is_excepted_warns_until_the_exception_ends(string id)
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "demo", ["1.0"], $$""" "aliases": ["CVE-2026-1"], {{Osv.Critical}} """)]);
        var until = Some.Now.AddDays(3);
        var rule = new VulnerabilityRule(new VulnerabilityOptions { BlockAt = AdvisorySeverity.High, Exceptions = [new VulnerabilityException(id, until, "not reached")] });

        var decision = Engine(rule).Decide(Facts(index, Bad));
        Assert.Equal((Verdict.Warn, until), (decision.Files[0].Verdict, decision.NextChange));
        Assert.Equal(Verdict.Block, Engine(rule).Decide(Facts(index, Bad) with { Now = until }).Files[0].Verdict);
    }

    [Fact]
    public void Vulnerability_that_is_excepted_lifts_no_other()
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "demo", ["1.0"], Osv.Critical), Osv.Listing("PYSEC-2", "demo", ["1.0"], Osv.Critical)]);
        var finding = Vulnerability(index, new VulnerabilityOptions { BlockAt = AdvisorySeverity.High, Exceptions = [new VulnerabilityException("PYSEC-1", Some.Now.AddDays(1), "")] });
        Assert.Equal((Verdict.Block, "critical: PYSEC-2; also PYSEC-1"), (finding.Verdict, finding.Reason));
    }

    private static Finding? Malware(AdvisoryIndex index, FileFacts file) => new MalwareRule(false).Evaluate(Facts(index, file), file);

    private static Finding Vulnerability(AdvisoryIndex index, VulnerabilityOptions options) => new VulnerabilityRule(options).Evaluate(Facts(index, Bad), Bad)!;

    private static PolicyEngine Engine(IPolicyRule rule, bool audit = false) => new([rule], _ => audit, (_, error) => throw error);

    private static ProjectFacts Facts(AdvisoryIndex index, params FileFacts[] files) =>
        Some.Facts(files) with { Policy = new PolicyInputs { Advisories = index } };
}
