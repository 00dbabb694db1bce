using System.Runtime.InteropServices;
using Hashgate.Core.Events;

namespace Hashgate.Storage.Events;

/// <summary>How many events of one kind and rule one hour had. Hours count from the year 1, UTC.</summary>
internal readonly record struct KindSum(long Hour, string Kind, string Rule);

/// <summary>How often one project or client was refused in one hour or day.</summary>
internal readonly record struct NameSum(NameSpan Span, string Name);

/// <summary>The names of one hour or day.</summary>
/// <param name="Of"><see cref="EventSums.Projects"/> or <see cref="EventSums.Clients"/>.</param>
/// <param name="Hours">How long it is: 1 or 24.</param>
/// <param name="Start">Its first hour.</param>
internal readonly record struct NameSpan(string Of, int Hours, long Start)
{
    /// <summary>
    /// How many names are kept, the most refused. Twice as many may stand there for a while, so that a name that comes late can grow
    /// before it is weighed against the others.
    /// </summary>
    public int Kept => Hours == EventSums.Day ? 500 : 100;
}

/// <summary>What some events add to the sums that summaries are made from.</summary>
internal sealed class EventSums
{
    public const int Hour = 1;
    public const int Day = 24;
    public const string Projects = "project";
    public const string Clients = "client";

    public Dictionary<KindSum, long> Kinds { get; } = [];

    public Dictionary<NameSum, long> Names { get; } = [];

    public static EventSums Of(IEnumerable<Event> events)
    {
        var sums = new EventSums();
        foreach (var e in events) sums.Add(e);
        return sums;
    }

    public void Add(Event happened)
    {
        var hour = EventSummaryBuilder.HourOf(happened.When);
        CollectionsMarshal.GetValueRefOrAddDefault(Kinds, new KindSum(hour, happened.Kind, happened.Rule ?? ""), out _) += happened.Count;
        if (!EventSummaryBuilder.IsRefused(happened.Kind)) return;
        Add(Projects, happened.Project?.Value, hour, happened.Count);
        Add(Clients, happened.Client, hour, happened.Count);
    }

    /// <summary>A time in as few spans as there are: whole days, and the hours before and after them.</summary>
    public static IEnumerable<(int Hours, long From, long To)> Spans(long firstHour, long endHour)
    {
        var firstDay = (firstHour + Day - 1) / Day * Day;
        var endDay = endHour / Day * Day;
        return firstDay < endDay
            ? [(Hour, firstHour, firstDay), (Day, firstDay, endDay), (Hour, endDay, endHour)]
            : [(Hour, firstHour, endHour)];
    }

    private void Add(string of, string? name, long hour, int count)
    {
        if (name is null) return;
        CollectionsMarshal.GetValueRefOrAddDefault(Names, new NameSum(new NameSpan(of, Hour, hour), name), out _) += count;
        CollectionsMarshal.GetValueRefOrAddDefault(Names, new NameSum(new NameSpan(of, Day, hour / Day * Day), name), out _) += count;
    }
}
