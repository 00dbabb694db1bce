using System.Collections.Concurrent;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Serving;

/// <summary>The wheels whose METADATA is not the core metadata that the index promised beside them, by the wheel's digest.</summary>
public sealed class MetadataDisagreements
{
    private readonly ConcurrentDictionary<Sha256Digest, bool> _wheels = new();

    public bool Contains(Sha256Digest wheel) => _wheels.ContainsKey(wheel);

    /// <summary>True where this is news.</summary>
    public bool Add(Sha256Digest wheel) => _wheels.TryAdd(wheel, true);
}
