using Hashgate.Core.Policy;
using Hashgate.Core.Trust;

namespace Hashgate.Testing;

/// <summary>A policy store in memory that keeps the port's promises, and can be taken away and emptied.</summary>
public sealed class MemoryPolicyStore : IPolicyStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Id), PolicyDocument> _documents = [];
    private readonly Dictionary<string, long> _versions = [];
    private int _lists;

    /// <summary>While true every call throws, as for a store that can't be reached.</summary>
    public bool Away { get; set; }

    /// <summary>How often the documents of a kind were listed.</summary>
    public int Lists => Volatile.Read(ref _lists);

    /// <summary>Empties the store under whoever uses it.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            _documents.Clear();
            _versions.Clear();
        }
    }

    public ValueTask<IReadOnlyDictionary<string, long>> GetVersionsAsync(CancellationToken cancellationToken) =>
        Locked<IReadOnlyDictionary<string, long>>(() => _versions.ToDictionary(), cancellationToken);

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
