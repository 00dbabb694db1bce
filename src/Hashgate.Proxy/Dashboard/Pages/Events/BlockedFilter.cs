using System.Globalization;
using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Endpoints;
using Microsoft.Extensions.Primitives;

namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>Which events the page of blocked downloads shows, as its address tells; a link with it shows the same again.</summary>
/// <param name="Kind">One of <see cref="KindChoices"/>' keys, or an event's kind.</param>
/// <param name="Project">Normalized where it is a project's name at all.</param>
/// <param name="Text">Anywhere in the event.</param>
/// <param name="Range">One of <see cref="RangeChoices"/>' keys: up to now.</param>
/// <param name="Since">As it was typed; goes before <paramref name="Range"/>.</param>
public sealed record BlockedFilter(string Kind, string? Rule, string? Project, string? Client, string? Text, string Range, string? Since, string? Until)
{
    /// <summary>The longest text of one field, in characters.</summary>
    public const int MaxLength = 200;

    private static readonly string[] Refusals = [EventKinds.Blocked, EventKinds.Held, EventKinds.Warned];
    private static readonly string[] Acts = [EventKinds.Waived, EventKinds.Flagged, EventKinds.PolicyChanged, EventKinds.Acted, EventKinds.SignedIn];

    /// <summary>The kinds to choose from: a key for the address, words for people.</summary>
    public static IReadOnlyList<(string Key, string Words)> KindChoices { get; } =
    [
        ("", "All refusals"), (EventKinds.Blocked, "Blocked"), (EventKinds.Held, "Held"), (EventKinds.Warned, "Warned"),
        ("alarms", "Alarms"), ("acts", "Acts of people"), (EventKinds.FirstSeen, "First seen"), ("all", "Everything"),
    ];

    public static IReadOnlyList<(string Key, string Words, TimeSpan? Span)> RangeChoices { get; } =
    [
        ("", "Any time", null), ("1h", "Last hour", TimeSpan.FromHours(1)), ("24h", "Last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)), ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    /// <summary>Every refusal there is.</summary>
    public static BlockedFilter None { get; } = new("", null, null, null, null, "", null, null);

    /// <summary>What kinds it shows, in words.</summary>
    public string KindWords => KindChoices.FirstOrDefault(c => c.Key == Kind) is { Words: { } words } ? words : Kind;

    /// <summary>The names that the stream's events may come under, separated by spaces.</summary>
    public string StreamKinds => string.Join(' ', Kinds ?? EventKinds.All);

    /// <summary>What is wrong with it, for a person; null where nothing is.</summary>
    public string? Problem =>
        Project is not null && !ProjectName.TryParse(Project, out _) ? "That is no project's name: letters, digits, dots, hyphens and underscores."
        : !TryTime(Since, out _) || !TryTime(Until, out _) ? "Times are such as 2026-01-31 or 2026-01-31 12:00, UTC."
        : null;

    /// <summary>Whether what happens from now on can match.</summary>
    public bool IsOpen => Until is null;

    public static BlockedFilter Of(IQueryCollection query) => new(
        Known(Field(query["kind"])), Field(query["rule"]), NameOf(Field(query["project"])), Field(query["client"]), Field(query["q"]),
        RangeChoices.Any(c => c.Key == query["range"]) ? query["range"].ToString() : "", Field(query["since"]), Field(query["until"]));

    /// <summary>What to ask the log for. Only where there is no <see cref="Problem"/>.</summary>
    public EventQuery ToQuery(DateTimeOffset now, int limit, string? cursor = null)
    {
        _ = TryTime(Since, out var since);
        _ = TryTime(Until, out var until);
        return new EventQuery(Kinds, Project, Rule, Client, Text, since ?? (now - RangeChoices.First(c => c.Key == Range).Span), until, limit, cursor);
    }

    /// <summary>This filter in an address of the dashboard, with a leading question mark.</summary>
    public string ToAddress(params (string Name, string? Value)[] more) =>
        Address([("kind", Kind), ("rule", Rule), ("project", Project), ("client", Client), ("q", Text), ("range", Range), ("since", Since), ("until", Until), .. more]);

    /// <summary>This filter in an address of the API, its range as times.</summary>
    public string ToApiAddress(DateTimeOffset now, params (string Name, string? Value)[] more)
    {
        var query = ToQuery(now, 1);
        return Address([("kind", query.Kinds is null ? null : string.Join(',', query.Kinds)), ("rule", Rule), ("project", Project), ("client", Client), ("q", Text), ("since", Iso(query.Since)), ("until", Iso(query.Until)), .. more]);
    }

    private IReadOnlyList<string>? Kinds => Kind switch
    {
        "" => Refusals,
        "alarms" => EventKinds.Alarms,
        "acts" => Acts,
        "all" => null,
        _ => [Kind],
    };

    private static string Known(string? kind) => kind is not null && (KindChoices.Any(c => c.Key == kind) || EventKinds.All.Contains(kind)) ? kind : "";

    private static string? NameOf(string? text) => ProjectName.TryParse(text, out var name) ? name.Value : text;

    private static string? Field(StringValues value) => value.ToString().Trim() is { Length: > 0 } text ? Html.Visible(text[..Math.Min(text.Length, MaxLength)]) : null;

    private static string Address(IEnumerable<(string Name, string? Value)> fields) =>
        string.Join('&', fields.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}")) is { Length: > 0 } query ? "?" + query : "";

    private static string? Iso(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static bool TryTime(string? text, out DateTimeOffset? time)
    {
        var isRead = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var value);
        time = isRead ? value : null;
        return text is null || isRead;
    }
}
