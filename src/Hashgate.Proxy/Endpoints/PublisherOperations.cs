using System.Text.Json;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Endpoints;

/// <summary>What operators see of publishers and do to them; every act is an event, and in force before it is answered.</summary>
internal sealed class PublisherOperations(IPolicyStore store, PublisherRecords records, PolicyWatch watch, IEventLog events, TimeProvider time, ILogger<PublisherOperations> logger)
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
        for (var i = 0; i < MaxTries; i++)
        {
            var (before, revision) = await AcceptedAsync(project, cancellationToken);
            if (before.Any(a => a.Publisher == publisher)) return "This publisher is accepted already.";
            if (before.Count >= AcceptedPublishersPart.MaxPublishers) return $"{before.Count} publishers are accepted for {project}: exempt the project instead.";
            IReadOnlyList<AcceptedPublisher> after = [.. before, new AcceptedPublisher(publisher, reason, actor, time.GetUtcNow())];
            if (!await store.PutAsync(AcceptedPublishersPart.Write(project, after, revision), cancellationToken)) continue;
            await watch.RefreshAsync(cancellationToken);
            events.Record(new Event { Kind = EventKinds.Acted, When = time.GetUtcNow(), Project = project, Rule = RuleNames.Provenance, Actor = actor, Reason = $"accepted the publisher {publisher}: {reason}" });
            return null;
        }
        return "Others accept publishers of this project all the time; try again.";
    }

    private async Task<(IReadOnlyList<AcceptedPublisher> Publishers, long Revision)> AcceptedAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(PolicyDocumentKinds.AcceptedPublishers, project.Value, cancellationToken) is not { } document) return ([], 0);
        // One that can't be read is not in force either, and is told of in the log: the next one to be accepted takes its place.
        return PolicyDocuments.Read([document], static () => PublisherJson.Default.IReadOnlyListAcceptedPublisher, logger) is [var accepted] ? (accepted, document.Revision) : ([], document.Revision);
    }
}
