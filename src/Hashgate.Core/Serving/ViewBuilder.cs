using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>Gathers facts, has them decided, and lays out the page that follows from the decision.</summary>
/// <param name="publicUrl">Where clients reach Hashgate, without trailing slash; null makes links relative.</param>
public sealed class ViewBuilder(PolicyEngine policy, PolicyState state, FailedProofs failedProofs, MetadataDisagreements disagreements, PublisherRecords publishers, string? publicUrl, TimeProvider time)
{
    private readonly string _base = publicUrl ?? "../..";

    /// <summary>Whether policy changed, or publishers were learned, since the view was decided.</summary>
    public bool IsOutdated(ProjectView view) => view.Facts.Policy.Revision != state.Current.Revision || HasLearned(view);

    /// <summary>Looks a project's publishers up once after each change of any project's, and not for every request.</summary>
    private bool HasLearned(ProjectView view)
    {
        var revision = publishers.Revision;
        if (view.PublishersRevision == revision) return false;
        if (!ReferenceEquals(publishers.Newest(view.Project, view.Facts.Publishers), view.Facts.Publishers)) return true;
        view.PublishersRevision = revision;
        return false;
    }

    /// <summary>The wheels whose core metadata is not offered any more.</summary>
    public MetadataDisagreements Disagreements => disagreements;

    /// <summary>What a failed proof of a file's core metadata is kept under; no filename's own key ends like this.</summary>
    public static FileKey MetadataKey(FileKey file) => new(file.Value + "/" + FileLookup.MetadataSuffix);

    /// <summary>A view of a snapshot whose files were pinned.</summary>
    /// <param name="known">Its publishers on record.</param>
    /// <param name="before">The view until now, whose finished pages stay where nothing in them changes; null where there is none.</param>
    public ProjectView Build(Upstream upstream, PageSnapshot snapshot, IReadOnlyList<FileFacts> files, ProjectPublishers known, ProjectView? before)
    {
        var facts = Gather(upstream, snapshot, files, publishers.Newest(snapshot.Page.Project, known), state.Current, time.GetUtcNow());
        var decision = policy.Decide(facts);
        return new ProjectView(snapshot, facts, decision, LayOut(facts, decision), before);
    }

    /// <summary>The facts that a decision goes by.</summary>
    /// <param name="files">Pinned.</param>
    public static ProjectFacts Gather(Upstream upstream, PageSnapshot snapshot, IReadOnlyList<FileFacts> files, ProjectPublishers known, PolicyInputs inputs, DateTimeOffset now)
    {
        var learned = known.Files.IsEmpty ? files : [.. files.Select(f => f with { Provenance = known.Of(f.Name.Key, f.ServedSha256) })];
        return new ProjectFacts(upstream, snapshot.Page, learned, now) { Policy = inputs, Publishers = known, Releases = ReleaseHistory.Of(learned) };
    }

    /// <summary>The same snapshot and pins, decided anew.</summary>
    public ProjectView Redecide(ProjectView view) =>
        Build(view.Upstream, view.Snapshot, [.. view.Facts.Files.Select(f => f with { FailedProof = failedProofs.Current(view.Project, f.Name.Key) })], view.Facts.Publishers, view);

    /// <summary>The facts of a page's files, and of those it lists no more, before any is pinned; files that can't be served are left out.</summary>
    public IReadOnlyList<FileFacts> Describe(Upstream upstream, PageSnapshot snapshot)
    {
        var project = snapshot.Page.Project;
        var names = new PageFilenames(project);
        var facts = new List<FileFacts>(snapshot.Page.Files.Count + snapshot.Page.Removed.Count);
        foreach (var file in snapshot.Page.Files) Add(file, snapshot.GoneSince);
        foreach (var (file, since) in snapshot.Page.Removed) Add(file, since);
        return facts;

        void Add(ProjectFile file, DateTimeOffset? removedSince)
        {
            if (!FilePaths.IsServable(file.Filename)) return;
            var name = names.Read(file.Filename);
            facts.Add(new FileFacts(file, name, FilePaths.LocalPath(upstream, file), null, failedProofs.Current(project, name.Key)) { RemovedSince = removedSince });
        }
    }

    private ServedPage LayOut(ProjectFacts facts, ProjectDecision decision)
    {
        if (decision.Stub?.Worst is not null)
        {
            var project = facts.Page.Project;
            return new ServedPage(facts.Page, [new ServedFile(null, ProjectStub.Filename(project), new ServedLink(_base, ProjectStub.LocalPath(project)), null, Yank.No, null, null)]);
        }
        var served = new List<ServedFile>(facts.Files.Count);
        for (var i = 0; i < facts.Files.Count; i++)
        {
            if (!facts.Files[i].Name.IsForeign) served.Add(LayOut(facts, facts.Files[i], decision.Files[i], decision.RefusesAll));
        }
        return new ServedPage(RemovedFiles.WithVersions(facts), served);
    }

    private ServedFile LayOut(ProjectFacts facts, FileFacts file, FileDecision decision, bool allRefused)
    {
        var source = file.File;
        // The record stands, so the size that goes with the other digest says nothing of the bytes that are served.
        if (file.Pin is { Outcome: PinOutcome.Changed }) source = source with { Size = file.Record?.Size };
        var yanked = (decision.IsRefused, allRefused) switch
        {
            (true, true) => Yank.No,
            (true, false) => Yank.For(RefusalPhrase.Of(decision.Worst!, publicUrl ?? "", facts.Page.Project, file.Name.Version?.ToString())),
            _ => source.Yanked,
        };
        return new ServedFile(
            source,
            source.Filename,
            new ServedLink(_base, file.Path),
            file.ServedSha256,
            yanked,
            AdvertisedMetadata(file),
            ProvenanceUrl(facts.Page.Project, file));
    }

    /// <summary>The digest under which core metadata is offered; none where it changed or contradicts the wheel, or the upstream no longer has the file.</summary>
    public Sha256Digest? AdvertisedMetadata(FileFacts file) =>
        file is { RemovedSince: null, Pin: { CoreMetadataChanged: false, Outcome: PinOutcome.New or PinOutcome.Same }, Record: { CoreMetadata: { } promised } record }
            && file.File.CoreMetadata is not null && !disagreements.Contains(record.Sha256)
            && (failedProofs.IsEmpty || failedProofs.Current(record.Project, MetadataKey(record.Key)) is null)
            ? promised
            : null;

    // The specification wants a fully qualified URL of a secure origin, so without one there is none to give.
    private string? ProvenanceUrl(ProjectName project, FileFacts file) =>
        file.File.Provenance is not null && file.Name.Version is { } version && publicUrl?.StartsWith("https://", StringComparison.Ordinal) == true
            ? $"{publicUrl}/integrity/{project}/{Uri.EscapeDataString(version.ToString())}/{FilePaths.Escape(file.File.Filename)}/provenance"
            : null;
}
