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

    private static OsvRecord Read(string json)
    {
        Assert.True(OsvReader.TryRead(Encoding.UTF8.GetBytes(json), out var record, out var problem), problem);
        return record;
    }
}
