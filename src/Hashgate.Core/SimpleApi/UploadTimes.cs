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
