using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A policy store in memory that keeps the port's promises, and can be taken away, emptied and set back.</summary>
public sealed class MemoryPolicyStore : IPolicyStore
{
    private readonly Lock _lock = new();
    private Dictionary<(string Kind, string Id), PolicyDocument> _documents = [];
    private Dictionary<string, long> _versions = [];
    private PolicyStoreState _state = PolicyStoreState.Empty;
    private int _lists;

    /// <summary>While true every call throws, as for a store that can't be reached.</summary>
    public bool Away { get; set; }

    /// <summary>How often the documents of a kind were listed.</summary>
    public int Lists => Volatile.Read(ref _lists);

    /// <summary>Empties the store under whoever uses it.</summary>
    public void Flush()
    {
        lock (_lock) (_documents, _versions, _state) = ([], [], PolicyStoreState.Empty);
    }

    /// <summary>A copy of what is in the store, to be put back later as an older dump; what is there then is lost.</summary>
    public Action Dump()
    {
        lock (_lock)
        {
            var (documents, versions, state) = (_documents.ToDictionary(), _versions.ToDictionary(), _state);
            return () =>
            {
                lock (_lock) (_documents, _versions, _state) = (documents.ToDictionary(), versions.ToDictionary(), state);
            };
        }
    }

    public ValueTask<PolicyStoreState> GetStateAsync(CancellationToken cancellationToken) =>
        Locked(() => _state with { Versions = _versions.ToDictionary() }, cancellationToken);

    public ValueTask<PolicyStoreState> InitializeAsync(string identity, CancellationToken cancellationToken) =>
        Locked(() => (_state = _state with { Identity = _state.Identity ?? identity }) with { Versions = _versions.ToDictionary() }, cancellationToken);

    public async ValueTask SetStateAsync(PolicyStoreState state, CancellationToken cancellationToken) => await Locked(() =>
    {
        foreach (var (kind, version) in state.Versions) _versions[kind] = Math.Max(version, _versions.GetValueOrDefault(kind));
        return _state = state;
    }, cancellationToken);

    public ValueTask<IReadOnlyList<PolicyDocument>> ListAsync(string kind, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        return Locked<IReadOnlyList<PolicyDocument>>(() => [.. _documents.Values.Where(d => d.Kind == kind).OrderBy(d => d.Id, StringComparer.Ordinal)], cancellationToken);
    }

    public ValueTask<PolicyDocument?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
        Locked(() => _documents.GetValueOrDefault((kind, id)), cancellationToken);

    public ValueTask<bool> PutAsync(PolicyDocument document, CancellationToken cancellationToken) => Locked(() =>
    {
        if ((_documents.GetValueOrDefault((document.Kind, document.Id))?.Revision ?? 0) != document.Revision) return false;
        _documents[(document.Kind, document.Id)] = document with { Revision = Bump(document.Kind) };
        return true;
    }, cancellationToken);

    public ValueTask<bool> RemoveAsync(PolicyDocument document, CancellationToken cancellationToken) => Locked(() =>
    {
        if (_documents.GetValueOrDefault((document.Kind, document.Id)) is not { } there || there.Revision != document.Revision) return false;
        Bump(document.Kind);
        return _documents.Remove((document.Kind, document.Id));
    }, cancellationToken);

    private long Bump(string kind) => _versions[kind] = _versions.GetValueOrDefault(kind) + 1;

    private ValueTask<T> Locked<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Away) throw new StoreUnavailableException("The policy store in memory was taken away.");
        lock (_lock) return ValueTask.FromResult(work());
    }
}
