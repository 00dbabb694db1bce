using System.Globalization;

namespace Hashgate.Proxy.Dashboard;

/// <summary>Figures as a person reads them.</summary>
internal static class Words
{
    /// <summary><c>just now</c>, <c>5 min ago</c>, <c>in 3 days</c>: one unit, the largest that fits.</summary>
    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var span = now - time;
        if (span.Duration() < TimeSpan.FromSeconds(10)) return "just now";
        return span > TimeSpan.Zero ? Span(span) + " ago" : "in " + Span(span.Negate());
    }

    /// <summary><c>40 s</c>, <c>5 min</c>, <c>7 h</c>, <c>12 days</c>.</summary>
    public static string Span(TimeSpan span) =>
        span < TimeSpan.FromSeconds(90) ? Text($"{span.TotalSeconds:0} s")
        : span < TimeSpan.FromMinutes(90) ? Text($"{span.TotalMinutes:0} min")
        : span < TimeSpan.FromHours(36) ? Text($"{span.TotalHours:0} h")
        : Text($"{span.TotalDays:n0} days");

    /// <summary><c>12,345</c>.</summary>
    public static string Number(long number) => Text($"{number:n0}");

    /// <summary><c>1.5 GB</c>; decimal units, as disks and networks are sold by.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        var size = (double)bytes;
        var unit = 0;
        while (Math.Abs(size) >= 999.5 && unit < units.Length - 1)
        {
            size /= 1000;
            unit++;
        }
        return unit == 0 || size >= 99.95 ? Text($"{size:0} {units[unit]}") : Text($"{size:0.0} {units[unit]}");
    }

    /// <summary><c>97.3 %</c>; a dash where there is nothing to take a part of.</summary>
    public static string Percent(long part, long whole) => whole <= 0 ? "–" : Text($"{Math.Floor(1000.0 * part / whole) / 10:0.0} %");

    /// <summary><c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long number, string one, string? many = null) => $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
