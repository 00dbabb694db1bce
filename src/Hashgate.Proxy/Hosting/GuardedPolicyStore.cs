using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Proxy.Hosting;

/// <summary>
/// The policy store as everybody but the watch sees it: while it isn't the one that this replica knows, it is as good as away. Nothing is
/// told of it, and nothing is put into it that a restore would have to tell apart.
/// </summary>
internal sealed class GuardedPolicyStore(IPolicyStore store) : IPolicyStore
{
    private volatile string? _doubt;

    /// <summary>The store itself, for the watch, which judges it.</summary>
    public IPolicyStore Unguarded => store;

    /// <summary>Why the store isn't taken for the known one; null where it is.</summary>
    public string? Doubt
    {
        get => _doubt;
        set => _doubt = value;
    }

    public ValueTask<PolicyStoreState> GetStateAsync(CancellationToken cancellationToken) => Trusted().GetStateAsync(cancellationToken);

    public ValueTask<PolicyStoreState> InitializeAsync(string identity, CancellationToken cancellationToken) => Trusted().InitializeAsync(identity, cancellationToken);

    public ValueTask SetStateAsync(PolicyStoreState state, CancellationToken cancellationToken) => Trusted().SetStateAsync(state, cancellationToken);

    public ValueTask<IReadOnlyList<PolicyDocument>> ListAsync(string kind, CancellationToken cancellationToken) => Trusted().ListAsync(kind, cancellationToken);

    public ValueTask<PolicyDocument?> GetAsync(string kind, string id, CancellationToken cancellationToken) => Trusted().GetAsync(kind, id, cancellationToken);

    public ValueTask<bool> PutAsync(PolicyDocument document, CancellationToken cancellationToken) => Trusted().PutAsync(document, cancellationToken);

    public ValueTask<bool> RemoveAsync(PolicyDocument document, CancellationToken cancellationToken) => Trusted().RemoveAsync(document, cancellationToken);

    private IPolicyStore Trusted() => _doubt is { } doubt ? throw new StoreUnavailableException(doubt) : store;
}
