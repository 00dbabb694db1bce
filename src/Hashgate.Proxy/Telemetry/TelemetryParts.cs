using Hashgate.Core.Traffic;

namespace Hashgate.Proxy.Telemetry;

/// <summary>Puts the counters and what shows them together.</summary>
internal static class TelemetryParts
{
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<RequestCounters>();
        services.AddSingleton<CountedTraffic>();
        services.AddSingleton<ITrafficLog>(provider => provider.GetRequiredService<CountedTraffic>());
        services.AddHostedService(provider => provider.GetRequiredService<CountedTraffic>());
    }
}
