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

    public ViewBuilderTests() => _views = new ViewBuilder(
        new PolicyEngine([], _ => false, (_, error) => throw error), _state, new FailedProofs(_time), new MetadataDisagreements(), _publishers, null, _time);

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

    private ProjectView Build()
    {
        var file = Some.Recorded("demo-1.0.tar.gz", Some.Now);
        return _views.Build(Some.PyPI, new PageSnapshot("pypi", Some.Facts(file).Page, null, null, Some.Now, null), [file], ProjectPublishers.None);
    }

    private async Task LearnAsync(ProjectName project)
    {
        var learned = new LearnedProvenance("x-1.0.tar.gz", Some.Digest, ProvenanceLevel.Consistent, [new Publisher("GitHub", "acme/demo", "release.yml")], Some.Now);
        await _publishers.LearnAsync(project, [new Lesson(FileKey.Of(project, "x-1.0.tar.gz"), learned, Some.Now, false)], CancellationToken.None);
    }
}
