using System.Buffers.Text;
using System.Globalization;

namespace Hashgate.Core.SimpleApi;

/// <summary><c>upload-time</c>: <c>yyyy-mm-ddThh:mm:ss[.ffffff]Z</c> (simple repository API 1.1).</summary>
internal static class UploadTimes
{
    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int Length = 27;

    private const int SecondsLength = 19;

    /// <summary>
    /// Reads a time of any number of fraction digits, down to the microsecond, in UTC or with an offset. Null where it is
    /// no time, or one of no known zone: a time that can't be trusted is one that is not told.
    /// </summary>
    public static DateTimeOffset? Read(string text)
    {
        if (text.Length is <= SecondsLength or > 64) return null;
        var zone = SecondsLength;
        long microseconds = 0;
        if (text[zone] == '.')
        {
            var digit = 100_000;
            for (zone++; zone < text.Length && char.IsAsciiDigit(text[zone]); zone++, digit /= 10) microseconds += (text[zone] - '0') * digit;
            if (zone == SecondsLength + 1) return null;
        }
        Span<char> seconds = stackalloc char[SecondsLength + 6];
        text.AsSpan(0, SecondsLength).CopyTo(seconds);
        var offset = text.AsSpan(zone) is "Z" or "z" ? "+00:00" : text.AsSpan(zone);
        if (offset.Length != 6) return null;
        offset.CopyTo(seconds[SecondsLength..]);
        return DateTimeOffset.TryParseExact(seconds, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time.AddMicroseconds(microseconds)
            : null;
    }

    /// <summary>Reads the form that nearly every index writes: UTC, with at most six fraction digits. False for any other text, which may be a time all the same.</summary>
    public static bool TryReadCommon(ReadOnlySpan<byte> utf8, out DateTimeOffset time)
    {
        time = default;
        if (utf8.Length is <= SecondsLength or > Length || utf8[^1] != 'Z') return false;
        if (utf8[4] != '-' || utf8[7] != '-' || utf8[10] != 'T' || utf8[13] != ':' || utf8[16] != ':') return false;
        var (year, month, day) = (Number(utf8[..4]), Number(utf8[5..7]), Number(utf8[8..10]));
        var (hour, minute, second) = (Number(utf8[11..13]), Number(utf8[14..16]), Number(utf8[17..SecondsLength]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59) return false;
        var microseconds = 0;
        if (utf8[SecondsLength..^1] is { IsEmpty: false } fraction)
        {
            if (fraction[0] != '.' || fraction.Length == 1) return false;
            microseconds = Number(fraction[1..]);
            if (microseconds < 0) return false;
            for (var digits = fraction.Length - 1; digits < 6; digits++) microseconds *= 10;
        }
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    /// <summary>At most six digits, or -1.</summary>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit)) return -1;
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    /// <summary>Writes the one form that every client reads: six digits and <c>Z</c>.</summary>
    public static void Write(DateTimeOffset time, Span<byte> utf8)
    {
        // The round-trip format has seven digits; the seventh is cut, a time of ours has none.
        Span<byte> round = stackalloc byte[28];
        Utf8Formatter.TryFormat(time.UtcDateTime, round, out _, 'O');
        round[..(Length - 1)].CopyTo(utf8);
        utf8[Length - 1] = (byte)'Z';
    }
}
