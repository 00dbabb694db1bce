using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Stands in for a socket operation that can be awaited; the client connects with it.</summary>
public class SocketAwaitableEventArgs(PipeScheduler? scheduler = null) : SocketAsyncEventArgs(true), ICriticalNotifyCompletion
{
    private static readonly Action s_done = static () => { };
    private Action? _continuation;
    private SocketError? _aborted;

    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), s_done);

    public SocketAwaitableEventArgs GetAwaiter() => this;

    public int GetResult()
    {
        Volatile.Write(ref _continuation, null);
        var error = _aborted ?? SocketError;
        return error == SocketError.Success ? BytesTransferred : throw new SocketException((int)error);
    }

    public void Complete()
    {
        var next = Interlocked.Exchange(ref _continuation, s_done);
        if (next is null || ReferenceEquals(next, s_done)) return;
        (scheduler ?? PipeScheduler.ThreadPool).Schedule(static action => ((Action)action!)(), next);
    }

    public void Abort(SocketError error = SocketError.OperationAborted)
    {
        _aborted = error;
        Complete();
    }

    public void OnCompleted(Action continuation)
    {
        if (ReferenceEquals(Interlocked.CompareExchange(ref _continuation, continuation, null), s_done)) continuation();
    }

    public void UnsafeOnCompleted(Action continuation) => OnCompleted(continuation);

    protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();
}
