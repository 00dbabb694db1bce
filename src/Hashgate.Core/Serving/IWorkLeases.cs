namespace Hashgate.Core.Serving;

/// <summary>
/// Lets one replica at a time do a piece of work. A lease saves work and is never what keeps bytes right: who holds none may do it all the
/// same, for itself.
/// </summary>
public interface IWorkLeases
{
    /// <summary>Takes the lease; null where another holds it. Where nobody can tell, it is given.</summary>
    ValueTask<IWorkLease?> TryTakeAsync(string work, CancellationToken cancellationToken);

    /// <summary>Whether somebody holds the lease. Where nobody can tell, nobody does.</summary>
    ValueTask<bool> IsHeldAsync(string work, CancellationToken cancellationToken);
}

/// <summary>The right to do a piece of work, until it is disposed of, its holder hangs for too long, or the work doesn't move.</summary>
public interface IWorkLease : IAsyncDisposable
{
    /// <summary>
    /// Greater than that of every lease that was given before, also of those that a hanging replica still takes for its own: what others
    /// see of the work carries it, so that an earlier holder can't put its result over a later one's. 0 where nobody could tell.
    /// </summary>
    long Number { get; }

    /// <summary>The work goes on. May be called often.</summary>
    void Moved();
}

/// <summary>One process alone, or one that can't ask: whatever it wants to do, it does.</summary>
public sealed class NoLeases : IWorkLeases, IWorkLease
{
    public long Number => 0;

    public ValueTask<IWorkLease?> TryTakeAsync(string work, CancellationToken cancellationToken) => ValueTask.FromResult<IWorkLease?>(this);

    public ValueTask<bool> IsHeldAsync(string work, CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public void Moved()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
