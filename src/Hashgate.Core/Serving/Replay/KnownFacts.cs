using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Serving.Replay;

/// <summary>What is known of a project now, for who only wants to know: no upstream is asked, nothing is recorded, no view comes into memory or leaves it.</summary>
public sealed class KnownFacts(UpstreamMap upstreams, ProjectPages pages, IPageStore store, TrustLedger ledger, PublisherRecords publishers, ViewBuilder views)
{
    /// <summary>The facts; null where nothing is known of the project.</summary>
    /// <exception cref="StoreUnavailableException">A store is away.</exception>
    public async Task<ProjectFacts?> ReadAsync(ProjectName project, PolicyInputs inputs, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await FindAsync(project, inputs, now, cancellationToken))?.Facts;

    /// <summary>The facts and the page that they are of; null where nothing is known of the project.</summary>
    /// <exception cref="StoreUnavailableException">A store is away.</exception>
    public async Task<(PageSnapshot Snapshot, ProjectFacts Facts)?> FindAsync(ProjectName project, PolicyInputs inputs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (upstreams.OwnerOf(project) is not { Enabled: true } owner) return null;
        if ((pages.Peek(project)?.Snapshot ?? await store.GetAsync(owner.Name, project, cancellationToken)) is not { } snapshot) return null;
        var records = (await ledger.GetProjectAsync(project, cancellationToken)).ToDictionary(r => r.Key);
        var files = views.Describe(owner, snapshot).Select(file => Recorded(file, records)).ToArray();
        return (snapshot, ViewBuilder.Gather(owner, snapshot, files, await publishers.PeekAsync(project, cancellationToken), inputs, now));
    }

    /// <summary>A failed proof is of the last minutes and says nothing of policy.</summary>
    private static FileFacts Recorded(FileFacts file, Dictionary<FileKey, TrustRecord> records) =>
        file with { FailedProof = null, Pin = !file.Name.IsForeign && records.GetValueOrDefault(file.Name.Key) is { } record ? PagePins.Hold(file, record) : null };
}
