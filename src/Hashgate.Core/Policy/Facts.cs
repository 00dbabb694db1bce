using Hashgate.Core.Packaging;
using Hashgate.Core.Provenance;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy;

/// <summary>What is known of a project when it is decided upon. Rules read facts and do nothing else.</summary>
public sealed record ProjectFacts(Upstream Upstream, ProjectPage Page, IReadOnlyList<FileFacts> Files, DateTimeOffset Now)
{
    /// <summary>What policy goes by beyond this project.</summary>
    public PolicyInputs Policy
    {
        get;
        init
        {
            field = value;
            Lookups = new ProjectLookups(value, Page.Project);
        }
    } = PolicyInputs.Initial;

    /// <summary>What that says of this project's name.</summary>
    public ProjectLookups Lookups { get; private init; } = new(PolicyInputs.Initial, Page.Project);

    /// <summary>When its files began to be known.</summary>
    public ProjectTimes Times { get; } = ProjectTimes.Of(Files);

    /// <summary>The publishers that were learned of the project's files.</summary>
    public ProjectPublishers Publishers { get; init; } = ProjectPublishers.None;

    /// <summary>How much provenance its releases have, in the order of their uploads.</summary>
    public ReleaseHistory Releases { get; init; } = ReleaseHistory.None;

    /// <summary>
    /// Whether a file is known to come from a publisher that an earlier upload came from too. False as well where nobody knows: the project
    /// has no provenance, or the file's wasn't learned.
    /// </summary>
    public bool IsPublisherUnchanged(FileFacts file)
    {
        if (file is not { Provenance: { Level: ProvenanceLevel.Consistent } learned, Name.Version: { } version }) return false;
        var at = Releases.EvidenceTime(file);
        return Publishers.Trusted.Any(t => t.SinceFor(version.IsPrerelease) < at && learned.Publishers.Contains(t.Publisher));
    }
}

/// <summary>What is known of one file.</summary>
/// <param name="Name">The filename as the packaging grammar reads it.</param>
/// <param name="Path">Where Hashgate serves it: a local path, unescaped.</param>
/// <param name="Pin">The index's claim held against the trust record; null for a file without a sha256.</param>
/// <param name="FailedProof">The last download that was not what it should have been, while its back-off lasts.</param>
public sealed record FileFacts(ProjectFile File, DistributionFilename Name, string Path, Pin? Pin, FailedProof? FailedProof)
{
    /// <summary>Since when the upstream no longer lists the file, or no longer has its project; null while it does.</summary>
    public DateTimeOffset? RemovedSince { get; init; }

    /// <summary>The trust record that holds, if any.</summary>
    public TrustRecord? Record => Pin?.Record;

    /// <summary>The digest of the bytes that are served: the recorded one, else the claimed; null where there is neither.</summary>
    public Sha256Digest? ServedSha256 => Record?.Sha256 ?? File.Sha256;

    /// <summary>
    /// When the file began to be, the one clock of every rule: its first recorded upload time, else first sight of it; what a page tells later
    /// never counts. For a file that can have no record before its first download, the upload time on the page; null where that is missing,
    /// or where a record should be and isn't.
    /// </summary>
    public DateTimeOffset? Start =>
        Record is { } record ? record.UploadTime ?? record.FirstSeen
        : File.Sha256 is null ? File.UploadTime
        : null;

    /// <summary>What was learned of its publishers; null where nothing was.</summary>
    public LearnedProvenance? Provenance { get; init; }

    /// <summary>Whether it has provenance: by what was learned, else by its page.</summary>
    public bool IsAttested => Provenance is { } learned ? learned.Level != ProvenanceLevel.None : File.Provenance is not null;
}

/// <summary>A download that failed its proof. Nobody fetches the file again before <paramref name="Until"/>.</summary>
/// <param name="Rule"><c>hash-mismatch</c>, or <c>hash-changed</c> where the index no longer claims the recorded digest.</param>
/// <param name="Reason">What differed, for a person.</param>
public sealed record FailedProof(string Rule, string Reason, DateTimeOffset Until);
