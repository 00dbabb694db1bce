using System.Diagnostics;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>The process and its runtime, under the names that Prometheus' own libraries use where there are such.</summary>
internal sealed class ProcessMetrics : IMetricSource
{
    private readonly double _startedAt;

    public ProcessMetrics()
    {
        using var process = Process.GetCurrentProcess();
        _startedAt = UnixTime.Seconds(process.StartTime);
    }

    public IEnumerable<Metric> Metrics =>
    [
        Metric.Counter("process_cpu_seconds_total", "Processor time used.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        Metric.Gauge("process_resident_memory_bytes", "Memory in use, as the system counts it.", () => Environment.WorkingSet),
        Metric.Gauge("process_start_time_seconds", "When the process started.", () => _startedAt),
        Metric.Gauge("dotnet_gc_heap_size_bytes", "Objects on the managed heap, those not collected yet included.", () => GC.GetTotalMemory(false)),
        Metric.Counter("dotnet_gc_allocated_bytes_total", "Bytes taken for new objects.", () => GC.GetTotalAllocatedBytes()),
        Metric.Counter("dotnet_gc_collections_total", "Collections by generation.", () =>
            Enumerable.Range(0, GC.MaxGeneration + 1).Select(g => new Sample(GC.CollectionCount(g), new Label("generation", g.ToString(System.Globalization.CultureInfo.InvariantCulture))))),
        Metric.Counter("dotnet_gc_pause_seconds_total", "Time that the program stood still for collections.", () => GC.GetTotalPauseDuration().TotalSeconds),
        Metric.Gauge("dotnet_threadpool_threads", "Threads of the pool.", () => ThreadPool.ThreadCount),
        Metric.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.", () => ThreadPool.PendingWorkItemCount),
        Metric.Counter("dotnet_lock_contentions_total", "Times that a thread waited for a lock.", () => Monitor.LockContentionCount),
    ];
}
