using System.Runtime.InteropServices;

namespace Hashgate.Core.Events;

/// <summary>Adds hourly sums up to an <see cref="EventSummary"/>.</summary>
public sealed class EventSummaryBuilder
{
    private readonly long _hoursOfStep;
    private readonly Dictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _refusals = new(StringComparer.Ordinal);
    private readonly int _steps;

    /// <inheritdoc cref="IEventLog.SummarizeAsync"/>
    public EventSummaryBuilder(DateTimeOffset since, DateTimeOffset until, TimeSpan step)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(since, until);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        (FirstHour, EndHour, _hoursOfStep) = (HourOf(since), RoundUp(until.UtcTicks), RoundUp(step.Ticks));
        var steps = (EndHour - FirstHour + _hoursOfStep - 1) / _hoursOfStep;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, EventSummary.MaxSteps, nameof(step));
        _steps = (int)steps;
    }

    /// <summary>The first hour that counts, in hours since the year 1.</summary>
    public long FirstHour { get; }

    /// <summary>The hour after the last that counts.</summary>
    public long EndHour { get; }

    /// <summary>The hour of a moment, in hours since the year 1, UTC.</summary>
    public static long HourOf(DateTimeOffset when) => when.UtcTicks / TimeSpan.TicksPerHour;

    /// <summary>Whether what this kind tells of did not get through: the client got a refusal.</summary>
    public static bool IsRefused(string kind) => kind is EventKinds.Blocked or EventKinds.Held;

    /// <summary>Adds events of one hour; hours outside are passed over.</summary>
    public void Add(long hour, string kind, string? rule, long count)
    {
        if (hour < FirstHour || hour >= EndHour) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_kinds, kind, out _) += count;
        if (!IsRefused(kind)) return;
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_refusals, rule ?? "", out _);
        (series ??= new long[_steps])[(hour - FirstHour) / _hoursOfStep] += count;
    }

    /// <param name="projects">Already the first few, most first; clients likewise.</param>
    public EventSummary Build(IReadOnlyList<NamedCount> projects, IReadOnlyList<NamedCount> clients) => new(
        new DateTimeOffset(FirstHour * TimeSpan.TicksPerHour, TimeSpan.Zero),
        new DateTimeOffset(EndHour * TimeSpan.TicksPerHour, TimeSpan.Zero),
        TimeSpan.FromHours(_hoursOfStep),
        _kinds,
        [.. _refusals.Select(r => new RefusalSeries(r.Key, r.Value)).OrderByDescending(r => r.Counts.Sum()).ThenBy(r => r.Rule, StringComparer.Ordinal)],
        projects,
        clients);

    /// <summary>The first few names by count, most first, and by name where counts are the same.</summary>
    public static IReadOnlyList<NamedCount> Top(IEnumerable<NamedCount> names) =>
        [.. names.OrderByDescending(n => n.Count).ThenBy(n => n.Name, StringComparer.Ordinal).Take(EventSummary.TopLength)];

    private static long RoundUp(long ticks) => (ticks + TimeSpan.TicksPerHour - 1) / TimeSpan.TicksPerHour;
}
