using System.Globalization;
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
    private readonly Lazy<Dictionary<string, int>> _byPath;
    private readonly Lazy<RenderedPage>[] _rendered;

    /// <param name="before">The project's view until now: where the page still says the same, its finished bytes stay.</param>
    public ProjectView(PageSnapshot snapshot, ProjectFacts facts, ProjectDecision decision, ServedPage page, ProjectView? before)
    {
        Snapshot = snapshot;
        Facts = facts;
        Decision = decision;
        LastSerial = snapshot.Page.LastSerial?.ToString(CultureInfo.InvariantCulture);
        HasUnrecorded = facts.Files.Any(f => f.Pin is { Outcome: Trust.PinOutcome.Unrecorded });
        IsMissing = snapshot.GoneSince is not null && facts.Files.All(f => f.Record is null);
        _byPath = before is { _byPath.IsValueCreated: true } && ReferenceEquals(before.Snapshot.Page, snapshot.Page) ? before._byPath : new(() => Index(facts.Files));
        (Page, _rendered) = before is not null && before.Page.SaysTheSameAs(page) ? (before.Page, before._rendered) : (page, Renderings(page));
    }

    public PageSnapshot Snapshot { get; }
    public ProjectFacts Facts { get; }
    public ProjectDecision Decision { get; }
    public ServedPage Page { get; }

    public Upstream Upstream => Facts.Upstream;
    public ProjectName Project => Facts.Page.Project;

    /// <summary>The serial that the upstream gave the page, as its header tells it; null where it gave none.</summary>
    public string? LastSerial { get; }

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
    public int Find(string localPath) => _byPath.Value.TryGetValue(localPath, out var index) ? index : -1;

    /// <summary>The finished bytes of one representation; made at most once.</summary>
    public RenderedPage Render(bool json, bool gzip) => _rendered[(json ? 0 : 2) + (gzip ? 1 : 0)].Value;

    private static Dictionary<string, int> Index(IReadOnlyList<FileFacts> files)
    {
        // Two entries at one path would be two promises for one URL: the first stands, as on the page.
        var byPath = new Dictionary<string, int>(files.Count, StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++) byPath.TryAdd(files[i].Path, i);
        return byPath;
    }

    private static Lazy<RenderedPage>[] Renderings(ServedPage page) =>
        [.. Enumerable.Range(0, 4).Select(variant => new Lazy<RenderedPage>(() => PageRendering.Render(page, json: variant < 2, gzip: variant % 2 == 1)))];

    /// <summary>A rough count of the bytes this view keeps in memory once every representation is rendered.</summary>
    public long ApproximateSize => 4096 + (long)Facts.Files.Count * 4096;
}
