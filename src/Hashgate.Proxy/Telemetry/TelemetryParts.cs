using Hashgate.Core.Traffic;
using Hashgate.Proxy.Telemetry.Sources;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Puts the counters and what shows them together.</summary>
internal static class TelemetryParts
{
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<RequestCounters>();
        services.AddSingleton<RefusalCounters>();
        services.AddSingleton<IMetricSource, HealthMetrics>();
        services.AddSingleton<IMetricSource, RequestMetrics>();
        services.AddSingleton<IMetricSource, EventMetrics>();
        services.AddSingleton<IMetricSource, FileMetrics>();
        services.AddSingleton<IMetricSource, UpstreamMetrics>();
        services.AddSingleton<IMetricSource, StoreMetrics>();
        services.AddSingleton<IMetricSource, CacheMetrics>();
        services.AddSingleton<IMetricSource, PolicyMetrics>();
        services.AddSingleton<IMetricSource, ProcessMetrics>();
        services.AddSingleton<MetricCatalogue>();
        services.AddHostedService<MetricsExport>();
        services.AddSingleton<CountedTraffic>();
        services.AddSingleton<ITrafficLog>(provider => provider.GetRequiredService<CountedTraffic>());
        services.AddHostedService(provider => provider.GetRequiredService<CountedTraffic>());
    }
}
