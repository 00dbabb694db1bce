namespace Hashgate.Core.Replicas;

/// <summary>The processes that share one store, each by its own word. For people to look at: nothing is decided by it.</summary>
public interface IReplicaList
{
    /// <summary>How often each replica says that it is there.</summary>
    static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>How long one that says nothing more is told of.</summary>
    static readonly TimeSpan RememberedFor = TimeSpan.FromHours(24);

    /// <summary>Says that this one is there now.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store is away.</exception>
    ValueTask BeatAsync(Replica self, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes this one off the list: it is about to end.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store is away.</exception>
    ValueTask LeaveAsync(Replica self, CancellationToken cancellationToken);

    /// <summary>Those seen within <see cref="RememberedFor"/>, the last seen first.</summary>
    /// <exception cref="Trust.StoreUnavailableException">The store is away.</exception>
    ValueTask<IReadOnlyList<SeenReplica>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>One process, the same for as long as it lives.</summary>
/// <param name="Id">Made at its start.</param>
/// <param name="Machine">The host's name.</param>
public sealed record Replica(string Id, string Machine, string Version, DateTimeOffset Started);

/// <summary>A replica and when it last said that it is there.</summary>
public sealed record SeenReplica(Replica Replica, DateTimeOffset Seen);
