using Hashgate.Core.Replicas;

namespace Hashgate.Storage.Replicas;

/// <summary>Where stores are files of one process's own, it is the only one there is.</summary>
public sealed class SingleReplicaList : IReplicaList
{
    private volatile SeenReplica? _self;

    public ValueTask BeatAsync(Replica self, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _self = new SeenReplica(self, now);
        return ValueTask.CompletedTask;
    }

    public ValueTask LeaveAsync(Replica self, CancellationToken cancellationToken)
    {
        _self = null;
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<SeenReplica>> ListAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<SeenReplica>>(_self is { } self ? [self] : []);
}
