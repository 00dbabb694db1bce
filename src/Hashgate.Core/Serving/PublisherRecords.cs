using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Trust;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>
/// The publishers on record, one document for each project; what was read or written last goes before older views' knowledge, and is kept
/// on disk: a store that is away, emptied or set back makes nobody a stranger's first witness.
/// </summary>
public sealed partial class PublisherRecords(IPolicyStore store, IPublisherCopies copies, ILogger<PublisherRecords> logger)
{
    /// <summary>Others write the same document: other replicas, and other files' lessons of this one.</summary>
    private const int MaxTries = 20;

    private const int MaxRemembered = 20_000;

    private readonly ConcurrentDictionary<ProjectName, ProjectPublishers> _latest = new();
    private long _revision;

    /// <summary>Grows whenever something newer is known of any project.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>The newer of what a view knows and what was read or written last. Views keep what they know, so that forgetting costs nothing.</summary>
    public ProjectPublishers Newest(ProjectName project, ProjectPublishers known) =>
        _latest.TryGetValue(project, out var latest) && latest.Revision > known.Revision ? latest : known;

    /// <summary>What is on record.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or the record can't be read.</exception>
    public async Task<ProjectPublishers> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        Recall(project);
        var stored = await store.GetAsync(PolicyDocumentKinds.Publishers, project.Value, cancellationToken);
        // Publishers are never removed: a store that has none of a known project has lost them.
        return stored is null ? Newest(project, ProjectPublishers.None) : Keep(project, stored);
    }

    /// <summary>What is on record, for who only wants to know: no view goes by it.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or the record can't be read.</exception>
    public async Task<ProjectPublishers> PeekAsync(ProjectName project, CancellationToken cancellationToken) =>
        await store.GetAsync(PolicyDocumentKinds.Publishers, project.Value, cancellationToken) is { } stored ? PublisherDocuments.Read(stored) : ProjectPublishers.None;

    /// <summary>What is on record, or what was known before where the store is away; unread where that is nothing.</summary>
    /// <param name="known">What an earlier view knows; null where there is none.</param>
    public async Task<ProjectPublishers> ReadOrAsync(ProjectName project, ProjectPublishers? known)
    {
        try
        {
            return await ReadAsync(project, CancellationToken.None);
        }
        catch (StoreUnavailableException error)
        {
            LogAway(project.Value, error);
            return Newest(project, known ?? ProjectPublishers.Unread);
        }
    }

    /// <summary>Puts lessons on record, on top of whatever others put there.</summary>
    /// <exception cref="StoreUnavailableException">The store is away, or not what it was: nothing is learned.</exception>
    public async Task<ProjectPublishers> LearnAsync(ProjectName project, IReadOnlyList<Lesson> lessons, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxTries; i++)
        {
            var stored = await store.GetAsync(PolicyDocumentKinds.Publishers, project.Value, cancellationToken);
            var there = stored is null ? ProjectPublishers.None : PublisherDocuments.Read(stored);
            var before = Newest(project, there);
            if (!await store.PutAsync(PublisherDocuments.Write(project, before.With(lessons) with { Revision = there.Revision }), cancellationToken)) continue;
            var after = await ReadAsync(project, cancellationToken);
            if (after.Revision > before.Revision) return after;
            // Its numbers began anew: what was put there now would not count here.
            throw new StoreUnavailableException($"The policy store is older than what this replica knows of the publishers of {project}.");
        }
        throw new StoreUnavailableException($"The publishers of {project} could not be recorded: others write them all the time.");
    }

    /// <summary>Brings back to memory what the disk keeps; costs nothing where it is there.</summary>
    private void Recall(ProjectName project)
    {
        if (_latest.ContainsKey(project) || copies.Read(project) is not { } kept) return;
        try
        {
            Remember(project, PublisherDocuments.Read(kept));
        }
        catch (StoreUnavailableException error)
        {
            LogUnreadableCopy(project.Value, error);
        }
    }

    private ProjectPublishers Keep(ProjectName project, PolicyDocument stored)
    {
        var isNews = !_latest.TryGetValue(project, out var latest) || stored.Revision > latest.Revision;
        var newest = Remember(project, PublisherDocuments.Read(stored));
        // On disk before anybody is answered by it.
        if (isNews) copies.Write(stored);
        return newest;
    }

    private ProjectPublishers Remember(ProjectName project, ProjectPublishers read)
    {
        if (_latest.Count >= MaxRemembered) _latest.Clear();
        var newest = _latest.AddOrUpdate(project, read, (_, there) => there.Revision >= read.Revision ? there : read);
        // After it is there to be found: who saw the number before looks again.
        if (ReferenceEquals(newest, read)) Interlocked.Increment(ref _revision);
        return newest;
    }

    [LoggerMessage(2135, LogLevel.Warning, "This replica's copy of the publishers of {Project} can't be read")]
    private partial void LogUnreadableCopy(string project, Exception error);

    [LoggerMessage(2131, LogLevel.Warning, "The publishers on record of {Project} can't be read; what was known of them stays in force")]
    private partial void LogAway(string project, Exception error);
}
