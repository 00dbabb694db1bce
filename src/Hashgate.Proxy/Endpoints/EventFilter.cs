using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;

namespace Hashgate.Proxy.Endpoints;

/// <summary>Reads the filters that every route of events takes: <c>kind</c>, <c>project</c>, <c>rule</c>, <c>client</c>, <c>q</c>, <c>since</c> and <c>until</c>.</summary>
internal static class EventFilter
{
    private const int MaxText = 256;

    /// <summary>The query without limit and cursor.</summary>
    /// <exception cref="FormatException">A filter is wrong; the message says which, and what it may be.</exception>
    public static EventQuery Read(IQueryCollection query) => new(
        Kinds: Kinds(query["kind"]),
        Project: Text(query, "project") is { } project ? ProjectName.Normalize(project) : null,
        Rule: Text(query, "rule"),
        Client: Text(query, "client"),
        Text: Text(query, "q"),
        Since: Time(query, "since"),
        Until: Time(query, "until"));

    /// <summary>A whole number in a range.</summary>
    /// <inheritdoc cref="Read"/>
    public static int? Number(IQueryCollection query, string name, int most)
    {
        if (Text(query, name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from 1 to {most}."));
    }

    /// <summary>A moment; without an offset it is UTC.</summary>
    /// <inheritdoc cref="Read"/>
    public static DateTimeOffset? Time(IQueryCollection query, string name)
    {
        if (Text(query, name) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"{name} must be a time such as 2026-01-31T12:00:00Z.");
    }

    /// <summary>One value; an empty one, as forms send it, is none.</summary>
    /// <inheritdoc cref="Read"/>
    public static string? Text(IQueryCollection query, string name)
    {
        if (query[name] is not { Count: > 0 } values) return null;
        if (values.Count > 1) throw new FormatException($"{name} is given {values.Count} times; once is enough.");
        var text = values[0];
        if (string.IsNullOrWhiteSpace(text)) return null;
        return text.Length <= MaxText ? text : throw new FormatException($"{name} must have at most {MaxText} characters.");
    }

    private static string[]? Kinds(IEnumerable<string?> values)
    {
        string[] kinds = [.. values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];
        if (kinds.FirstOrDefault(kind => !EventKinds.All.Contains(kind)) is { } unknown)
        {
            throw new FormatException($"{Api.Quote(unknown)} is no kind of event; kind may be {string.Join(", ", EventKinds.All)}.");
        }
        return kinds.Length == 0 ? null : kinds;
    }
}
