using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving;

/// <summary>
/// Everything one snapshot, its pins and one decision say of a project: what its page shows and what its file routes answer.
/// Immutable; a refresh, a failed proof or a policy change makes a new one.
/// </summary>
public sealed class ProjectView
{
    private readonly Dictionary<string, int> _byPath;
    private readonly Lazy<RenderedPage>[] _rendered;

    public ProjectView(PageSnapshot snapshot, ProjectFacts facts, ProjectDecision decision, ServedPage page)
    {
        Snapshot = snapshot;
        Facts = facts;
        Decision = decision;
        Page = page;
        HasUnrecorded = facts.Files.Any(f => f.Pin is { Outcome: Trust.PinOutcome.Unrecorded });
        IsMissing = snapshot.GoneSince is not null && facts.Files.All(f => f.Record is null);
        // Two entries at one path would be two promises for one URL: the first stands, as on the page.
        _byPath = new Dictionary<string, int>(facts.Files.Count, StringComparer.Ordinal);
        for (var i = 0; i < facts.Files.Count; i++) _byPath.TryAdd(facts.Files[i].Path, i);
        _rendered = [.. Enumerable.Range(0, 4).Select(variant => new Lazy<RenderedPage>(() => PageRendering.Render(Page, json: variant < 2, gzip: variant % 2 == 1)))];
    }

    public PageSnapshot Snapshot { get; }
    public ProjectFacts Facts { get; }
    public ProjectDecision Decision { get; }
    public ServedPage Page { get; }

    public Upstream Upstream => Facts.Upstream;
    public ProjectName Project => Facts.Page.Project;

    /// <summary>Whether first sight of some file could not be recorded yet.</summary>
    public bool HasUnrecorded { get; }

    /// <summary>The <see cref="PublisherRecords.Revision"/> up to which nothing newer was learned of this project's publishers; nobody else's matter.</summary>
    internal long PublishersRevision
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = -1;

    /// <summary>Whether the upstream no longer has the project, and nothing of it is on record.</summary>
    public bool IsMissing { get; }

    /// <summary>The index of the file at a local path, or -1.</summary>
    public int Find(string localPath) => _byPath.TryGetValue(localPath, out var index) ? index : -1;

    /// <summary>The finished bytes of one representation; made at most once.</summary>
    public RenderedPage Render(bool json, bool gzip) => _rendered[(json ? 0 : 2) + (gzip ? 1 : 0)].Value;

    /// <summary>A rough count of the bytes this view keeps in memory once every representation is rendered.</summary>
    public long ApproximateSize => 4096 + (long)Facts.Files.Count * 4096;
}
