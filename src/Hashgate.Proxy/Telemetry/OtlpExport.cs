using Hashgate.Proxy.Hosting;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Upstreams;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Hashgate.Proxy.Telemetry;

/// <summary>The one place that knows OpenTelemetry: who doesn't configure it never loads it.</summary>
internal static class OtlpExport
{
    /// <summary>How long a receiver may take for one answer, and the process to stop.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxConnections = 2;

    /// <summary>The runtime's own meter: processor time, memory, collections, thread pool.</summary>
    private const string RuntimeMeter = "System.Runtime";

    /// <summary>Sends the meters' numbers until disposed of, which sends them once more.</summary>
    public static IDisposable Start(OtlpSettings settings) => Sdk.CreateMeterProviderBuilder()
        .ConfigureResource(resource => resource.AddService("hashgate", serviceVersion: ProgramVersion.Number))
        .AddMeter(MetricsMeter.Name)
        .AddMeter(RuntimeMeter)
        .AddOtlpExporter((exporter, reader) =>
        {
            exporter.Protocol = settings.UsesGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = settings.UsesGrpc ? settings.Endpoint : Signal(settings.Endpoint);
            exporter.Headers = settings.Headers;
            exporter.TimeoutMilliseconds = (int)Patience.TotalMilliseconds;
            // As for upstreams, a proxy is one that is configured, and none of the environment's.
            exporter.HttpClientFactory = static () => new HttpClient(UpstreamHandlers.Plain(Patience, MaxConnections, caFile: null)) { Timeout = Patience };
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)settings.Interval.TotalMilliseconds;
            reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = (int)Patience.TotalMilliseconds;
        })
        .Build();

    /// <summary>Over HTTP each signal has a path of its own below the base URL (OTLP, "OTLP/HTTP Request").</summary>
    private static Uri Signal(Uri endpoint) => new(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/metrics");
}
