using Hashgate.Core.Downloads;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Serving.Replay;
using Hashgate.Core.Tests.Policy;

namespace Hashgate.Core.Tests.Serving;

/// <summary>A policy over recorded downloads, with the facts of today and the clock of then.</summary>
public sealed class ReplayRunTests
{
    private static readonly FileFacts Young = Some.Recorded("demo-2.0-py3-none-any.whl", Some.Now);
    private static readonly FileFacts Old = Some.Recorded("demo-1.0-py3-none-any.whl", Some.Now.AddYears(-1));
    private static readonly MinimumAgeRule ThreeDays = new(TimeSpan.FromDays(3), false, [], false);

    [Fact]
    public void What_was_young_at_its_download_is_refused_and_what_was_not_is_not()
    {
        var result = Replay([ThreeDays], At(Young, 1), At(Young, 2, client: "b"), At(Young, 4), At(Old, 1, count: 5));
        var refused = Assert.Single(result.Refused.Files);
        Assert.Equal(("demo", "2.0", "demo-2.0-py3-none-any.whl", RuleNames.MinimumAge, 2L, 2), (refused.Project.Value, refused.Version, refused.Filename, refused.Rule, refused.Downloads, refused.Clients));
        Assert.Equal((new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 2)), (refused.FirstDay, refused.LastDay));
        Assert.Equal((8L, 2L, 2), (result.Downloads, result.Refused.Downloads, result.Refused.Clients));
        Assert.Empty(result.Audited.Files);
        Assert.Empty(result.Unknown);
    }

    [Fact]
    public void Project_is_decided_anew_only_where_time_changes_the_decision()
    {
        var counted = new Counted(ThreeDays);
        Replay([counted], [.. Enumerable.Range(0, 200).Select(hour => At(Young, hour / 24.0, client: $"c{hour}"))]);
        // Two files, before and after the hold's end.
        Assert.Equal(4, counted.Asked);
    }

    [Fact]
    public void Audited_refusal_counts_apart()
    {
        var result = Replay([ThreeDays], audit: true, Some.Facts(Young, Old), At(Young, 1, count: 3));
        Assert.Empty(result.Refused.Files);
        Assert.Equal((RuleNames.MinimumAge, 3L), (Assert.Single(result.Audited.Files).Rule, result.Audited.Downloads));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Waived_refusal_counts_nowhere(bool audit)
    {
        var facts = Some.Facts(Young, Old) with { Policy = PolicyInputs.Initial with { Waivers = new WaiverSet([Some.Waiver(RuleNames.MinimumAge, "demo")]) } };
        var result = Replay([ThreeDays], audit, facts, At(Young, 1));
        Assert.Empty(result.Refused.Files);
        Assert.Empty(result.Audited.Files);
    }

    [Fact]
    public void What_is_known_no_more_is_named_and_not_judged()
    {
        var other = At(Young, 1) with { Sha256 = Sha256Digest.Of("other"u8) };
        var gone = At(Young, 1, count: 2) with { Filename = "demo-3.0-py3-none-any.whl", Version = "3.0" };
        var unrecorded = Some.File("demo-4.0-py3-none-any.whl");
        var result = Replay([ThreeDays], audit: false, Some.Facts(Young, unrecorded), other, gone, At(unrecorded, 1));
        Assert.Equal(
            ["2 demo-3.0-py3-none-any.whl the file is not on the project's page any more", "1 demo-2.0-py3-none-any.whl other bytes are on record under the name now", "1 demo-4.0-py3-none-any.whl the file's trust record is gone"],
            result.Unknown.Select(u => $"{u.Downloads} {u.Filename} {u.Why}"));
        Assert.Empty(result.Refused.Files);

        var nothing = Replay([ThreeDays], audit: false, facts: null, At(Young, 1));
        Assert.Equal((1L, "nothing is kept of the project any more"), (nothing.Downloads, Assert.Single(nothing.Unknown).Why));
    }

    [Fact]
    public void Other_spelling_of_a_name_is_the_same_file() =>
        Assert.Single(Replay([ThreeDays], At(Young, 1) with { Filename = "Demo-2.0.0-py3-none-any.whl" }).Refused.Files);

    [Fact]
    public void Reason_of_any_text_is_short_and_printable()
    {
        var refused = Assert.Single(Replay([new Says("\u001b[31m" + new string('x', 100_000) + "\u202e")], At(Young, 1)).Refused.Files);
        Assert.True(refused.Reason.Length <= 200);
        Assert.DoesNotContain(refused.Reason, c => c is < ' ' or > '~');
    }

    [Fact]
    public void Clients_are_all_counted_and_some_are_named()
    {
        var refused = Assert.Single(Replay([ThreeDays], [.. Enumerable.Range(0, 50).Select(i => At(Young, 1, client: $"10.0.0.{i}"))]).Refused.Files);
        Assert.Equal((50, ReplayedFile.MaxClients), (refused.Clients, refused.SomeClients.Count));
    }

    [Fact]
    public void Rule_that_throws_refuses() =>
        Assert.Equal("says", Assert.Single(Replay([new Says(null)], At(Young, 1)).Refused.Files).Rule);

    private static ReplayResult Replay(IPolicyRule[] rules, params Download[] downloads) => Replay(rules, audit: false, Some.Facts(Young, Old), downloads);

    private static ReplayResult Replay(IPolicyRule[] rules, bool audit, ProjectFacts? facts, params Download[] downloads)
    {
        var recorded = new RecordedDownloads();
        foreach (var download in downloads) recorded.Add(download);
        var run = new ReplayRun(new PolicyEngine(rules, _ => audit, (_, _) => { }));
        foreach (var (project, entries) in recorded.ByProject) run.Judge(project, entries, facts, CancellationToken.None);
        return run.Sum(new DateOnly(2026, 1, 1));
    }

    private static Download At(FileFacts file, double days, int count = 1, string client = "a")
    {
        var time = Some.Now.AddDays(days);
        return new Download(DateOnly.FromDateTime(time.UtcDateTime), Some.Project, file.Name.Version?.ToString(), file.File.Filename, Some.Digest, client, "pip", count, time);
    }

    private sealed class Counted(IPolicyRule rule) : IPolicyRule
    {
        public int Asked { get; private set; }

        public string Name => rule.Name;

        public Finding? Evaluate(ProjectFacts project, FileFacts file)
        {
            Asked++;
            return rule.Evaluate(project, file);
        }
    }

    private sealed class Says(string? reason) : IPolicyRule
    {
        public string Name => "says";

        public Finding? Evaluate(ProjectFacts project, FileFacts file) => new(Name, Verdict.Block, FindingScope.File, reason ?? throw new InvalidOperationException());
    }
}
