using System.Text;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Tests.Policy;

namespace Hashgate.Core.Tests.Advisories;

public sealed class PackedAdvisoriesTests
{
    private static readonly ProjectName Foo = ProjectName.Parse("foo");
    private static readonly PackageVersion One = PackageVersion.Parse("1");

    [Fact]
    public void Find_reads_the_record_that_was_packed()
    {
        var packed = PackedAdvisories.Of([Osv.Listing("PYSEC-1", "foo", ["1"]), Osv.Listing("MAL-1", "bar", ["2"], """ "modified": "2026-01-02T03:04:05Z" """)]);
        Assert.Equal((2, "2", null), (packed.Count, Assert.Single(packed.Find("MAL-1")!.Affected).Versions[0], packed.Find("MAL-2")));
        Assert.Equal((new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), null, null), (packed.ModifiedOf("MAL-1"), packed.ModifiedOf("PYSEC-1"), packed.ModifiedOf("MAL-2")));
    }

    [Fact]
    public void With_puts_records_in_place_of_those_with_their_ids_and_drops_the_replaced_bytes()
    {
        var first = PackedAdvisories.Of([Osv.Listing("A", "foo", ["1"]), Osv.Listing("B", "foo", ["2"])]);
        var second = first.With([Osv.Listing("A", "foo", ["3"]), Osv.Listing("C", "foo", ["4"])]);
        Assert.Equal(["A", "B", "C"], second.Entries.Select(e => e.Id));
        Assert.Equal(["3", "2", "4"], Enumerable.Range(0, 3).Select(n => second.Read(n).Affected[0].Versions[0]));
        Assert.Equal(PackedAdvisories.Of([Osv.Listing("A", "foo", ["3"]), Osv.Listing("B", "foo", ["2"]), Osv.Listing("C", "foo", ["4"])]).Json.ToArray(), second.Json.ToArray());
        Assert.Equal("1", first.Find("A")!.Affected[0].Versions[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Entries_that_tell_of_other_bytes_are_no_feed(int more)
    {
        var packed = PackedAdvisories.Of([Osv.Listing("A", "foo", ["1"])]);
        Assert.Throws<FormatException>(() => new PackedAdvisories([packed.Entries[0] with { Length = packed.Json.Length + more }], packed.Json));
    }

    [Fact]
    public void Index_reads_a_project_once_and_no_other()
    {
        var packed = PackedAdvisories.Of([Osv.Listing("A", "foo", ["1"]), Osv.Listing("B", "bar", ["1"])]);
        var json = packed.Json.ToArray();
        var index = new AdvisoryIndex(new PackedAdvisories(packed.Entries, json));
        var first = index.For(Foo);
        Encoding.UTF8.GetBytes("]").CopyTo(json, 0);
        Assert.Same(first, index.For(Foo));
        Assert.Equal("A", Assert.Single(first.Of(One).Vulnerabilities).Record.Id);
        Assert.Equal("B", Assert.Single(index.For(ProjectName.Parse("bar")).Of(One).Vulnerabilities).Record.Id);
    }

    [Fact]
    public void Index_asked_for_every_project_lets_go_of_what_it_read()
    {
        // Four projects, each with half of what may be kept.
        var versions = Enumerable.Range(0, 200_000).Select(n => $"1.{n:000000}").ToArray();
        var packed = PackedAdvisories.Of(Enumerable.Range(0, 4).Select(n => Osv.Listing($"A-{n}", $"foo{n}", versions)));
        var index = new AdvisoryIndex(packed);
        var first = index.For(ProjectName.Parse("foo0"));
        for (var n = 1; n < 4; n++) Assert.NotEmpty(index.For(ProjectName.Parse($"foo{n}")).Records);
        Assert.NotSame(first, index.For(ProjectName.Parse("foo0")));
        Assert.Equal("A-0", Assert.Single(index.For(ProjectName.Parse("foo0")).Of(PackageVersion.Parse("1.7")).Vulnerabilities).Record.Id);
    }

    [Fact]
    public async Task Index_asked_by_many_at_once_tells_all_the_same()
    {
        var index = new AdvisoryIndex(Enumerable.Range(0, 50).Select(n => Osv.Listing($"A-{n}", $"foo{n % 5}", ["1"])));
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5).Select(n => index.For(ProjectName.Parse($"foo{n}"))).ToArray())));
        Assert.All(told, one => Assert.Equal(told[0], one));
        Assert.All(told[0], project => Assert.Equal(10, project.Of(One).Vulnerabilities.Count));
    }

    [Fact]
    public void Record_that_is_not_what_was_packed_blocks_its_project_and_no_other()
    {
        var packed = PackedAdvisories.Of([Osv.Listing("MAL-1", "foo", ["2"]), Osv.Listing("MAL-2", "bar", ["1"])]);
        var json = packed.Json.ToArray();
        json[0] = (byte)']';
        var index = new AdvisoryIndex(new PackedAdvisories(packed.Entries, json));
        Assert.Throws<InvalidDataException>(() => index.For(Foo));
        var engine = new PolicyEngine([new MalwareRule(false)], static _ => false, static (_, _) => { });
        Assert.Equal((Verdict.Block, Verdict.Allow), (VerdictOf("foo"), VerdictOf("baz")));

        Verdict VerdictOf(string project)
        {
            var facts = Some.Facts(Some.File($"{project}-1.tar.gz"));
            return Assert.Single(engine.Decide(facts with { Page = facts.Page with { Project = ProjectName.Parse(project) }, Policy = new PolicyInputs { Advisories = index } }).Files).Verdict;
        }
    }
}
