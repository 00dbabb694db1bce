namespace Hashgate.Storage.Blobs.S3;

/// <summary>Looks after a store that has failed, until it answers again. Nothing runs while all is well.</summary>
/// <param name="look">Asks the store once; never throws but when cancelled.</param>
/// <param name="isWell">Whether there is nothing more to look after.</param>
internal sealed class S3Watch(Func<CancellationToken, Task> look, Func<bool> isWell, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;
    private bool _isLooking;

    /// <summary>Begins to look, where it doesn't yet.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_isLooking || _stopping.IsCancellationRequested) return;
            _isLooking = true;
            _looking = Task.Run(LookAsync);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task looking;
        lock (_lock)
        {
            _stopping.Cancel();
            looking = _looking;
        }
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task LookAsync()
    {
        while (true)
        {
            await Task.Delay(LookEvery, time, _stopping.Token);
            await look(_stopping.Token);
            // Decided under the lock: a failure of this moment finds it looking still, or begins anew.
            lock (_lock)
            {
                if (!isWell()) continue;
                _isLooking = false;
                return;
            }
        }
    }
}
