using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Tests.Policy;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Core.Tests.Serving;

public sealed class ViewBuilderTests
{
    private readonly ManualTimeProvider _time = new(Some.Now);
    private readonly PolicyState _state = new();
    private readonly PublisherRecords _publishers = new(new MemoryPolicyStore(), new MemoryPublisherCopies(), NullLogger<PublisherRecords>.Instance);
    private readonly ViewBuilder _views;
    private bool _refuses;

    public ViewBuilderTests() => _views = new ViewBuilder(
        new PolicyEngine([new SwitchedRule(() => _refuses)], _ => false, (_, error) => throw error), _state, new FailedProofs(_time), new MetadataDisagreements(), _publishers, null, _time);

    [Fact]
    public void View_is_outdated_once_policy_changes()
    {
        var view = Build();
        Assert.False(_views.IsOutdated(view));
        _state.Change(inputs => inputs with { Waivers = new WaiverSet([Some.Waiver("sdist", "demo")]) });
        Assert.True(_views.IsOutdated(view));
        Assert.False(_views.IsOutdated(_views.Redecide(view)));
    }

    [Fact]
    public async Task View_is_outdated_by_what_is_learned_of_its_own_project_alone()
    {
        var view = Build();
        Assert.False(_views.IsOutdated(view));
        await LearnAsync(ProjectName.Parse("other"));
        Assert.False(_views.IsOutdated(view));
        Assert.Equal(_publishers.Revision, view.PublishersRevision);

        await LearnAsync(Some.Project);
        Assert.True(_views.IsOutdated(view));
        // Whoever asks next is told the same.
        Assert.True(_views.IsOutdated(view));
        Assert.False(_views.IsOutdated(_views.Redecide(view)));
    }

    [Fact]
    public async Task Reading_what_is_known_is_no_news()
    {
        await LearnAsync(Some.Project);
        var revision = _publishers.Revision;
        await _publishers.ReadAsync(Some.Project, CancellationToken.None);
        Assert.Equal(revision, _publishers.Revision);
    }

    [Fact]
    public void Finished_bytes_stay_while_a_page_says_the_same_and_go_when_it_does_not()
    {
        var view = Build();
        var bytes = view.Render(json: true, gzip: true);
        _state.Change(inputs => inputs with { Waivers = new WaiverSet([Some.Waiver("sdist", "demo")]) });
        var redecided = _views.Redecide(view);
        Assert.NotSame(view, redecided);
        Assert.Same(bytes, redecided.Render(json: true, gzip: true));

        _refuses = true;
        var refused = _views.Redecide(redecided);
        Assert.NotEqual(bytes.ETag, refused.Render(json: true, gzip: true).ETag);
        _refuses = false;
        Assert.Equal(bytes.ETag, _views.Redecide(refused).Render(json: true, gzip: true).ETag);
    }

    private sealed class SwitchedRule(Func<bool> refuses) : IPolicyRule
    {
        public string Name => "switched";

        public Finding? Evaluate(ProjectFacts project, FileFacts file) => refuses() && file.File.Filename == "demo-1.0.tar.gz" ? new Finding(Name, Verdict.Block, FindingScope.File, "for a test") : null;
    }

    private ProjectView Build()
    {
        FileFacts[] files = [Some.Recorded("demo-1.0.tar.gz", Some.Now), Some.Recorded("demo-2.0.tar.gz", Some.Now)];
        return _views.Build(Some.PyPI, new PageSnapshot("pypi", Some.Facts(files).Page, null, null, Some.Now, null), files, ProjectPublishers.None, before: null);
    }

    private async Task LearnAsync(ProjectName project)
    {
        var learned = new LearnedProvenance("x-1.0.tar.gz", Some.Digest, ProvenanceLevel.Consistent, [new Publisher("GitHub", "acme/demo", "release.yml")], Some.Now);
        await _publishers.LearnAsync(project, [new Lesson(FileKey.Of(project, "x-1.0.tar.gz"), learned, Some.Now, false)], CancellationToken.None);
    }
}
