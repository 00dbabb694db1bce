using Hashgate.Core.Replicas;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Hosting;

namespace Hashgate.Proxy.Replicas;

/// <summary>Says every few seconds that this process is there, for the health page of all that share its store.</summary>
internal sealed partial class ReplicaBeat(IReplicaList replicas, TimeProvider time, ILogger<ReplicaBeat> logger) : BackgroundService
{
    /// <summary>A stop waits for nobody longer than this.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    /// <summary>This process.</summary>
    public Replica Self { get; } = new(Guid.NewGuid().ToString("n")[..12], Environment.MachineName, ProgramVersion.Number, time.GetUtcNow());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start is for the clients that wait for it.
        await Task.Yield();
        using var timer = new PeriodicTimer(IReplicaList.BeatEvery, time);
        do
        {
            await TryAsync(token => replicas.BeatAsync(Self, time.GetUtcNow(), token), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestGoodbye);
        await TryAsync(token => replicas.LeaveAsync(Self, token), patience.Token);
    }

    private async Task TryAsync(Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception error) when (error is StoreUnavailableException or OperationCanceledException)
        {
            // Others tell loudly of a store that is away.
            LogUnheard(error);
        }
    }

    [LoggerMessage(3501, LogLevel.Debug, "The other replicas could not be told that this one is there")]
    private partial void LogUnheard(Exception error);
}
