using System.Globalization;

namespace Hashgate.Proxy.Endpoints;

/// <summary>How far back a replay looks: so many days, or a day.</summary>
internal static class ReplaySince
{
    public const string Standard = "30d";
    public const string Allowed = "a number of days from 1d to 3650d, or a day such as 2026-01-31";

    private const int MaxDays = 3650;

    /// <param name="today">UTC.</param>
    public static bool TryRead(string text, DateOnly today, out DateOnly since)
    {
        var earliest = today.AddDays(-MaxDays);
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days))
        {
            since = days <= MaxDays ? today.AddDays(-days) : default;
            return days is >= 1 and <= MaxDays;
        }
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out since) && since >= earliest && since <= today;
    }
}
