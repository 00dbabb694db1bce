namespace Hashgate.Core.Serving;

/// <summary>Lets one replica at a time do a piece of work. A lease saves work and is never what keeps bytes right: who holds none may do it all the same.</summary>
public interface IWorkLeases
{
    /// <summary>Takes the lease and keeps it until it is disposed of; null where another holds it. Where nobody can tell, it is given.</summary>
    ValueTask<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken);
}

/// <summary>One process alone: whatever it wants to do, nobody else does.</summary>
public sealed class NoLeases : IWorkLeases, IAsyncDisposable
{
    public ValueTask<IAsyncDisposable?> TryTakeAsync(string work, CancellationToken cancellationToken) => ValueTask.FromResult<IAsyncDisposable?>(this);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
