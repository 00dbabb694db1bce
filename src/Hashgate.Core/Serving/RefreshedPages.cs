using System.Threading.Channels;

namespace Hashgate.Core.Serving;

/// <summary>
/// The pages that were read anew, for work that may come after them. Bounded: where nobody keeps up, the oldest are passed over, and a
/// page never waits.
/// </summary>
public sealed class RefreshedPages
{
    private const int MaxWaiting = 1000;

    private readonly Channel<ProjectView> _views = Channel.CreateBounded<ProjectView>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Add(ProjectView view) => _views.Writer.TryWrite(view);

    /// <summary>Every page as it comes, each to one reader only.</summary>
    public IAsyncEnumerable<ProjectView> ReadAllAsync(CancellationToken cancellationToken) => _views.Reader.ReadAllAsync(cancellationToken);
}
