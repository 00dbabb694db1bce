using System.Text;
using System.Text.Json.Nodes;
using Hashgate.Core.Packaging;
using Hashgate.Core.Provenance;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Provenance;

public sealed class ProvenanceReaderTests
{
    private const string File = "demo-1.0-py3-none-any.whl";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly ProjectName Demo = ProjectName.Parse("demo");
    private static readonly Sha256Digest Digest = Sha256Digest.Of("good"u8);

    private static readonly string Folder = Corpus.Root is { } root
        ? Path.Combine(root, "attest")
        : Path.Combine(Repository.Root, "tests", "Hashgate.Core.Tests", "Provenance", "Samples");

    [Fact]
    public void Recorded_statements_that_match_their_files_are_consistent()
    {
        var count = 0;
        foreach (var (path, sha256) in Distributions())
        {
            foreach (var text in Recorded(path))
            {
                var learned = Hold(text, Path.GetFileName(path), sha256);
                Assert.True(learned.Level == ProvenanceLevel.Consistent, $"{path}: {learned.Problem}");
                Assert.NotEmpty(learned.Publishers);
                count++;
            }
        }
        Assert.True(count >= (Corpus.Root is null ? 2 : 18), $"only {count} statements in {Folder}");
    }

    [Fact]
    public void Recorded_statements_held_against_anything_else_are_inconsistent()
    {
        foreach (var (path, sha256) in Distributions())
        {
            foreach (var text in Recorded(path))
            {
                var other = path.EndsWith(".whl", StringComparison.Ordinal) ? Path.GetFileName(path).Replace("-py3-", "-cp311-", StringComparison.Ordinal) : Path.GetFileName(path).Replace(".tar.gz", ".zip", StringComparison.Ordinal);
                Assert.Equal(ProvenanceLevel.Inconsistent, Hold(text, Path.GetFileName(path), Digest).Level);
                Assert.Equal(ProvenanceLevel.Inconsistent, Hold(text, other, sha256).Level);
            }
        }
    }

    [Fact]
    public void Recorded_publishers_are_read()
    {
        Assert.Equal([new Publisher("GitHub", "pypa/sampleproject", "release.yml")], Read(CorpusText("pypi_warehouse/sampleproject-4.0.0.tar.gz.provenance")).Bundles.Select(b => b.Publisher));
        Assert.Equal([new Publisher("GitLab", "pep740-example/sampleproject", ".gitlab-ci.yml")], Read(CorpusText("pypi_warehouse/pep740-sampleproject-1.0.0.tar.gz.provenance")).Bundles.Select(b => b.Publisher));
    }

    public static TheoryData<string, string, ProvenanceLevel> Statements => new()
    {
        { "its own name", TestProvenance.Statement(File, Digest.ToString()), ProvenanceLevel.Consistent },
        { "another spelling of its name", TestProvenance.Statement("Demo-1.0.0-py3-none-any.whl", Digest.ToString()), ProvenanceLevel.Consistent },
        { "an empty predicate", TestProvenance.Statement(File, Digest.ToString(), predicate: new JsonObject()), ProvenanceLevel.Consistent },
        { "a predicate of SLSA", TestProvenance.Statement(File, Digest.ToString(), "https://slsa.dev/provenance/v1", new JsonObject { ["buildDefinition"] = 1 }), ProvenanceLevel.Consistent },
        { "a publish attestation with a predicate", TestProvenance.Statement(File, Digest.ToString(), predicate: new JsonObject { ["a"] = 1 }), ProvenanceLevel.Inconsistent },
        { "a type that isn't known", TestProvenance.Statement(File, Digest.ToString(), "https://example.org/v1"), ProvenanceLevel.None },
        { "another version", TestProvenance.Statement("demo-1.1-py3-none-any.whl", Digest.ToString()), ProvenanceLevel.Inconsistent },
        { "another project", TestProvenance.Statement("demon-1.0-py3-none-any.whl", Digest.ToString()), ProvenanceLevel.Inconsistent },
        { "no filename", TestProvenance.Statement("demo", Digest.ToString()), ProvenanceLevel.Inconsistent },
        { "other bytes", TestProvenance.Statement(File, new string('a', 64)), ProvenanceLevel.Inconsistent },
        { "no digest", TestProvenance.Statement(File, "none"), ProvenanceLevel.Inconsistent },
        { "two subjects", TestProvenance.Statement(File, Digest.ToString()).Replace("\"subject\":[", "\"subject\":[{},", StringComparison.Ordinal), ProvenanceLevel.Inconsistent },
        { "no subject", TestProvenance.Statement(File, Digest.ToString()).Replace("\"name\"", "\"named\"", StringComparison.Ordinal), ProvenanceLevel.Inconsistent },
        { "no in-toto statement", TestProvenance.Statement(File, Digest.ToString()).Replace("Statement/v1", "Statement/v0.1", StringComparison.Ordinal), ProvenanceLevel.Inconsistent },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement_is_held_against_the_file(string what, string statement, ProvenanceLevel level)
    {
        var document = TestProvenance.Document((TestProvenance.GitHub("acme/demo"), [TestProvenance.Attestation(statement)]));
        Assert.True(level == Hold(document.ToJsonString(), File, Digest).Level, what);
    }

    [Fact]
    public void One_bad_statement_among_good_ones_is_inconsistent()
    {
        var good = TestProvenance.Attestation(TestProvenance.Statement(File, Digest.ToString()));
        var bad = TestProvenance.Attestation(TestProvenance.Statement(File, new string('b', 64)));
        var document = TestProvenance.Document((TestProvenance.GitHub("acme/demo"), [good]), (TestProvenance.GitHub("acme/other"), [bad]));
        Assert.Equal((ProvenanceLevel.Inconsistent, 0), (Hold(document.ToJsonString(), File, Digest).Level, Hold(document.ToJsonString(), File, Digest).Publishers.Count));
    }

    [Fact]
    public void No_bundles_are_no_provenance() =>
        Assert.Equal(ProvenanceLevel.None, Hold(TestProvenance.Document().ToJsonString(), File, Digest).Level);

    [Fact]
    public void Publisher_is_its_kind_and_claims()
    {
        Assert.Equal(new Publisher("GitHub", "acme/demo", "release.yml"), PublisherOf(TestProvenance.GitHub("Acme/Demo")));
        Assert.Equal(new Publisher("Google", "a@b.example"), PublisherOf(new JsonObject { ["kind"] = "Google", ["email"] = "a@b.example" }));
        // The environment may differ from release to release; the order of the keys means nothing.
        var opaque = PublisherOf(new JsonObject { ["kind"] = "ActiveState", ["project"] = "p", ["organization"] = "o", ["environment"] = "x" });
        Assert.Equal(opaque, PublisherOf(new JsonObject { ["organization"] = "o", ["project"] = "p", ["kind"] = "ActiveState" }));
        Assert.NotEqual(opaque, PublisherOf(new JsonObject { ["organization"] = "o", ["project"] = "q", ["kind"] = "ActiveState" }));
        Assert.True(PublisherOf(new JsonObject { ["kind"] = "New", ["long"] = new string('x', 9000) }).Subject.Length <= Publisher.MaxClaimLength);
    }

    public static TheoryData<string> Unreadable => new()
    {
        "", "null", "[]", "{", "{}", """{"version": 2, "attestation_bundles": []}""", """{"version": "1", "attestation_bundles": []}""",
        """{"version": 1, "version": 1, "attestation_bundles": []}""", """{"version": 1, "attestation_bundles": {}}""",
        """{"version": 1, "attestation_bundles": [1]}""", """{"version": 1, "attestation_bundles": [{"publisher": {}, "attestations": []}]}""",
        """{"version": 1, "attestation_bundles": [{"publisher": {"kind": "GitHub", "repository": "a/b"}, "attestations": []}]}""",
        """{"version": 1, "attestation_bundles": [{"publisher": {"kind": "GitHub", "repository": "", "workflow": "w"}, "attestations": []}]}""",
        """{"version": 1, "attestation_bundles": [{"publisher": {"kind": "\ud800", "email": "x"}, "attestations": []}]}""",
        """{"version": 1, "attestation_bundles": [{"publisher": {"kind": "Google", "email": "x"}, "attestations": [{"envelope": {"statement": "!"}}]}]}""",
        """{"version": 1, "attestation_bundles": [{"publisher": {"kind": "Google", "email": "x"}, "attestations": [{"envelope": {"statement": "e30="}}]}]}""",
        $$"""{"version": 1, "attestation_bundles": [{{string.Join(',', Enumerable.Repeat("{}", 65))}}]}""",
        new string('[', 100_000),
        $$"""{"version": 1, "attestation_bundles": [{"publisher": {"kind": "Google", "email": "{{new string('x', 600)}}"}, "attestations": []}]}""",
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void Document_that_can_not_be_read_one_way_only_is_refused(string text)
    {
        Assert.False(ProvenanceReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out var problem));
        Assert.False(problem.AsSpan().ContainsAnyExceptInRange(' ', '~'));
    }

    [Fact]
    public void Statement_with_a_key_twice_is_refused()
    {
        var twice = TestProvenance.Statement(File, Digest.ToString()).Replace("\"predicate\":", "\"subject\":[],\"predicate\":", StringComparison.Ordinal);
        var text = TestProvenance.Document((TestProvenance.GitHub("acme/demo"), [TestProvenance.Attestation(twice)])).ToJsonString();
        Assert.False(ProvenanceReader.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));
    }

    [Fact]
    public void Document_over_the_limit_is_refused()
    {
        Assert.False(ProvenanceReader.TryRead(new byte[ProvenanceReader.MaxBytes + 1], out _, out var problem));
        Assert.Contains("more than", problem, StringComparison.Ordinal);
    }

    private static Publisher PublisherOf(JsonObject publisher) => Read(TestProvenance.Document((publisher, [])).ToJsonString()).Bundles[0].Publisher;

    private static ProvenanceDocument Read(string text) =>
        ProvenanceReader.TryRead(Encoding.UTF8.GetBytes(text), out var document, out var problem) ? document : throw new Xunit.Sdk.XunitException(problem);

    private static LearnedProvenance Hold(string text, string filename, Sha256Digest sha256) =>
        ProvenanceCheck.Hold(Read(text), ProjectOf(filename), filename, sha256, Now);

    private static ProjectName ProjectOf(string filename) => DistributionFilename.CandidateProjects(filename)[0];

    private static string CorpusText(string path) => System.IO.File.ReadAllText(Path.Combine(Folder, path));

    private static IEnumerable<(string Path, Sha256Digest Sha256)> Distributions() =>
        System.IO.File.ReadLines(Path.Combine(Folder, "DIST-SHA256.tsv")).Select(line => line.Split('\t')).Select(parts => (parts[0], Sha256Digest.Parse(parts[1])));

    private static string InBundle(JsonObject attestation) => TestProvenance.Document((TestProvenance.GitHub("acme/demo"), [attestation])).ToJsonString();

    /// <summary>What stands beside a distribution's name: provenance, attestations and Sigstore bundles, the latter two put into a bundle of PEP 740.</summary>
    private static IEnumerable<string> Recorded(string distribution)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Folder, Path.GetDirectoryName(distribution)!), Path.GetFileName(distribution) + ".*").Order(StringComparer.Ordinal))
        {
            var text = System.IO.File.ReadAllText(path);
            yield return Path.GetExtension(path) switch
            {
                ".provenance" => text,
                ".attestation" => InBundle(JsonNode.Parse(text)!.AsObject()),
                _ => InBundle(TestProvenance.Attestation(Encoding.UTF8.GetString(Convert.FromBase64String(JsonNode.Parse(text)!["dsseEnvelope"]!["payload"]!.ToString())))),
            };
        }
    }
}
