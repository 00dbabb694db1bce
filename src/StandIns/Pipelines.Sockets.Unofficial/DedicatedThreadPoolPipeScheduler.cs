using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Stands in for a pool of threads of the client's own; hands all work to the shared thread pool. That is why only the
/// client's asynchronous API is to be used: 64 threads of synchronous gets starve the pool.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler(
    string? name = null,
    int workerCount = 0,
    int useThreadPoolQueueLength = 0,
    ThreadPriority priority = ThreadPriority.Normal) : PipeScheduler, IDisposable
{
    private long _serviced;

    public string? Name => name;
    public int WorkerCount => workerCount;
    public int AvailableCount => workerCount;
    public int UseThreadPoolQueueLength => useThreadPoolQueueLength;
    public ThreadPriority Priority => priority;
    public long TotalServicedByQueue => 0;
    public long TotalServicedByPool => Volatile.Read(ref _serviced);

    public override void Schedule(Action<object?> action, object? state)
    {
        Interlocked.Increment(ref _serviced);
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
    }

    public void Dispose()
    {
    }
}
