using System.Text;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Advisories;

public sealed class OsvReaderTests
{
    private static readonly ProjectName Project = ProjectName.Parse("foo");

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"id": 1}""")]
    [InlineData("""{"id": ""}""")]
    [InlineData("""{"id": "A", "id": "B"}""")]
    [InlineData("""{"id": "A", "withdrawn": "yesterday"}""")]
    [InlineData("""{"id": "A", "affected": {}}""")]
    [InlineData("""{"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": [1]}]}""")]
    [InlineData("""{"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": 1}]}]}]}""")]
    public void TryRead_no_record_names_the_problem(string json)
    {
        Assert.False(OsvReader.TryRead(Encoding.UTF8.GetBytes(json), out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void TryRead_reads_what_is_needed_and_passes_over_the_rest()
    {
        var record = Read("""
            {"id": "pypi/x/A", "aliases": ["B"], "summary": null, "withdrawn": null, "extra": {"deep": []}, "affected": [
              {"package": {"ecosystem": "pypi", "name": "foo"}, "versions": ["1"]},
              {"package": {"ecosystem": "PyPI", "name": "no name"}, "versions": ["1"]},
              {"versions": ["1"]},
              {"package": {"ecosystem": "PyPI", "name": "Foo"}, "versions": ["2"], "ranges": null}]}
            """);

        Assert.Equal(("pypi/x/A", "B", false), (record.Id, Assert.Single(record.Aliases), record.IsWithdrawn));
        Assert.Single(record.Affected);
        Assert.False(record.Affects(Project, "1"));
        Assert.True(record.Affects(Project, "2.0"));
    }

    [Fact]
    public void Affects_a_withdrawn_record_affects_nothing()
    {
        var record = Read("""{"id": "A", "withdrawn": "2026-01-02T03:04:05Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"]}]}""");

        Assert.True(record.Match(Project, "1").IsAffected);
        Assert.False(record.Affects(Project, "1"));
    }

    [Fact]
    public void A_range_counts_its_events_in_the_order_of_versions_whatever_their_own()
    {
        RangeEvent[] events =
        [
            new(RangeEventKind.LastAffected, "3.0"), new(RangeEventKind.Introduced, "2.0"), new(RangeEventKind.Fixed, "1.0"), new(RangeEventKind.Introduced, "0"),
        ];
        var expected = new Dictionary<string, bool> { ["0.dev0"] = true, ["0.9"] = true, ["1.0"] = false, ["1.9"] = false, ["2.0"] = true, ["3.0.0"] = true, ["3.0.post1"] = false };

        foreach (var order in (IEnumerable<RangeEvent[]>)[events, [.. events.Reverse()], [.. events.OrderBy(item => item.Version, StringComparer.Ordinal)]])
        {
            var range = new AffectedRange(order);
            Assert.All(expected, item => Assert.Equal(item.Value, range.Contains(PackageVersion.Parse(item.Key))));
        }
    }

    [Fact]
    public void A_range_of_unreadable_events_or_versions_answers_neither_way()
    {
        Assert.Null(new AffectedRange([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, "trunk")]).Contains(PackageVersion.Parse("1")));
        Assert.Null(new AffectedRange([new(RangeEventKind.Introduced, "0")]).Contains(null));
    }

    [Theory]
    [InlineData("1.0", true, false)]
    [InlineData("1.1", false, true)]
    [InlineData("trunk", false, true)]
    public void Match_what_an_unreadable_range_leaves_open_is_undecided(string version, bool affected, bool undecided)
    {
        var match = Read("""
            {"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1.0"],
              "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "2.9.0-NA"}]}]}]}
            """).Match(Project, version);

        Assert.Equal((affected, undecided), (match.IsAffected, match.IsUndecided));
    }

    [Fact]
    public void An_open_limit_limits_nothing() =>
        Assert.True(new AffectedRange([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Limit, "1"), new(RangeEventKind.Limit, "*")]).Contains(PackageVersion.Parse("2")));

    [Theory]
    [InlineData("""{"id": "A"}""", null)]
    [InlineData("""{"id": "A", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}""", AdvisorySeverity.Critical)]
    [InlineData("""{"id": "A", "severity": [{"type": "CVSS_V2", "score": "AV:N/AC:M/Au:N/C:N/I:P/A:N"}, {"score": 1}, 7]}""", AdvisorySeverity.Medium)]
    [InlineData("""{"id": "A", "severity": [{"type": "X", "score": "odd"}], "database_specific": {"severity": "MODERATE"}}""", AdvisorySeverity.Medium)]
    [InlineData("""{"id": "A", "severity": [{"score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"}], "database_specific": {"severity": "HIGH"}}""", AdvisorySeverity.None)]
    [InlineData("""{"id": "A", "database_specific": []}""", null)]
    [InlineData("""{"id": "A", "database_specific": {"severity": "dreadful"}}""", null)]
    public void TryRead_severity_is_the_highest_vectors_else_the_databases_word(string json, AdvisorySeverity? severity) => Assert.Equal(severity, Read(json).Severity);

    [Fact]
    public void TryRead_severity_of_several_vectors_is_the_highest() => Assert.Equal(AdvisorySeverity.High, Read("""
        {"id": "A", "severity": [
          {"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N"},
          {"type": "CVSS_V3", "score": "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]}
        """).Severity);

    [Fact]
    public void TryRead_takes_digests_of_archives_and_never_of_the_files_within()
    {
        const string archive = "3d2a69bdf04b7e9f3afa292c3bc7a98816bbfafa10bc9b45f3f3700d2f761620";
        const string inner = "ea0180f65c21d699804d214af7461e2fb07d6178283e2a2767490bca95f5a14e";
        var record = Read($$$"""
            {"id": "MAL-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"], "database_specific": {"indicators": {
              "evidence_files": [{"path": "setup.py", "sha256": "{{{inner}}}"}],
              "package_integrity": [{"filename": "foo-1.tar.gz", "hashes": {"sha256": "{{{archive}}}", "md5": "00"}}, {"hashes": {"sha256": "short"}}, 1, {}] }} }]}
            """);

        Assert.Equal(archive, Assert.Single(Assert.Single(record.Affected).Sha256s).ToString());
    }

    [Fact]
    public void TryRead_bounds_the_summary() =>
        Assert.Equal(OsvRecord.MaxSummaryLength, Read($$"""{"id": "A", "summary": "{{new string('x', 100_000)}}"}""").Summary.Length);

    [Fact]
    public void Written_record_is_read_as_it_was()
    {
        var record = Read("""
            {"id": "pypi/x/A", "modified": "2026-01-02T03:04:05.678901Z", "withdrawn": "2026-02-01T00:00:00Z", "summary": "a \u001b[31m \"line\"", "aliases": ["MAL-1"],
             "severity": [{"score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}], "affected": [
              {"package": {"ecosystem": "PyPI", "name": "Foo.Bar"}, "versions": ["1", "odd"], "database_specific": {"severity": "LOW", "indicators": {
                "package_integrity": [{"hashes": {"sha256": "3d2a69bdf04b7e9f3afa292c3bc7a98816bbfafa10bc9b45f3f3700d2f761620"}}]}}},
              {"package": {"ecosystem": "PyPI", "name": "baz"}, "ranges": [{"type": "GIT"}, {"type": "ECOSYSTEM",
                "events": [{"introduced": "0"}, {"fixed": "2"}, {"introduced": "3"}, {"last_affected": "4"}, {"limit": "*"}]}]}]}
            """);

        var again = Read(Encoding.UTF8.GetString(Write(record)));

        Assert.Equal((record.Id, record.Modified, record.Withdrawn, record.Summary, record.Severity), (again.Id, again.Modified, again.Withdrawn, again.Summary, again.Severity));
        Assert.Equal(record.Aliases, again.Aliases);
        Assert.Equal(Write(record), Write(again));
        Assert.Equal([.. record.Affected.Select(Tell)], again.Affected.Select(Tell));
    }

    private static string Tell(AffectedProject affected) =>
        $"{affected.Project} {affected.Severity} {string.Join(',', affected.Versions)} {string.Join(',', affected.Sha256s)} {string.Join(';', affected.Ranges.SelectMany(r => r.Events))}";

    private static byte[] Write(OsvRecord record)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer)) OsvWriter.Write(json, record);
        return buffer.WrittenSpan.ToArray();
    }

    private static OsvRecord Read(string json)
    {
        Assert.True(OsvReader.TryRead(Encoding.UTF8.GetBytes(json), out var record, out var problem), problem);
        return record;
    }
}
