namespace Hashgate.Proxy.Advisories;

/// <summary>How much of a source is read. OSV's export for PyPI has 20 MB, 25,000 records and no record above 1 MB.</summary>
internal sealed record AdvisoryLimits
{
    /// <summary>A zip file's bytes.</summary>
    public long MaxArchiveBytes { get; init; } = 128L << 20;

    /// <summary>A zip file's entries, records or not.</summary>
    public int MaxArchiveEntries { get; init; } = 600_000;

    /// <summary>A zip file's central directory: the names of its entries, and what is said of them.</summary>
    public long MaxDirectoryBytes { get; init; } = 64L << 20;

    /// <summary>All records unpacked.</summary>
    public long MaxUnpackedBytes { get; init; } = 1L << 30;

    /// <summary>One record; a larger one is passed over.</summary>
    public int MaxRecordBytes { get; init; } = 4 << 20;

    public int MaxRecords { get; init; } = 500_000;

    /// <summary>The list of changes.</summary>
    public int MaxListBytes { get; init; } = 64 << 20;

    /// <summary>More changed records than this are read as a whole again.</summary>
    public int MaxChanges { get; init; } = 300;
}
