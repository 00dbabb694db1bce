namespace Hashgate.Proxy.Dashboard.Pages;

/// <summary>A time that the overview tells of, up to now, in steps that begin at round hours.</summary>
/// <param name="Key">In the address.</param>
/// <param name="Words">Goes on after "in the last".</param>
public sealed record OverviewRange(string Key, string Words, TimeSpan Step, int Steps)
{
    public static IReadOnlyList<OverviewRange> All { get; } =
    [
        new("24h", "24 hours", TimeSpan.FromHours(1), 24),
        new("7d", "7 days", TimeSpan.FromHours(6), 28),
        new("30d", "30 days", TimeSpan.FromDays(1), 30),
    ];

    /// <summary>The one of a key, the first for any other.</summary>
    public static OverviewRange Of(string? key) => All.FirstOrDefault(r => r.Key == key) ?? All[0];

    /// <summary>The end of the step that this moment is in.</summary>
    public DateTimeOffset Until(DateTimeOffset now) => new((now.UtcTicks / Step.Ticks + 1) * Step.Ticks, TimeSpan.Zero);

    public DateTimeOffset Since(DateTimeOffset now) => Until(now) - Step * Steps;
}
