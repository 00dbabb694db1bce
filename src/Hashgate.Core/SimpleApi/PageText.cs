using System.Buffers;
using System.Text;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Text of other people's that clients print on terminals (a yank's reason, a status's): without control characters, which
/// pip passes on raw, and without the marks that turn the reading direction around.
/// </summary>
internal static class PageText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)));

    /// <summary>As much of a text's beginning as may be kept.</summary>
    /// <param name="length">In characters; half a surrogate pair is left out.</param>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    public static string Clean(string text)
    {
        var plain = text.AsSpan().IndexOfAnyExcept(Plain);
        if (plain < 0) return text;
        var cleaned = new StringBuilder(text.Length).Append(text, 0, plain);
        foreach (var rune in text.AsSpan(plain).EnumerateRunes())
        {
            // Line breaks and tabs part words; a space does so too.
            if (rune.Value is '\n' or '\r' or '\t') cleaned.Append(' ');
            else if (!Rune.IsControl(rune) && !TurnsDirection(rune.Value)) cleaned.Append(rune.ToString());
        }
        return cleaned.ToString();
    }

    private static bool TurnsDirection(int c) =>
        c is 0x061C or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
