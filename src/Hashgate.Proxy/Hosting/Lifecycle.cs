using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Replicas;

namespace Hashgate.Proxy.Hosting;

/// <summary>What happens around serving: the data directory is held, stores are opened, the end is drained.</summary>
internal static class Lifecycle
{
    public static void AddLifecycle(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton<Draining>();
        services.AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.AddHostedService<ServerFile>();
        services.AddHostedService<Upkeep>();
        services.AddHostedService<PublishersAhead>();
        services.AddSingleton<ReplicaBeat>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaBeat>());
        services.AddHostedService(provider => provider.GetRequiredService<PolicyWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<AdvisoryFeed>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.DrainTimeout + settings.DrainNotice);
    }
}

/// <summary>On a stop readiness fails first, so that a load balancer looks elsewhere before the listener closes.</summary>
internal sealed class Draining(HashgateSettings settings) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _started = new();

    /// <summary>The process is about to end.</summary>
    public bool IsStarted => _started.IsCancellationRequested;

    /// <summary>Ends what would never end by itself.</summary>
    public CancellationToken Started => _started.Token;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _started.CancelAsync();
        await Task.Delay(settings.DrainNotice, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _started.Dispose();
}
