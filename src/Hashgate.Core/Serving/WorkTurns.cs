namespace Hashgate.Core.Serving;

/// <summary>Work that one replica does for all: the others wait until it is done, and no longer than their clients would.</summary>
public sealed class WorkTurns(IWorkLeases leases, TimeProvider time)
{
    /// <summary>How often a replica looks whether another is still at it.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long it waits before it does the work as well. Its own clients are told to come again meanwhile: the least patient installer does so
    /// three times, and by the last it has to find its file on the way.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waits for the turn to do the work, or for what makes it needless. The turn lasts until it is disposed of; null where the work was
    /// done meanwhile, and where the patience ended first.
    /// </summary>
    /// <param name="isDone">Looks whether another replica has done it: at first, and whenever nobody is at it any more.</param>
    public async Task<IWorkLease?> TakeAsync(string work, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Patience;
        while (!await isDone())
        {
            if (await leases.TryTakeAsync(work, cancellationToken) is { } lease)
            {
                // Another may have done it, and given its turn back, since this one looked.
                if (!await isDone()) return lease;
                await lease.DisposeAsync();
                return null;
            }
            do
            {
                if (time.GetUtcNow() >= until) return null;
                await Task.Delay(LookEvery, time, cancellationToken);
            }
            while (await leases.IsHeldAsync(work, cancellationToken));
        }
        return null;
    }
}
