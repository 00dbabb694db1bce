namespace Hashgate.Storage.Events;

/// <summary>How long and how many events are kept.</summary>
public sealed record EventLogOptions
{
    /// <summary>How long an event is kept, 1 hour or more (<c>Events:Retention</c>). Default 180 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(180);

    /// <summary>The most events kept, 1,000 or more (<c>Events:MaxCount</c>). Default 1,000,000, about 900 MB.</summary>
    public long MaxCount { get; init; } = 1_000_000;

    /// <summary>The most events that wait to be written, alarms and others each, 100 or more (<c>Events:QueueLength</c>). Default 10,000.</summary>
    public int QueueLength { get; init; } = 10_000;

    /// <summary>How long repeats of a refusal are counted after the first, 0 to 1 hour (<c>Events:MergeWithin</c>). Default one minute.</summary>
    public TimeSpan MergeWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Every setting that is out of its range, one sentence each.</summary>
    public IEnumerable<string> Errors()
    {
        if (Retention < TimeSpan.FromHours(1)) yield return "Events:Retention must be one hour or more.";
        if (MaxCount < 1000) yield return "Events:MaxCount must be 1000 or more.";
        if (QueueLength < 100) yield return "Events:QueueLength must be 100 or more.";
        if (MergeWithin < TimeSpan.Zero || MergeWithin > TimeSpan.FromHours(1)) yield return "Events:MergeWithin must be from 0 to one hour.";
    }
}
