using System.Collections.Concurrent;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Serving;

/// <summary>What follows from a fetch that ended: records, alarms, and a page that says the same as the file route.</summary>
public sealed partial class FetchResults(
    TrustLedger ledger,
    FailedProofs failedProofs,
    ProjectPages pages,
    ViewBuilder views,
    WheelMetadata wheelMetadata,
    IEventLog events,
    TimeProvider time,
    ILogger<FetchResults> logger)
{
    private const int MaxRemembered = 100_000;

    /// <summary>How long a wheel that isn't there is not looked for again, unless it is proven meanwhile.</summary>
    private static readonly TimeSpan AbsentFor = TimeSpan.FromMinutes(1);

    /// <summary>Wheels whose METADATA contradicts nothing, and until when that is known: for good where it was read, for a while where there is no wheel.</summary>
    private readonly ConcurrentDictionary<Sha256Digest, DateTimeOffset> _compared = new();
    private readonly Lock _telling = new();
    private readonly ConcurrentDictionary<TrustRecord, bool> _marked = new();

    /// <summary>The digest under which a file's core metadata may be served; null where it may not.</summary>
    public Sha256Digest? AdvertisedMetadata(FileFacts file) => views.AdvertisedMetadata(file);

    /// <summary>
    /// Whether a file's core metadata must not be served because the wheel, where it is there, says something else: seen when the wheel is
    /// proven, and once more in each process before the metadata goes out, since nothing but memory keeps it.
    /// </summary>
    public ValueTask<bool> ContradictsAsync(FileLookup.Found found) =>
        found.File.Record is not { Sha256: var wheel } || (_compared.TryGetValue(wheel, out var until) && time.GetUtcNow() < until)
            ? ValueTask.FromResult(false)
            : CompareAsync(found, wheel);

    private async ValueTask<bool> CompareAsync(FileLookup.Found found, Sha256Digest wheel)
    {
        if (views.AdvertisedMetadata(found.File) is not { } promised) return false;
        var (isThere, inside) = await wheelMetadata.DigestAsync(wheel, CancellationToken.None);
        if (inside is null || inside == promised)
        {
            Remember(_compared, wheel, isThere ? DateTimeOffset.MaxValue : time.GetUtcNow() + AbsentFor);
            return false;
        }
        if (views.Disagreements.Add(wheel))
        {
            pages.Redecide(found.View.Project);
            events.Record(Alarm(found, EventKinds.HashMismatch, RuleNames.HashMismatch, "the wheel's METADATA is not the core metadata that the index promises; it is no longer offered"));
        }
        return true;
    }

    /// <summary>Recorded bytes that were in the cache already are as good as downloaded: the record is marked, once.</summary>
    public void FoundProven(FileLookup.Found found, long size)
    {
        if (found.IsMetadata || found.File.Record is not { ProvenAt: null, Conflict: false } record || !Remember(_marked, record, true)) return;
        _ = Task.Run(async () =>
        {
            try
            {
                await ledger.ProveAsync(found.View.Project, record.Key, record.Sha256, size, CancellationToken.None);
            }
            catch (Exception error)
            {
                LogCrashed(found.View.Project.Value, found.ServedName, error);
            }
        });
    }

    /// <summary>The failed proof that is in force for what was asked for.</summary>
    public Finding? Current(FileLookup.Found found) =>
        failedProofs.Current(found.View.Project, KeyOf(found)) is { } failed ? AsFinding(failed) : null;

    /// <summary>The bytes were not what was promised: recorded and told once, and the page says so before anybody is refused.</summary>
    public Finding NotProven(FileLookup.Found found, string reason)
    {
        // The index itself no longer claims what is on record: that is the cause to name.
        var changed = found.File.Pin is { Outcome: PinOutcome.Changed };
        var rule = changed ? RuleNames.HashChanged : RuleNames.HashMismatch;
        var because = changed
            ? $"the index now claims other bytes than were first seen {found.File.Record!.FirstSeen.UtcDateTime:yyyy-MM-dd}, and those are not to be had"
            : $"the upstream's bytes are not what was promised: {reason}";
        FailedProof failed;
        bool isNews;
        // One after the other: whoever learns it second must not answer before the page says it.
        lock (_telling)
        {
            (failed, isNews) = failedProofs.Add(found.View.Project, KeyOf(found), rule, because);
            if (isNews) pages.Redecide(found.View.Project);
        }
        if (isNews)
        {
            events.Record(Alarm(found, changed ? EventKinds.HashChanged : EventKinds.HashMismatch, rule, because));
            LogNotProven(found.View.Project.Value, found.ServedName, reason);
        }
        return AsFinding(failed);
    }

    /// <summary>The URL that the bytes were to come from has no file: a refusal where the index claims others instead, else null.</summary>
    public Finding? Gone(FileLookup.Found found) =>
        found.File.Pin is { Outcome: PinOutcome.Changed } ? NotProven(found, "the recorded URL no longer has it") : null;

    /// <summary>The bytes are what was promised; what has no record yet gets it now, before anybody has the file.</summary>
    internal async Task<FetchOutcome> ProvenAsync(FileLookup.Found found, FetchOutcome.Proven proven)
    {
        if (found.IsMetadata) return proven;
        var (project, file) = (found.View.Project, found.File);
        if (file.Record is not null)
        {
            Remember(_marked, file.Record, true);
            return await MarkAsync(project, file.Name.Key, proven);
        }
        var claim = new FileClaim(file.Name.Key, file.File.Filename, proven.Digest, proven.Size, file.File.Url.AbsoluteUri, file.File.UploadTime, null);
        var pin = (await ledger.PinAsync(found.View.Upstream.Name, project, [claim], CancellationToken.None)).Pins[0];
        return pin.Outcome switch
        {
            PinOutcome.New or PinOutcome.Same => await MarkAsync(project, file.Name.Key, proven),
            PinOutcome.Changed => new FetchOutcome.NotProven("another sha256 was put on record for it meanwhile"),
            PinOutcome.Unrecorded or _ => TrustUnavailable(project),
        };
    }

    private async Task<FetchOutcome> MarkAsync(ProjectName project, FileKey key, FetchOutcome.Proven proven)
    {
        var proof = await ledger.ProveAsync(project, key, proven.Digest, proven.Size, CancellationToken.None);
        return proof.Outcome switch
        {
            ProofOutcome.Proven => proven,
            ProofOutcome.Differs => new FetchOutcome.NotProven("another sha256 was put on record for it meanwhile"),
            ProofOutcome.NoRecord or ProofOutcome.Unavailable or _ => TrustUnavailable(project),
        };
    }

    private FetchOutcome.Failed TrustUnavailable(ProjectName project) =>
        new(new FetchError(FetchErrorKind.TrustUnavailable, ledger.StatusOf(project) is [var why, ..] ? why : "the proof can't be put on record"));

    /// <summary>Tells of the end of a fetch.</summary>
    internal void Ended(FileLookup.Found found, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Proven:
                if (failedProofs.Clear(found.View.Project, KeyOf(found))) pages.Redecide(found.View.Project);
                if (found.File.Record is null) _ = pages.RepinAsync(found.View.Project);
                if (!found.IsMetadata) CompareMetadata(found);
                break;
            case FetchOutcome.NotProven failed:
                NotProven(found, failed.Reason);
                break;
            case FetchOutcome.Failed { Error.Kind: FetchErrorKind.Gone } when Gone(found) is not null:
                break;
            case FetchOutcome.Failed failed:
                LogFailed(found.View.Project.Value, found.ServedName, failed.Error.Kind, failed.Error.Detail);
                break;
        }
    }

    internal void Crashed(FileLookup.Found found, Exception error) => LogCrashed(found.View.Project.Value, found.ServedName, error);

    private void CompareMetadata(FileLookup.Found found)
    {
        if (found.File.Record is not { Sha256: var wheel }) return;
        _ = Task.Run(async () =>
        {
            try
            {
                await CompareAsync(found, wheel);
            }
            catch (Exception error)
            {
                LogCrashed(found.View.Project.Value, found.File.File.Filename, error);
            }
        });
    }

    /// <summary>True where it is new; bounded by forgetting everything, which costs doing a thing once more.</summary>
    private static bool Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> memory, TKey key, TValue value) where TKey : notnull
    {
        if (memory.Count >= MaxRemembered) memory.Clear();
        if (memory.TryAdd(key, value)) return true;
        memory[key] = value;
        return false;
    }

    private Event Alarm(FileLookup.Found found, string kind, string rule, string reason) => new()
    {
        Kind = kind,
        When = time.GetUtcNow(),
        Upstream = found.View.Upstream.Name,
        Project = found.View.Project,
        Version = found.File.Name.Version?.ToString(),
        Filename = found.ServedName,
        Rule = rule,
        Reason = reason,
    };

    private static Finding AsFinding(FailedProof failed) => new(failed.Rule, Verdict.Block, FindingScope.File, failed.Reason, failed.Until);

    private static FileKey KeyOf(FileLookup.Found found) =>
        found.IsMetadata ? ViewBuilder.MetadataKey(found.File.Name.Key) : found.File.Name.Key;

    [LoggerMessage(2121, LogLevel.Error, "{Project}: {Filename} failed its proof: {Reason}")]
    private partial void LogNotProven(string project, string filename, string reason);

    [LoggerMessage(2122, LogLevel.Warning, "{Project}: {Filename} could not be fetched: {Kind}, {Detail}")]
    private partial void LogFailed(string project, string filename, FetchErrorKind kind, string detail);

    [LoggerMessage(2123, LogLevel.Error, "{Project}: work on {Filename} failed")]
    private partial void LogCrashed(string project, string filename, Exception error);
}
