using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Tests.Advisories;

public sealed class AdvisoryIndexTests
{
    private static readonly ProjectName Foo = ProjectName.Parse("foo");

    [Fact]
    public void For_versions_are_matched_by_list_or_range_as_the_standard_orders_them()
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "Foo", ["1.0", "odd"]), Osv.Ranging("PYSEC-2", "foo", """{"introduced": "2"}, {"fixed": "2.2"}""")]);

        Assert.Equal(["PYSEC-1"], Vulnerabilities(index, "1.0.0"));
        Assert.Equal(["PYSEC-2"], Vulnerabilities(index, "2.1"));
        Assert.Empty(Vulnerabilities(index, "2.2"));
        Assert.Empty(index.For(ProjectName.Parse("bar")).Of(PackageVersion.Parse("1.0")).Vulnerabilities);
    }

    [Fact]
    public void Of_a_file_without_version_has_every_advisory()
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-1", "foo", ["1.0"]), Osv.Listing("MAL-1", "foo", ["2.0"])]);
        var all = index.For(Foo).Of(null);
        Assert.Equal(("MAL-1", "PYSEC-1"), (Assert.Single(all.Malware).Record.Id, Assert.Single(all.Vulnerabilities).Record.Id));
    }

    [Theory]
    [InlineData("MAL-1", "", true)]
    [InlineData("PYSEC-1", """ "aliases": ["CVE-1", "MAL-9"] """, true)]
    [InlineData("PYSEC-1", """ "aliases": ["CVE-1"], "related": ["MAL-9"], "upstream": ["MAL-9"] """, false)]
    public void Record_is_malware_by_its_id_or_an_alias(string id, string more, bool malware)
    {
        var found = new AdvisoryIndex([Osv.Listing(id, "foo", ["1"], more)]).For(Foo).Of(PackageVersion.Parse("1"));
        Assert.Equal(malware, found.Malware.Count == 1);
        Assert.Equal(!malware, found.Vulnerabilities.Count == 1);
    }

    [Fact]
    public void Withdrawn_record_says_nothing_and_makes_no_alias_malware()
    {
        var index = new AdvisoryIndex(
        [
            Osv.Listing("MAL-9", "foo", ["1", "2"], """ "withdrawn": "2026-01-01T00:00:00Z" """),
            Osv.Listing("PYSEC-1", "foo", ["1"], """ "aliases": ["MAL-9"] """),
        ]);

        Assert.Equal((1, 0), (index.Count, index.MalwareCount));
        Assert.Empty(index.For(Foo).Of(PackageVersion.Parse("1")).Malware);
        Assert.Equal(["PYSEC-1"], Vulnerabilities(index, "1"));
        Assert.Empty(Vulnerabilities(index, "2"));
    }

    [Fact]
    public void Aliases_are_told_once_also_by_way_of_others_with_the_highest_severity()
    {
        var index = new AdvisoryIndex(
        [
            Osv.Listing("PYSEC-1", "foo", ["1"], """ "aliases": ["CVE-1"] """),
            Osv.Listing("GHSA-1", "foo", ["1"], $$""" "aliases": ["CVE-1", "CVE-2"], {{Osv.Medium}} """),
            Osv.Listing("OTHER-1", "foo", ["1"], $$""" "aliases": ["CVE-2"], {{Osv.Critical}} """),
            Osv.Listing("PYSEC-3", "foo", ["1"]),
        ]);

        var found = index.For(Foo).Of(PackageVersion.Parse("1")).Vulnerabilities;
        Assert.Equal(["GHSA-1", "PYSEC-3"], found.Select(a => a.Record.Id));
        Assert.Equal([AdvisorySeverity.Critical, null], found.Select(a => a.Severity));
        Assert.Superset(new HashSet<string> { "PYSEC-1", "OTHER-1", "CVE-1" }, new HashSet<string>(found[0].Ids));
    }

    [Fact]
    public void Alias_of_malware_is_told_as_malware_only()
    {
        var index = new AdvisoryIndex([Osv.Listing("PYSEC-2026-2", "foo", ["1"]), Osv.Listing("MAL-2026-2144", "foo", ["1"], """ "aliases": ["PYSEC-2026-2"] """)]);
        var found = index.For(Foo).Of(PackageVersion.Parse("1"));
        Assert.Equal("MAL-2026-2144", Assert.Single(found.Malware).Record.Id);
        Assert.Empty(found.Vulnerabilities);
    }

    [Fact]
    public void Package_severity_goes_before_the_records()
    {
        var index = new AdvisoryIndex([Osv.Read($$"""
            {"id": "GHSA-1", {{Osv.Critical}}, "affected": [
              {"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"], {{Osv.Medium}}},
              {"package": {"ecosystem": "PyPI", "name": "bar"}, "versions": ["1"]}]}
            """)]);

        Assert.Equal(AdvisorySeverity.Medium, Assert.Single(index.For(Foo).Of(PackageVersion.Parse("1")).Vulnerabilities).Severity);
        Assert.Equal(AdvisorySeverity.Critical, Assert.Single(index.For(ProjectName.Parse("bar")).Of(PackageVersion.Parse("1")).Vulnerabilities).Severity);
    }

    [Fact]
    public void Version_that_a_range_can_not_place_counts_and_says_so()
    {
        var index = new AdvisoryIndex([Osv.Ranging("MAL-1", "foo", """{"introduced": "0"}, {"fixed": "trunk"}""")]);
        var found = Assert.Single(index.For(Foo).Of(PackageVersion.Parse("1")).Malware);
        Assert.True(found.IsUndecided);
        Assert.Contains("can't be put in order", found.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void MalwareWith_knows_archives_of_malware_that_stands()
    {
        string Record(string id, string digest, string more) => $$$"""
            {"id": "{{{id}}}", {{{more}}} "affected": [{"package": {"ecosystem": "PyPI", "name": "foo"}, "versions": ["1"],
              "database_specific": {"indicators": {"package_integrity": [{"hashes": {"sha256": "{{{digest}}}"}}] }} }]}
            """;
        var (malware, withdrawn, vulnerable) = (Sha256Digest.Of("a"u8), Sha256Digest.Of("b"u8), Sha256Digest.Of("c"u8));
        var index = new AdvisoryIndex(
        [
            Osv.Read(Record("MAL-1", malware.ToString(), "")),
            Osv.Read(Record("MAL-2", withdrawn.ToString(), "\"withdrawn\": \"2026-01-01T00:00:00Z\",")),
            Osv.Read(Record("PYSEC-1", vulnerable.ToString(), "")),
        ]);

        Assert.Equal("MAL-1", index.MalwareWith(malware)?.Id);
        Assert.Null(index.MalwareWith(withdrawn));
        Assert.Null(index.MalwareWith(vulnerable));
    }

    [Theory]
    [InlineData("1.2", "2026-01-09T00:00:00Z", true)]
    [InlineData("1.2.0", "2026-01-09T00:00:00Z", true)]
    [InlineData("1.2", "2026-01-10T00:00:00Z", false)]
    [InlineData("1.2", "2026-01-11T00:00:00Z", false)]
    [InlineData("1.2.1", "2026-01-09T00:00:00Z", false)]
    [InlineData("1.0", "2026-01-09T00:00:00Z", false)]
    public void IsFix_is_the_named_version_alone_and_only_if_it_was_there_before_the_advisory_changed(string version, string uploaded, bool isFix)
    {
        var index = new AdvisoryIndex([Osv.Ranging("PYSEC-1", "foo", """{"introduced": "1.0"}, {"fixed": "1.2"}""", """ "modified": "2026-01-10T00:00:00Z" """)]);
        Assert.Equal(isFix, index.IsFix(Foo, PackageVersion.Parse(version), DateTimeOffset.Parse(uploaded, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void IsFix_without_a_time_of_change_or_withdrawn_is_none()
    {
        const string events = """{"introduced": "0"}, {"fixed": "1.2"}""";
        var index = new AdvisoryIndex([Osv.Ranging("PYSEC-1", "foo", events), Osv.Ranging("PYSEC-2", "foo", events, """ "modified": "2026-01-10T00:00:00Z", "withdrawn": "2026-01-10T00:00:00Z" """)]);
        Assert.False(index.IsFix(Foo, PackageVersion.Parse("1.2"), DateTimeOffset.UnixEpoch));
    }

    private static string[] Vulnerabilities(AdvisoryIndex index, string version) =>
        [.. index.For(Foo).Of(PackageVersion.Parse(version)).Vulnerabilities.Select(a => a.Record.Id)];
}
