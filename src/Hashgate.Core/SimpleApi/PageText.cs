using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hashgate.Core.SimpleApi;

/// <summary>
/// Text of other people's that clients print on terminals (a yank's reason, a status's): without control characters, which
/// pip passes on raw, and without marks that nobody sees, such as those that turn the reading direction around.
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
            else if (!IsInvisible(rune)) cleaned.Append(rune.ToString());
        }
        return cleaned.ToString();
    }

    private static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
