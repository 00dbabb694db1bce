using Hashgate.Core.Replicas;
using Hashgate.Core.Serving;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Upstreams;
using Hashgate.Proxy.Webhooks;
using Hashgate.Storage.Blobs.Disk;

namespace Hashgate.Proxy.Dashboard.HealthState;

/// <summary>How this process and what it stands on is doing.</summary>
/// <param name="Status">As <c>/readyz</c> tells it.</param>
/// <param name="Reasons">Why it isn't ready; empty where it is.</param>
public sealed record HealthOverview(string Status, IReadOnlyList<string> Reasons, IReadOnlyList<UpstreamRow> Upstreams, IReadOnlyList<StoreRow> Stores)
{
    public required LedgerRow Ledger { get; init; }
    public required BlobStats Cache { get; init; }

    /// <summary>When the file that is unused for longest was last used; null where there is none.</summary>
    public required DateTimeOffset? OldestUse { get; init; }

    /// <summary>What stays free on the disk, in bytes.</summary>
    public required long MinFreeBytes { get; init; }

    public required PageMemory Pages { get; init; }

    /// <summary>Events that wait to be written.</summary>
    public required int EventsWaiting { get; init; }

    /// <summary>Those seen lately, this one among them; null where the store that they share is away.</summary>
    public required IReadOnlyList<SeenReplica>? Replicas { get; init; }

    /// <summary>This process.</summary>
    public required Replica Self { get; init; }

    public required IReadOnlyList<WebhookState> Webhooks { get; init; }
    public required ProgramRow Program { get; init; }
}

/// <summary>One upstream.</summary>
public sealed record UpstreamRow(UpstreamHealth Health, string IndexUrl, bool Enabled);

/// <summary>One store.</summary>
/// <param name="Where">A file's path, or the server; no secrets.</param>
/// <param name="Problem">Why it can't be asked now; null where it can.</param>
/// <param name="Bytes">What its file takes; null where it isn't a file.</param>
/// <param name="Detail">How far it has come; null where that isn't counted.</param>
public sealed record StoreRow(string Name, string Where, string? Problem, long? Bytes, string? Detail);

/// <summary>The trust records' store and this replica's journal of it.</summary>
/// <param name="Store">Null where it can't be asked.</param>
/// <param name="Problems">Why no first use is taken; empty where it is.</param>
public sealed record LedgerRow(StoreState? Store, JournalState Journal, IReadOnlyList<string> Problems);

/// <summary>The program.</summary>
/// <param name="Packages">How its packages were restored: <c>genuine</c> or <c>restricted</c>.</param>
/// <param name="FreeBytes">On the data directory's disk.</param>
public sealed record ProgramRow(string Version, string Packages, string Runtime, string DataDirectory, long FreeBytes, long MemoryBytes);
