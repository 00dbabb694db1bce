using Hashgate.Core.Serving;

namespace Hashgate.Proxy.Hosting;

/// <summary>Learns the publishers of new releases behind the pages' backs, a few projects at a time.</summary>
internal sealed class PublishersAhead(RefreshedPages pages, PublisherLearning publishers) : BackgroundService
{
    private const int AtOnce = 2;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Parallel.ForEachAsync(
            pages.ReadAllAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
            async (view, cancellationToken) => await publishers.LearnAheadAsync(view, cancellationToken));
}
