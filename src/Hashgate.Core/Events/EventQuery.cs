namespace Hashgate.Core.Events;

/// <summary>Which events: every filter that is set must match.</summary>
/// <param name="Kinds">One of these; null or empty for any.</param>
/// <param name="Project">A normalized name.</param>
/// <param name="Client">The client's address, exactly.</param>
/// <param name="Text">Contained, in any case of letters, in the project, version, filename, rule, reason, client, user agent, actor or request id.</param>
/// <param name="Since">From this moment on.</param>
/// <param name="Until">Before this moment.</param>
/// <param name="Limit">1 to <see cref="MaxLimit"/>; anything else is taken as the nearest of them.</param>
/// <param name="Cursor">From an earlier <see cref="EventPage.NextCursor"/>; null starts at the newest.</param>
public sealed record EventQuery(
    IReadOnlyList<string>? Kinds = null,
    string? Project = null,
    string? Rule = null,
    string? Client = null,
    string? Text = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    int Limit = 100,
    string? Cursor = null)
{
    public const int MaxLimit = 1000;

    /// <summary>Whether every filter lets this event through; the cursor is not looked at.</summary>
    public bool Matches(Event e) =>
        (Kinds is not { Count: > 0 } || Kinds.Contains(e.Kind))
        && (Project is null || e.Project?.Value == Project)
        && (Rule is null || e.Rule == Rule)
        && (Client is null || e.Client == Client)
        && (Since is null || e.When >= Since)
        && (Until is null || e.When < Until)
        && (string.IsNullOrEmpty(Text) || Says(e, Text));

    private static bool Says(Event e, string text)
    {
        return Has(e.Project?.Value) || Has(e.Version) || Has(e.Filename) || Has(e.Rule) || Has(e.Reason)
            || Has(e.Client) || Has(e.UserAgent) || Has(e.Actor) || Has(e.RequestId);

        bool Has(string? field) => field is not null && field.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
