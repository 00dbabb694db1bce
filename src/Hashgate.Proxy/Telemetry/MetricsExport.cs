using Hashgate.Proxy.Hosting.Settings;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Opens the meter, and the way to an OTLP receiver where one is configured, once the first requests had their turn.</summary>
internal sealed partial class MetricsExport(IServiceProvider services, HashgateSettings settings, ILogger<MetricsExport> logger) : BackgroundService
{
    /// <summary>A start is measured in less; nobody reads metrics of the first moments.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(1);

    private MetricsMeter? _meter;
    private IDisposable? _otlp;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Courtesy, stoppingToken);
        _meter = new MetricsMeter(services.GetRequiredService<MetricCatalogue>());
        if (settings.Metrics.Otlp is not { } otlp) return;
        _otlp = OtlpExport.Start(otlp);
        LogExporting(otlp.Endpoint, otlp.Interval);
    }

    /// <summary>Sends what there is, for as long as the receiver is given to answer, and stops.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_otlp is { } otlp) await Task.Run(otlp.Dispose, CancellationToken.None);
        _otlp = null;
    }

    public override void Dispose()
    {
        _otlp?.Dispose();
        _meter?.Dispose();
        base.Dispose();
    }

    [LoggerMessage(3711, LogLevel.Information, "Metrics go to {Endpoint} every {Interval}")]
    private partial void LogExporting(Uri endpoint, TimeSpan interval);
}
