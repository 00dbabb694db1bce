using Hashgate.Core.Downloads;
using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Core.Serving.Replay;

/// <summary>A policy to try.</summary>
/// <param name="Since">The first day to look at (UTC).</param>
/// <param name="Engine">Its rules and their modes.</param>
/// <param name="Inputs">What it goes by beyond a project's own facts.</param>
public sealed record TriedPolicy(DateOnly Since, PolicyEngine Engine, PolicyInputs Inputs);

/// <summary>
/// Which recorded downloads a policy would have refused: with today's knowledge (pages, records, advisories, lists, flags, publishers, the
/// waivers that are in force now) by the clock of the download, so that what was young then is young. Changes nothing, and asks nobody outside.
/// </summary>
public sealed class PolicyReplay(IDownloadLog log, KnownFacts known, TimeProvider time)
{
    /// <summary>The most entries of the record (one for each client, file and day) that are looked at.</summary>
    public const int MaxEntries = 1_000_000;

    /// <summary>Tries a policy; null where there are more than <see cref="MaxEntries"/> entries.</summary>
    /// <exception cref="StoreUnavailableException">A store is away.</exception>
    public async Task<ReplayResult?> RunAsync(TriedPolicy policy, CancellationToken cancellationToken)
    {
        await log.FlushAsync(cancellationToken);
        var recorded = new RecordedDownloads();
        await foreach (var download in log.ReadAsync(new DownloadQuery(policy.Since), cancellationToken))
        {
            if (recorded.Count == MaxEntries) return null;
            recorded.Add(download);
        }
        var now = time.GetUtcNow();
        var inputs = policy.Inputs with { Waivers = policy.Inputs.Waivers.InForce(now) };
        var run = new ReplayRun(policy.Engine);
        foreach (var (project, entries) in recorded.ByProject)
            run.Judge(project, entries, await known.ReadAsync(project, inputs, now, cancellationToken), cancellationToken);
        return run.Sum(policy.Since);
    }
}
