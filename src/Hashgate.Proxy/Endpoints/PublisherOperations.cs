using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators see of publishers and do to them; every act is on record first, and in force before it is answered.</summary>
internal sealed class PublisherOperations(IPolicyStore store, PublisherRecords records, PolicyWatch watch, Acts acts, TimeProvider time, ILogger<PublisherOperations> logger)
{
    private const int MaxTries = 20;

    /// <summary>A project's publishers: those trusted on first use, those accepted, and what was learned of each file.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<JsonElement> ShowAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var publishers = await records.ReadAsync(project, cancellationToken);
        var accepted = await AcceptedAsync(project, cancellationToken);
        return JsonSerializer.SerializeToElement(
            new PublishersShown(project.Value, publishers.Trusted, accepted.Publishers, [.. publishers.Files.Values.OrderBy(f => f.Filename, StringComparer.Ordinal)]),
            PublisherJson.Default.PublishersShown);
    }

    /// <summary>Trusts a publisher from now on; null, or why that can't be.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task<string?> AcceptAsync(ProjectName project, Publisher publisher, string reason, string actor, CancellationToken cancellationToken)
    {
        if (Problem(project, publisher, (await AcceptedAsync(project, cancellationToken)).Publishers) is { } problem) return problem;
        var act = new Event { Kind = EventKinds.Acted, When = time.GetUtcNow(), Project = project, Rule = RuleNames.Provenance, Actor = actor, Reason = $"accepted the publisher {publisher}: {reason}" };
        var accepted = new AcceptedPublisher(publisher, reason, actor, act.When);
        return await acts.DoAsync(act, () => AddAsync(project, accepted, cancellationToken), static why => why is null ? null : $"no publisher was accepted: {why}");
    }

    private async Task<string?> AddAsync(ProjectName project, AcceptedPublisher accepted, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MaxTries; i++)
        {
            var (before, revision) = await AcceptedAsync(project, cancellationToken);
            if (Problem(project, accepted.Publisher, before) is { } problem) return problem;
            if (!await store.PutAsync(AcceptedPublishersPart.Write(project, [.. before, accepted], revision), cancellationToken)) continue;
            await watch.RefreshAsync(cancellationToken);
            return null;
        }
        return "Others accept publishers of this project all the time; try again.";
    }

    private static string? Problem(ProjectName project, Publisher publisher, IReadOnlyList<AcceptedPublisher> before) =>
        before.Any(a => a.Publisher == publisher) ? "This publisher is accepted already."
        : before.Count >= AcceptedPublishersPart.MaxPublishers ? $"{before.Count} publishers are accepted for {project}: exempt the project instead."
        : null;

    private async Task<(IReadOnlyList<AcceptedPublisher> Publishers, long Revision)> AcceptedAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(PolicyDocumentKinds.AcceptedPublishers, project.Value, cancellationToken) is not { } document) return ([], 0);
        // One that can't be read is not in force either, and is told of in the log: the next one to be accepted takes its place.
        return PolicyDocuments.Read([document], static () => PublisherJson.Default.IReadOnlyListAcceptedPublisher, logger) is [var accepted] ? (accepted, document.Revision) : ([], document.Revision);
    }
}
