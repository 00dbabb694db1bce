using System.IO.Compression;
using System.Text.Json;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Tests.Packaging;
using Hashgate.Core.Tests.Policy;
using Hashgate.Testing;

namespace Hashgate.Core.Tests.Advisories;

/// <summary>The recorded feed, 16,300 records, against what is known of real attacks. Without the corpus there is nothing to hold.</summary>
public sealed class RealFeedTests(RealFeed feed) : IClassFixture<RealFeed>
{
    [Fact]
    public void Every_record_of_the_feed_can_be_read()
    {
        Assert.Empty(feed.Unreadable);
        if (feed.IsThere) Assert.True(feed.Index.Count > 10_000 && feed.Index.MalwareCount > 9_000);
    }

    [Theory]
    [InlineData("litellm", "1.82.7 1.82.8", "1.82.6 1.83.0", "MAL-2026-2144")]
    [InlineData("telnyx", "4.87.1 4.87.2", "4.87.0 4.88.0", "MAL-2026-2254")]
    [InlineData("num2words", "0.5.15 0.5.16", "0.5.14 0.5.17", "MAL-2025-6794")]
    [InlineData("lightning", "2.6.2 2.6.3", "2.6.1 2.6.4", "MAL-2026-3201")]
    [InlineData("mistralai", "2.4.6", "2.4.5 2.4.7", "MAL-2026-3608")]
    [InlineData("fastapi", "", "0.136.3 0.136.1", "")]
    public void Malware_blocks_the_bad_releases_and_no_other(string project, string bad, string good, string id)
    {
        if (!feed.IsThere) return;
        foreach (var version in Split(bad))
        {
            var finding = Find(new MalwareRule(false), project, version);
            Assert.Equal(Verdict.Block, finding?.Verdict);
            Assert.StartsWith(id, finding!.Reason, StringComparison.Ordinal);
        }
        foreach (var version in Split(good)) Assert.Null(Find(new MalwareRule(false), project, version));
    }

    [Theory]
    [InlineData("ultralytics", "8.3.41 8.3.42 8.3.43 8.3.44 8.3.45 8.3.46", "8.3.40 8.3.47", "PYSEC-2024-154")]
    [InlineData("ctx", "0.1.2.post1 0.2.2 0.2.6", "0.1.2", "PYSEC-2022-199")]
    public void Vulnerability_tells_of_attacks_that_have_no_malware_record(string project, string bad, string good, string id)
    {
        if (!feed.IsThere) return;
        foreach (var version in Split(bad))
        {
            var finding = Find(new VulnerabilityRule(null), project, version);
            Assert.Equal(Verdict.Warn, finding?.Verdict);
            Assert.Contains(id, finding!.Reason, StringComparison.Ordinal);
            Assert.Null(Find(new MalwareRule(false), project, version));
        }
        foreach (var version in Split(good)) Assert.DoesNotContain(id, Find(new VulnerabilityRule(null), project, version)?.Reason ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void No_popular_project_is_blocked_as_a_whole()
    {
        if (!feed.IsThere) return;
        using var names = new GZipStream(File.OpenRead(Path.Combine(Corpus.Root!, "names", "top-pypi-packages-2026-04.json.gz")), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(names);
        var popular = json.RootElement.GetProperty("rows").EnumerateArray().Select(row => ProjectName.Parse(row.GetProperty("project").GetString()!)).ToArray();
        Assert.Equal(15_000, popular.Length);

        var attacked = popular.Where(project => Versions(project).Any(version => IsMalware(project, version))).ToArray();
        Assert.Superset(new HashSet<ProjectName>(new[] { "litellm", "telnyx", "num2words", "lightning", "mistralai" }.Select(ProjectName.Parse)), attacked.ToHashSet());
        Assert.DoesNotContain(attacked, project => Versions(project).All(version => IsMalware(project, version)));
        // The same look finds a project that is nothing but malware.
        var malicious = ProjectName.Parse("ascii2text");
        Assert.All(Versions(malicious), version => Assert.True(IsMalware(malicious, version)));
    }

    /// <summary>Every version that a record names, and one that nobody ever listed: only a range without an end blocks that.</summary>
    private IEnumerable<string> Versions(ProjectName project) => feed.Index.For(project).Records
        .SelectMany(record => record.Affected).Where(affected => affected.Project == project)
        .SelectMany(affected => affected.Versions).Where(version => PackageVersion.TryParse(version, out _)).Append("99999.99999.99999");

    private bool IsMalware(ProjectName project, string version) => Find(new MalwareRule(false), project.Value, version)?.Verdict == Verdict.Block;

    [Fact]
    public void Index_matches_the_vectors_as_the_records_themselves_do()
    {
        if (!feed.IsThere) return;
        var disagreements = new List<string>();
        var lines = 0;
        foreach (var line in VectorFiles.ReadFolder(VectorFiles.Folder, "osv_match.jsonl"))
        {
            if (!PackageVersion.TryParse(line.GetProperty("version").GetString(), out var version)) continue;
            lines++;
            var id = line.GetProperty("id").GetString()!;
            var project = ProjectName.Parse(line.GetProperty("package").GetString()!);
            var match = feed.Records[id].Match(project, version.ToString());
            var found = feed.Index.For(project).Of(version);
            var given = found.Malware.Concat(found.Vulnerabilities).Any(advisory => advisory.Ids.Contains(id));
            if (!feed.Records[id].IsWithdrawn && (match.IsAffected || match.IsUndecided) && !given) disagreements.Add(line.GetRawText());
            // An advisory is also told by its aliases' word.
            if (given && !match.IsAffected && !match.IsUndecided && !HasAliasInForce(id, project, version)) disagreements.Add(line.GetRawText());
        }
        VectorFiles.Conclude("osv_match.jsonl", lines, disagreements);
    }

    private bool HasAliasInForce(string id, ProjectName project, PackageVersion version) =>
        feed.Index.For(project).Records.Any(r => r.Id != id && (r.Aliases.Contains(id) || feed.Records[id].Aliases.Contains(r.Id) || r.Aliases.Intersect(feed.Records[id].Aliases).Any())
            && r.Match(project, version.ToString()) is { } other && (other.IsAffected || other.IsUndecided));

    private Finding? Find(IPolicyRule rule, string project, string version)
    {
        var name = ProjectName.Parse(project);
        var file = Some.File($"{project}-{version}.tar.gz");
        file = file with { Name = DistributionFilename.Read(name, file.File.Filename) };
        var facts = Some.Facts(file);
        return rule.Evaluate(facts with { Page = facts.Page with { Project = name }, Policy = new PolicyInputs { Advisories = feed.Index } }, file);
    }

    private static string[] Split(string versions) => versions.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The feed of the corpus, read once.</summary>
public sealed class RealFeed
{
    public RealFeed()
    {
        if (Corpus.Root is null || !File.Exists(Path.Combine(Corpus.Root, "osv", "all.zip"))) return;
        var pool = new OsvTextPool();
        using var zip = ZipFile.OpenRead(Path.Combine(Corpus.Root, "osv", "all.zip"));
        foreach (var entry in zip.Entries)
        {
            using var bytes = new MemoryStream();
            using (var content = entry.Open()) content.CopyTo(bytes);
            if (OsvReader.TryRead(bytes.ToArray(), out var record, out var problem, pool)) Records.Add(record.Id, record);
            else Unreadable.Add($"{entry.FullName}: {problem}");
        }
        Index = new AdvisoryIndex(Records.Values);
        IsThere = true;
    }

    public bool IsThere { get; }

    public Dictionary<string, OsvRecord> Records { get; } = new(StringComparer.Ordinal);

    public List<string> Unreadable { get; } = [];

    public AdvisoryIndex Index { get; } = AdvisoryIndex.Missing;
}
