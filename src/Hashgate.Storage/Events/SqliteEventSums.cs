using Hashgate.Core.Events;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Events;

/// <summary>The sums beside the events, for one piece of work in one session.</summary>
internal sealed class SqliteEventSums(SqliteSession session)
{
    private const string AddKind = "INSERT INTO sums (hour, kind, rule, count) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET count = count + excluded.count";
    private const string AddName = "INSERT INTO refused (what, hours, start, name, count) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET count = count + excluded.count";
    private const string OfSpan = "FROM refused WHERE what = @1 AND hours = @2 AND start = @3";

    public void Add(EventSums sums)
    {
        var kinds = session.Prepare(AddKind);
        foreach (var (sum, count) in sums.Kinds)
        {
            kinds.Bind(1, sum.Hour);
            kinds.Bind(2, sum.Kind);
            kinds.Bind(3, sum.Rule);
            kinds.Bind(4, count);
            kinds.Step();
        }
        var names = session.Prepare(AddName);
        foreach (var (sum, count) in sums.Names)
        {
            names.Bind(1, sum.Span.Of);
            names.Bind(2, sum.Span.Hours);
            names.Bind(3, sum.Span.Start);
            names.Bind(4, sum.Name);
            names.Bind(5, count);
            names.Step();
        }
        foreach (var span in sums.Names.Keys.Select(n => n.Span).Distinct()) Bound(span);
    }

    public EventSummary Summarize(EventSummaryBuilder summary)
    {
        using (var rows = session.Query("SELECT hour, kind, rule, count FROM sums WHERE hour >= @1 AND hour < @2", summary.FirstHour, summary.EndHour))
        {
            while (rows.Read()) summary.Add(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3));
        }
        return summary.Build(Top(EventSums.Projects, summary), Top(EventSums.Clients, summary));
    }

    /// <summary>Removes what ended before this hour.</summary>
    public void Trim(long beforeHour)
    {
        session.Execute("DELETE FROM sums WHERE hour < @1", beforeHour);
        foreach (var of in (ReadOnlySpan<string>)[EventSums.Projects, EventSums.Clients])
        {
            foreach (var hours in (ReadOnlySpan<int>)[EventSums.Hour, EventSums.Day])
            {
                session.Execute("DELETE FROM refused WHERE what = @1 AND hours = @2 AND start <= @3", of, hours, beforeHour - hours);
            }
        }
    }

    private void Bound(NameSpan span)
    {
        if ((long)session.Scalar($"SELECT count(*) {OfSpan}", span.Of, span.Hours, span.Start)! <= 2 * span.Kept) return;
        session.Execute(
            $"DELETE {OfSpan} AND name NOT IN (SELECT name {OfSpan} ORDER BY count DESC, name LIMIT @4)", span.Of, span.Hours, span.Start, span.Kept);
    }

    private List<NamedCount> Top(string of, EventSummaryBuilder summary)
    {
        List<object?> values = [of];
        var parts = new List<string>();
        foreach (var (hours, from, to) in EventSums.Spans(summary.FirstHour, summary.EndHour))
        {
            values.AddRange([hours, from, to]);
            var last = values.Count;
            parts.Add($"SELECT name, count FROM refused WHERE what = @1 AND hours = @{last - 2} AND start >= @{last - 1} AND start < @{last}");
        }
        var names = new List<NamedCount>();
        using var rows = session.Query(
            $"SELECT name, sum(count) AS times FROM ({string.Join(" UNION ALL ", parts)}) GROUP BY name ORDER BY times DESC, name LIMIT {EventSummary.TopLength}", [.. values]);
        while (rows.Read()) names.Add(new NamedCount(rows.GetString(0), rows.GetInt64(1)));
        return names;
    }
}
