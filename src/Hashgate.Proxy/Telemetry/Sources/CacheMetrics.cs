using Hashgate.Core.Serving;
using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Proxy.Telemetry.Sources;

/// <summary>What is kept, and what there is room for.</summary>
internal sealed class CacheMetrics(DiskBlobStore blobs, DiskBlobOptions disk, ProjectPages pages, PageOptions memory) : IMetricSource
{
    public IEnumerable<Metric> Metrics =>
    [
        Metric.Gauge("hashgate_cache_size_bytes", "What proven files take on the disk.", () => blobs.Stats.Bytes),
        Metric.Gauge("hashgate_cache_limit_bytes", "What they may take (Cache:MaxBytes).", () => blobs.Stats.MaxBytes),
        Metric.Gauge("hashgate_cache_entries", "Proven files on the disk.", () => blobs.Stats.Count),
        Metric.Gauge("hashgate_disk_free_bytes", "Free space where they are kept.", () => blobs.Stats.FreeBytes),
        Metric.Gauge("hashgate_disk_reserve_bytes", "Free space that is left to others (Cache:MinFreeBytes).", () => disk.MinFreeBytes),
        Metric.Gauge("hashgate_scrub_last_success_timestamp_seconds", "When all proven files had last been hashed again; absent before the first time.", () =>
            blobs.Stats.Scrub.FinishedAt is { } at ? [new Sample(UnixTime.Seconds(at))] : []),
        Metric.Gauge("hashgate_page_memory_bytes", "What project pages take in memory, about.", () => pages.MemoryBytes),
        Metric.Gauge("hashgate_page_memory_limit_bytes", "What they may take (Cache:PageMemoryBytes).", () => memory.MemoryBytes),
        Metric.Gauge("hashgate_pages_loaded", "Project pages in memory.", () => pages.Loaded.Count()),
    ];
}
