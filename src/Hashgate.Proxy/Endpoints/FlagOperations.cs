using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators do with flags; in force here at once, on other replicas at their next look, and always on record first.</summary>
internal sealed class FlagOperations(IPolicyStore store, PolicyWatch watch, Acts acts, TimeProvider time, ILogger<FlagOperations> logger)
{
    public const int MaxReason = 1000;

    /// <summary>Every flag of a status and a project, where these are given; the last reported first.</summary>
    public async Task<IReadOnlyList<Flag>> ListAsync(FlagStatus? status, ProjectName? project, CancellationToken cancellationToken)
    {
        var documents = await store.ListAsync(PolicyDocumentKinds.Flag, cancellationToken);
        return [.. PolicyDocuments.Read(documents, static () => PolicyJson.Default.Flag, logger)
            .Where(f => (status is null || f.Status == status) && (project is null || f.Target.Project == project))
            .OrderByDescending(f => f.LastReported).ThenBy(f => f.Id, StringComparer.Ordinal)];
    }

    /// <summary>Confirms or dismisses; null where there is no such flag.</summary>
    public async Task<Flag?> DecideAsync(string id, FlagStatus status, string actor, string? reason, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (_, reported)) return null;
        var act = Act(EventKinds.Flagged, reported, actor, $"{(status == FlagStatus.Confirmed ? "confirmed" : "dismissed")}: {reason}");
        return await acts.DoAsync(
            act,
            async () =>
            {
                while (await FindAsync(id, cancellationToken) is var (document, flag))
                {
                    var decided = flag with { Status = status, Decision = new FlagDecision(actor, reason?.Trim(), time.GetUtcNow()) };
                    if (!await store.PutAsync(document with { Json = JsonSerializer.Serialize(decided, PolicyJson.Default.Flag) }, cancellationToken)) continue;
                    await watch.RefreshAsync(cancellationToken);
                    return decided;
                }
                return null;
            },
            decided => decided is null ? Removed(act) : null);
    }

    /// <summary>Forgets the reports on a target and what was decided; false where there are none.</summary>
    public async Task<bool> RemoveAsync(string id, string actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not var (_, reported)) return false;
        var act = Act(EventKinds.PolicyChanged, reported, actor, $"removed a flag that was {reported.Status.ToString().ToLowerInvariant()} with {reported.Count} reports");
        return await acts.DoAsync(
            act,
            async () =>
            {
                while (await FindAsync(id, cancellationToken) is var (document, _))
                {
                    if (!await store.RemoveAsync(document, cancellationToken)) continue;
                    await watch.RefreshAsync(cancellationToken);
                    return true;
                }
                return false;
            },
            removed => removed ? null : Removed(act));
    }

    private static string Removed(Event act) => $"not done, because somebody else removed the flag: {act.Reason}";

    private async Task<(PolicyDocument Document, Flag Flag)?> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.GetAsync(PolicyDocumentKinds.Flag, id, cancellationToken) is { } document
            && PolicyDocuments.Read([document], static () => PolicyJson.Default.Flag, logger) is [var flag]
            ? (document, flag)
            : null;

    private Event Act(string kind, Flag flag, string actor, string what) => new()
    {
        Kind = kind,
        When = time.GetUtcNow(),
        Project = flag.Target.Project,
        Version = flag.Target.Version,
        Filename = flag.Target.Filename,
        Rule = RuleNames.Flagged,
        Actor = actor,
        Reason = what,
    };
}
