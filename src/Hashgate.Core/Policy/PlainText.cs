using System.Globalization;

namespace Hashgate.Core.Policy;

/// <summary>Times as a person reads them in a reason.</summary>
internal static class PlainText
{
    /// <summary>A setting's duration in its largest whole unit: <c>3 days</c>, <c>36 hours</c>, <c>1 minute</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var (unit, name) = duration.Ticks % TimeSpan.TicksPerDay == 0 ? (TimeSpan.TicksPerDay, "day")
            : duration.Ticks % TimeSpan.TicksPerHour == 0 ? (TimeSpan.TicksPerHour, "hour")
            : duration.Ticks % TimeSpan.TicksPerMinute == 0 ? (TimeSpan.TicksPerMinute, "minute")
            : (TimeSpan.TicksPerSecond, "second");
        var count = duration.Ticks / unit;
        return string.Create(CultureInfo.InvariantCulture, $"{count} {name}{(count == 1 ? "" : "s")}");
    }

    /// <summary>A day, UTC.</summary>
    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>So much after a time, which an index may have told at the very end of all time.</summary>
    public static DateTimeOffset After(DateTimeOffset time, TimeSpan duration) =>
        DateTimeOffset.MaxValue - time < duration ? DateTimeOffset.MaxValue : time + duration;
}
