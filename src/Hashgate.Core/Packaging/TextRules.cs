namespace Hashgate.Core.Packaging;

/// <summary>What the packaging grammars mean by white space and by letter case; the runtime's own ideas differ at the edges.</summary>
internal static class TextRules
{
    /// <summary>White space as the reference implementation's <c>\s</c>: Unicode's, and the four ASCII separators.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start])) start++;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>Equality that folds ASCII letters and nothing else, so that no look-alike equals a letter.</summary>
    public static bool EqualsIgnoringAsciiCase(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && AsciiLower(a[i]) != AsciiLower(b[i])) return false;
        }
        return true;
    }

    public static char AsciiLower(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
