namespace Hashgate.Core.Advisories;

/// <summary>A feed's records as they were last read, and what is needed to ask for what is new. Immutable.</summary>
public sealed record AdvisorySet
{
    /// <summary>Where the records come from, as configured.</summary>
    public required string Source { get; init; }

    /// <summary>Withdrawn ones included.</summary>
    public required PackedAdvisories Records { get; init; }

    /// <summary>When the source last confirmed that this is what it has.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>When the records were last read as a whole.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Up to when the source's list of changes was followed.</summary>
    public DateTimeOffset Cursor { get; init; } = DateTimeOffset.MinValue;

    /// <summary>What the source calls the whole that was read: an ETag, or what a file's or folder's times and sizes tell; null: nothing.</summary>
    public string? Tag { get; init; }
}
