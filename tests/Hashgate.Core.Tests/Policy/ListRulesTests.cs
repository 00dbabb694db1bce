using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Policy.Typosquat;

namespace Hashgate.Core.Tests.Policy;

public sealed class ListRulesTests
{
    private static readonly string Hash = $"--hash=sha256:{Some.Digest}";
    private static readonly string OtherHash = "--hash=sha256:" + new string('0', 64);

    private static readonly FileFacts Wheel = Some.File("demo-1.0-py3-none-any.whl"), Prerelease = Some.File("demo-2.0rc1.tar.gz"), Odd = Some.File("demo-latest.exe"), NoHash = Some.File("demo-1.0.zip", hasHash: false);

    [Theory]
    [InlineData("demo")]
    [InlineData("de*")]
    [InlineData("demo>=1,<2")]
    [InlineData("other\ndemo==2\ndemo==1")]
    [InlineData("demo==1.0 HASH")]
    [InlineData("demo OTHER\ndemo HASH")]
    public void Allowlist_allows_what_it_names(string list) => Assert.Null(Allow(list, Wheel));

    [Theory]
    [InlineData("other", FindingScope.Project, "the project is not on the allowlist")]
    [InlineData("#", FindingScope.Project, "the project is not on the allowlist")]
    [InlineData("demo>=2", FindingScope.Release, "version 1.0 is not on the allowlist")]
    [InlineData("demo==2 HASH", FindingScope.Release, "version 1.0 is not on the allowlist")]
    [InlineData("demo OTHER", FindingScope.File, "the file's sha256 is not on the allowlist")]
    [InlineData("demo==1.0 OTHER\ndemo>=2", FindingScope.File, "the file's sha256 is not on the allowlist")]
    public void Allowlist_blocks_everything_else_as_far_as_it_reaches(string list, FindingScope scope, string reason) =>
        Assert.Equal(new Finding("allowlist", Verdict.Block, scope, reason), Allow(list, Wheel));

    [Fact]
    public void Allowlist_takes_prereleases_that_fit() => Assert.Null(Allow("demo>=1.0", Prerelease));

    [Fact]
    public void Allowlist_takes_a_file_without_a_version_by_bare_name_or_hash_only()
    {
        Assert.Null(Allow("demo", Odd));
        Assert.Null(Allow("demo==7 HASH", Odd));
        Assert.Equal((Verdict.Block, FindingScope.File), Outcome(Allow("demo>=0", Odd)));
        Assert.Equal((Verdict.Block, FindingScope.File), Outcome(Allow("demo OTHER", Odd)));
    }

    [Fact]
    public void List_that_is_not_loaded_holds_save_what_operators_added()
    {
        var added = ListInput.NotLoaded.WithAdded(Entries("demo==1.0"));
        Assert.Equal((Verdict.Hold, FindingScope.Project), Outcome(Allow(ListInput.NotLoaded, Wheel)));
        Assert.Null(Allow(added, Wheel));
        Assert.Equal((Verdict.Hold, FindingScope.Project), Outcome(Block(ListInput.NotLoaded, Wheel)));
        Assert.Equal((Verdict.Block, FindingScope.Release), Outcome(Block(added, Wheel)));
    }

    [Fact]
    public void Hash_that_the_index_does_not_name_is_a_lack_that_holds()
    {
        Assert.Equal((Verdict.Hold, FindingScope.File), Outcome(Allow("demo HASH", NoHash)));
        Assert.Equal((Verdict.Hold, FindingScope.File), Outcome(Block("demo HASH", NoHash)));
    }

    [Theory]
    [InlineData("demo", FindingScope.Project, "the project is on the blocklist")]
    [InlineData("d*o # bad", FindingScope.Project, "bad")]
    [InlineData("demo<2 # bad", FindingScope.Release, "bad")]
    [InlineData("demo==1", FindingScope.Release, "version 1.0 is on the blocklist")]
    [InlineData("demo==7 HASH # bad", FindingScope.File, "bad")]
    [InlineData("demo HASH # narrow\ndemo==1 # wide", FindingScope.Release, "wide")]
    [InlineData("demo==1 # narrow\ndemo # wide", FindingScope.Project, "wide")]
    public void Blocklist_blocks_what_it_names_as_far_as_it_reaches(string list, FindingScope scope, string reason) =>
        Assert.Equal(new Finding("blocklist", Verdict.Block, scope, reason), Block(list, Wheel));

    [Theory]
    [InlineData("other")]
    [InlineData("demo>=2")]
    [InlineData("demo OTHER")]
    public void Blocklist_finds_nothing_in_what_it_does_not_name(string list) => Assert.Null(Block(list, Wheel));

    [Fact]
    public void Blocklist_that_speaks_of_versions_blocks_a_file_that_tells_none()
    {
        Assert.Equal((Verdict.Block, FindingScope.File), Outcome(Block("demo==7", Odd)));
        Assert.Null(Block("demo OTHER", Odd));
    }

    [Fact]
    public void Project_without_files_is_refused_where_its_name_is()
    {
        var engine = new PolicyEngine([new AllowlistRule()], _ => false, (_, error) => throw error);
        var facts = Some.Facts() with { Policy = new PolicyInputs { Allowlist = ListInput.Empty.WithListed(Entries("other")) } };

        Assert.Equal("the project is not on the allowlist", engine.Decide(facts).Stub?.Worst?.Reason);
        Assert.Null(engine.Decide(facts with { Policy = new PolicyInputs { Allowlist = ListInput.Empty.WithListed(Entries("demo==1")) } }).Stub);
    }

    [Fact]
    public void Facts_have_what_lists_and_popular_names_say_of_their_project_and_change_with_policy()
    {
        var facts = Some.Facts();
        Assert.Empty(facts.Lookups.Allowed);
        facts = facts with
        {
            Policy = new PolicyInputs
            {
                Allowlist = ListInput.Empty.WithListed(Entries("demo==1\nde*\nother")),
                Blocklist = ListInput.Empty.WithListed(Entries("other\n*mo")),
                Popular = new PopularNames([ProjectName.Parse("demos")]),
            },
        };
        Assert.Equal(["demo==1", "de*"], facts.Lookups.Allowed.Select(e => e.ToString()));
        Assert.Equal(["*mo"], facts.Lookups.Blocked.Select(e => e.ToString()));
        Assert.Equal("demos", facts.Lookups.Lookalike);
        Assert.Same(facts.Lookups, (facts with { Now = Some.Now.AddDays(1) }).Lookups);
    }

    private static Finding? Allow(string list, FileFacts file) => Allow(ListInput.Empty.WithListed(Entries(list)), file);

    private static Finding? Allow(ListInput list, FileFacts file) =>
        new AllowlistRule().Evaluate(Some.Facts(file) with { Policy = new PolicyInputs { Allowlist = list } }, file);

    private static Finding? Block(string list, FileFacts file) => Block(ListInput.Empty.WithListed(Entries(list)), file);

    private static Finding? Block(ListInput list, FileFacts file) =>
        new BlocklistRule().Evaluate(Some.Facts(file) with { Policy = new PolicyInputs { Blocklist = list } }, file);

    private static (Verdict, FindingScope) Outcome(Finding? finding) => (finding!.Verdict, finding.Scope);

    private static IReadOnlyList<PolicyListEntry> Entries(string list)
    {
        var reading = PolicyListReader.Read(list.Replace("HASH", Hash, StringComparison.Ordinal).Replace("OTHER", OtherHash, StringComparison.Ordinal));
        Assert.Empty(reading.Problems);
        return reading.Entries;
    }
}
