using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators do with waivers; in force here at once, on other replicas at their next look, and always on record first.</summary>
internal sealed class WaiverOperations(IPolicyStore store, PolicyWatch watch, Acts acts, TimeProvider time, ILogger<WaiverOperations> logger)
{
    public const int MaxReason = 1000;
    public const int MaxVersions = 500;

    /// <summary>The most waivers kept, expired ones included.</summary>
    public const int MaxCount = 10_000;

    /// <summary>Every waiver, or a project's, the newest first.</summary>
    public async Task<IReadOnlyList<WaiverRow>> ListAsync(ProjectName? project, CancellationToken cancellationToken)
    {
        var documents = await store.ListAsync(PolicyDocumentKinds.Waiver, cancellationToken);
        return [.. PolicyDocuments.Read(documents, static () => PolicyJson.Default.Waiver, logger)
            .Where(w => project is null || w.Project == project).OrderByDescending(w => w.Created).ThenBy(w => w.Id, StringComparer.Ordinal).Select(Row)];
    }

    /// <summary>Puts a waiver on record; null with the reason where the request is wrong.</summary>
    public async Task<(WaiverRow? Waiver, string? Why)> AddAsync(WaiverRequest request, string actor, CancellationToken cancellationToken)
    {
        if (Problem(request) is { } problem) return (null, problem);
        if ((await store.ListAsync(PolicyDocumentKinds.Waiver, cancellationToken)).Count >= MaxCount)
            return (null, $"There are {MaxCount} waivers already: take back those that have expired.");
        var waiver = Create(request, actor);
        return await acts.DoAsync<(WaiverRow?, string?)>(Act(EventKinds.Waived, waiver, actor, $"{Reach(waiver)}: {waiver.Reason}"), async () =>
        {
            while (!await store.PutAsync(Document(waiver), cancellationToken)) waiver = waiver with { Id = PolicyDocuments.NewId() };
            await watch.RefreshAsync(cancellationToken);
            return (Row(waiver), null);
        });
    }

    /// <summary>Takes a waiver back; false where there is none.</summary>
    /// <param name="why">For the record, where somebody said.</param>
    public async Task<bool> RemoveAsync(string id, string actor, CancellationToken cancellationToken, string? why = null)
    {
        if (await store.GetAsync(PolicyDocumentKinds.Waiver, id, cancellationToken) is not { } document) return false;
        var act = PolicyDocuments.Read([document], static () => PolicyJson.Default.Waiver, logger) is [var waiver]
            ? Act(EventKinds.PolicyChanged, waiver, actor, $"took back the waiver of {waiver.Actor}, {Reach(waiver)}: {waiver.Reason}{(why is null ? "" : $"; because {why}")}")
            : Act(EventKinds.PolicyChanged, null, actor, $"took back the waiver {document.Id}, which can't be read");
        return await acts.DoAsync(
            act,
            async () =>
            {
                if (!await store.RemoveAsync(document, cancellationToken)) return false;
                await watch.RefreshAsync(cancellationToken);
                return true;
            },
            removed => removed ? null : $"not done, because somebody else was quicker: {act.Reason}");
    }

    private string? Problem(WaiverRequest request) =>
        !ProjectName.TryParse(request.Project, out _) ? "project is missing or no valid project name."
        : PolicySettings.AlwaysEnforced.Contains(request.Rule) ? $"rule is '{request.Rule}': it guards the proof itself, and no waiver lifts it."
        : !PolicySettings.Softenable.Contains(request.Rule) ? $"rule is {Api.Quote(request.Rule)}: it must be one of {string.Join(", ", PolicySettings.Softenable.Order(StringComparer.Ordinal))}."
        : string.IsNullOrWhiteSpace(request.Reason) ? "reason is missing: it goes on record."
        : request.Reason.Length > MaxReason ? $"reason is longer than {MaxReason} characters."
        : request.Versions is { Length: > MaxVersions } ? $"versions is longer than {MaxVersions} characters."
        : !VersionSpecifiers.TryParse(request.Versions, out _) ? "versions must be version specifiers such as '==1.2' or '>=2,<3'."
        : request.Sha256 is not null && !Sha256Digest.TryParse(request.Sha256, out _) ? "sha256 must be 64 hexadecimal digits."
        : request.Expires <= time.GetUtcNow() ? "expires must be in the future."
        : null;

    private Waiver Create(WaiverRequest request, string actor) => new()
    {
        Id = PolicyDocuments.NewId(),
        Rule = request.Rule!,
        Project = ProjectName.Parse(request.Project!),
        Versions = string.IsNullOrWhiteSpace(request.Versions) ? null : VersionSpecifiers.Parse(request.Versions),
        Sha256 = request.Sha256 is null ? null : Sha256Digest.Parse(request.Sha256),
        Reason = request.Reason!.Trim(),
        Actor = actor,
        Created = time.GetUtcNow(),
        Expires = request.Expires?.ToUniversalTime(),
    };

    private Event Act(string kind, Waiver? waiver, string actor, string what) =>
        new() { Kind = kind, When = time.GetUtcNow(), Project = waiver?.Project, Rule = waiver?.Rule, Actor = actor, Reason = what };

    private static string Reach(Waiver waiver)
    {
        var files = waiver.Sha256 is { } digest ? $"sha256 {digest}" : "every file";
        return $"{files} of {waiver.Versions?.ToString() ?? "every version"}, {(waiver.Expires is { } end ? $"until {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "without end")}";
    }

    private WaiverRow Row(Waiver w) =>
        new(w.Id, w.Project.Value, w.Rule, w.Versions?.ToString(), w.Sha256?.ToString(), w.Reason, w.Actor, w.Created, w.Expires, w.Expires <= time.GetUtcNow());

    private static PolicyDocument Document(Waiver waiver) => new(PolicyDocumentKinds.Waiver, waiver.Id, JsonSerializer.Serialize(waiver, PolicyJson.Default.Waiver));
}
