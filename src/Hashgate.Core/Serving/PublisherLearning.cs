using System.Collections.Concurrent;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Provenance;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>
/// Learns who published a file before it is first served. With a file its predecessor is looked at where nothing earlier is known: a
/// stranger must not become the publisher that everybody else is held against. What is learned is on record, and on the page, before the
/// answer leaves.
/// </summary>
public sealed partial class PublisherLearning(
    IUpstreamClient client, PublisherRecords records, ProjectPages pages, PolicyEngine policy, ProvenanceOptions options, FileServing serving, TimeProvider time, ILogger<PublisherLearning> logger)
{
    /// <summary>The releases whose publishers are learned before anybody asks.</summary>
    private const int ReleasesAhead = 3;

    /// <summary>The files of each of them; the others are learned when they are asked for.</summary>
    private const int FilesAhead = 4;

    private const int MaxFailures = 10_000;

    /// <summary>How long after a failure nobody asks again.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>"There is none" is asked again: an index may tell of a file before it has its provenance.</summary>
    private static readonly TimeSpan NothingFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(ProjectName, FileKey), Lazy<Task<FetchError?>>> _running = new();
    private readonly ConcurrentDictionary<(ProjectName, FileKey), (FetchError Error, DateTimeOffset Until)> _failures = new();
    private readonly bool _isOn = policy.Rules.Any(r => r.Name == RuleNames.Provenance);

    /// <summary>Whether something is to be learned of a file before it may go out. Costs no call.</summary>
    public bool IsNeeded(ProjectView view, FileFacts file) =>
        _isOn && file.File.Provenance is not null && file.ServedSha256 is not null && !IsKnown(file) && options.Judges(view.Project, file, time.GetUtcNow());

    /// <summary>
    /// Whether a file must wait until its publishers are known. A proven one goes on as it was decided last, where that is known, and so does
    /// one that the rule could not refuse: it only records, or is waived.
    /// </summary>
    public bool IsDemanded(ProjectView view, FileFacts file) =>
        (file.Record?.ProvenAt is null || view.Facts.Publishers.IsUnread)
        && !policy.IsAudited(RuleNames.Provenance)
        && !view.Facts.Policy.Waivers.For(view.Project).Any(w => w.Lifts(RuleNames.Provenance, file, time.GetUtcNow()));

    /// <summary>Learns a file's publishers, together with all who wait for the same.</summary>
    /// <returns>Null once they are known, and the project's page says so; else why they aren't.</returns>
    public async Task<FetchError?> LearnAsync(ProjectView view, FileFacts file, CancellationToken cancellationToken)
    {
        var key = (view.Project, file.Name.Key);
        if (_failures.TryGetValue(key, out var failed) && time.GetUtcNow() < failed.Until) return failed.Error;
        var running = _running.GetOrAdd(key, _ => new Lazy<Task<FetchError?>>(() => Task.Run(() => RunAsync(key, view, file), CancellationToken.None)));
        try
        {
            return await running.Value.WaitAsync(serving.LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new FetchError(FetchErrorKind.TimedOut, "No answer yet.");
        }
    }

    /// <summary>Learns ahead of time: some files of the newest releases, one after the other.</summary>
    public async Task LearnAheadAsync(ProjectView view, CancellationToken cancellationToken)
    {
        if (!_isOn) return;
        var newest = view.Facts.Files.Where(f => f is { Start: not null, Name: { Version: not null, IsForeign: false } })
            .GroupBy(f => f.Name.Version!.Canonical).OrderByDescending(r => r.Min(f => f.Start)).Take(ReleasesAhead);
        // The oldest of them first: the later ones are held against it.
        foreach (var file in newest.Reverse().SelectMany(r => r.Where(f => IsNeeded(view, f)).Take(FilesAhead)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await LearnAsync(view, file, cancellationToken) is not null) return;
        }
    }

    private bool IsKnown(FileFacts file) =>
        file.Provenance is { } learned && (learned.Level != ProvenanceLevel.None || time.GetUtcNow() - learned.Learned < NothingFor);

    private async Task<FetchError?> RunAsync((ProjectName, FileKey) key, ProjectView view, FileFacts file)
    {
        FetchError? error;
        try
        {
            error = await FetchAsync(view, file);
        }
        catch (StoreUnavailableException problem)
        {
            error = new FetchError(FetchErrorKind.TrustUnavailable, RefusalPhrase.PrintableAscii(problem.Message));
        }
        catch (Exception problem)
        {
            LogCrashed(view.Project.Value, file.File.Filename, problem);
            error = new FetchError(FetchErrorKind.Malformed, "Learning failed; an operator finds the cause in Hashgate's log.");
        }
        if (error is not null) Remember(key, view, file, error);
        _running.TryRemove(key, out _);
        return error;
    }

    private async Task<FetchError?> FetchAsync(ProjectView view, FileFacts file)
    {
        var known = await records.ReadAsync(view.Project, CancellationToken.None);
        if (!IsKnown(file with { Provenance = known.Of(file.Name.Key, file.ServedSha256) }))
        {
            var lessons = new List<Lesson>();
            foreach (var wanted in (FileFacts?[])[file, Predecessor(view, file, known)])
            {
                if (wanted is null) continue;
                var (learned, error) = await AskAsync(view, wanted);
                if (learned is null) return error;
                lessons.Add(new Lesson(wanted.Name.Key, learned, view.Facts.Releases.EvidenceTime(wanted), wanted.Name.Version is { IsPrerelease: true }));
            }
            await records.LearnAsync(view.Project, lessons, CancellationToken.None);
        }
        pages.Redecide(view.Project);
        return null;
    }

    /// <summary>The newest file with provenance of an earlier release, where no earlier publisher is known.</summary>
    private static FileFacts? Predecessor(ProjectView view, FileFacts file, ProjectPublishers known)
    {
        var (at, isPrerelease) = (view.Facts.Releases.EvidenceTime(file), file.Name.Version is { IsPrerelease: true });
        if (known.HasEarlier(at, isPrerelease)) return null;
        return view.Facts.Files
            .Where(f => f is { File.Provenance: not null, Provenance: null, ServedSha256: not null, Name: { Version: { } version, IsForeign: false } } && (isPrerelease || !version.IsPrerelease))
            .Where(f => view.Facts.Releases.EvidenceTime(f) < at)
            .MaxBy(view.Facts.Releases.EvidenceTime);
    }

    private async Task<(LearnedProvenance? Learned, FetchError? Error)> AskAsync(ProjectView view, FileFacts file)
    {
        var (name, sha256) = (file.File.Filename, file.ServedSha256!.Value);
        return await client.GetProvenanceAsync(view.Upstream, file.File.Provenance!, CancellationToken.None) switch
        {
            ProvenanceFetch.Fetched fetched => (ProvenanceCheck.Hold(fetched.Document, view.Project, name, sha256, time.GetUtcNow()), null),
            ProvenanceFetch.Gone => (ProvenanceCheck.Nothing(name, sha256, time.GetUtcNow()), null),
            ProvenanceFetch.Failed failed => (null, failed.Error),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private void Remember((ProjectName, FileKey) key, ProjectView view, FileFacts file, FetchError error)
    {
        LogFailed(view.Project.Value, file.File.Filename, error.Kind, error.Detail);
        if (_failures.Count >= MaxFailures) _failures.Clear();
        _failures[key] = (error, time.GetUtcNow() + PauseAfterFailure);
    }

    [LoggerMessage(2132, LogLevel.Warning, "The publishers of {Project}: {Filename} could not be learned: {Kind}, {Detail}")]
    private partial void LogFailed(string project, string filename, FetchErrorKind kind, string detail);

    [LoggerMessage(2133, LogLevel.Error, "Learning the publishers of {Project}: {Filename} failed")]
    private partial void LogCrashed(string project, string filename, Exception error);
}
