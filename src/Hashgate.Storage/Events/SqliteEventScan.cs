using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Storage.Sqlite;

namespace Hashgate.Storage.Events;

/// <summary>
/// Reads the events that match a query, along the index of the filter that is likely to match least. One reading looks at so many rows at
/// most: where few of them match, it ends early and says where to go on, instead of reading a whole store for one page.
/// </summary>
/// <param name="maxRows">The most rows that one reading looks at, one after the other.</param>
/// <param name="maxIndexedRows">The same along an index, whose rows lie apart.</param>
internal sealed class SqliteEventScan(SqliteSession session, EventQuery query, int maxRows, int maxIndexedRows)
{
    /// <summary>With more kinds than that each row's is compared.</summary>
    private const int MaxKindArms = 8;

    // The other filters are SQLite's.
    private readonly EventPrefilter _text = new(new EventQuery(Text: query.Text));
    private readonly string[] _kinds = [.. (query.Kinds ?? []).Distinct(StringComparer.Ordinal)];

    /// <summary>Those with lesser ids, newest first.</summary>
    /// <returns>The events, and where to go on; null there where nothing is left.</returns>
    public (IReadOnlyList<StoredEvent> Found, long? GoOn) Backwards(long before) => Read(0, before, "DESC");

    /// <summary>Those with greater ids, oldest first.</summary>
    /// <inheritdoc cref="Backwards"/>
    public (IReadOnlyList<StoredEvent> Found, long? GoOn) Forwards(long after) => Read(after, long.MaxValue, "ASC");

    private (IReadOnlyList<StoredEvent> Found, long? GoOn) Read(long after, long before, string order)
    {
        if (!NarrowByTime(ref after, ref before)) return ([], null);
        var limit = Math.Clamp(query.Limit, 1, EventQuery.MaxLimit);
        var found = new List<StoredEvent>();
        var rows = Select(after, before, order);
        long last = 0;
        var count = 0;
        for (; rows.Step(); count++)
        {
            if (rows.Bytes(1).Length > 0 && _text.MayMatch(rows.Bytes(1)) && StoredEventJson.Parse(rows.Bytes(1)) is { } happened && query.Matches(happened))
            {
                // One more than asked for tells that there is a next page.
                if (found.Count == limit)
                {
                    rows.Reset();
                    return (found, Id(found[^1]));
                }
                found.Add(new StoredEvent(rows.Number(0).ToString(CultureInfo.InvariantCulture), happened));
            }
            last = rows.Number(0);
        }
        return (found, count == Limit ? last : null);
    }

    // Events come a little out of the order of their times, so that only looking tells between which ids a time lies.
    private bool NarrowByTime(ref long after, ref long before)
    {
        if (query.Since is null && query.Until is null) return true;
        using var row = session.Query(
            "SELECT min(id), max(id) FROM events WHERE at >= @1 AND at < @2", query.Since?.UtcTicks ?? 0, query.Until?.UtcTicks ?? long.MaxValue);
        if (!row.Read() || row.IsDBNull(0)) return false;
        (after, before) = (Math.Max(after, row.GetInt64(0) - 1), Math.Min(before, row.GetInt64(1) + 1));
        return true;
    }

    private SqliteStatement Select(long after, long before, string order)
    {
        var arms = Arms();
        // Events that don't fit come without their JSON, and count as looked at.
        const string columns = """
            SELECT id, CASE WHEN at >= ?3 AND at < ?4 AND (?5 IS NULL OR client = ?5) AND (?6 IS NULL OR project = ?6) AND (?7 IS NULL OR rule = ?7)
                AND (?8 IS NULL OR instr(?8, ',' || kind || ',') > 0) THEN event END
            FROM events WHERE id > ?1 AND id < ?2
            """;
        var rows = session.Prepare($"{string.Join(" UNION ALL ", arms.Select(arm => columns + arm))} ORDER BY id {order} LIMIT {Limit}");
        rows.Bind(1, after);
        rows.Bind(2, before);
        rows.Bind(3, query.Since?.UtcTicks ?? 0);
        rows.Bind(4, query.Until?.UtcTicks ?? long.MaxValue);
        rows.BindOptional(5, query.Client);
        rows.BindOptional(6, query.Project);
        rows.BindOptional(7, query.Rule);
        rows.BindOptional(8, _kinds.Length == 0 ? null : $",{string.Join(',', _kinds)},");
        if (!UsesKindArms) return rows;
        for (var i = 0; i < arms.Length; i++) rows.Bind(9 + i, _kinds[i]);
        return rows;
    }

    private int Limit => Arms() is [""] ? maxRows : maxIndexedRows;

    private bool UsesKindArms => query is { Client: null, Project: null, Rule: null } && _kinds.Length is > 0 and <= MaxKindArms;

    private string[] Arms() =>
        query.Client is not null ? [" AND client = ?5"]
        : query.Project is not null ? [" AND project = ?6"]
        : query.Rule is not null ? [" AND rule = ?7"]
        // One index run for each kind, merged by id: an IN would be read whole and sorted.
        : UsesKindArms ? [.. Enumerable.Range(9, _kinds.Length).Select(n => string.Create(CultureInfo.InvariantCulture, $" AND kind = ?{n}"))]
        : [""];

    private static long Id(StoredEvent stored) => long.Parse(stored.Id, CultureInfo.InvariantCulture);
}
