namespace Hashgate.Core.Serving;

/// <summary>Work that one replica does for all: the others wait until it is done, and no longer than their clients would.</summary>
public sealed class WorkTurns(IWorkLeases leases, TimeProvider time)
{
    /// <summary>How often a replica looks whether another has finished.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>How long it waits before it does the work as well: installers give up after 15 s of silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Waits for the turn to do the work, or for what makes it needless. The turn lasts until it is disposed of; null where the work was
    /// done meanwhile, and where the patience ended first.
    /// </summary>
    /// <param name="isDone">Looks whether another replica has done it; asked once more when the turn has come.</param>
    public async Task<IWorkLease?> TakeAsync(string work, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Patience;
        while (!await isDone())
        {
            if (await leases.TryTakeAsync(work, cancellationToken) is { } lease)
            {
                await isDone();
                return lease;
            }
            if (time.GetUtcNow() >= until) return null;
            await Task.Delay(LookEvery, time, cancellationToken);
        }
        return null;
    }
}
