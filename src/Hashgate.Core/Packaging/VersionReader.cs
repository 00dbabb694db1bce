using System.Text;

namespace Hashgate.Core.Packaging;

/// <summary>
/// Reads a version's text (PEP 440, "parsing version strings with regular expressions", by hand): one pass, ASCII only,
/// no backtracking.
/// </summary>
internal ref struct VersionReader
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private VersionReader(ReadOnlySpan<char> text) => _text = text;

    public static bool TryRead(ReadOnlySpan<char> text, out VersionParts parts)
    {
        var reader = new VersionReader(TextRules.Trim(text));
        parts = default;
        return reader._text.Length <= PackageVersion.MaxLength && reader.TryReadAll(out parts);
    }

    private bool TryReadAll(out VersionParts parts)
    {
        parts = default;
        TakeLetters("v");
        if (TakeDigits() is not { IsEmpty: false } first) return false;
        if (Take('!'))
        {
            parts.Epoch = VersionNumber.FromDigits(first);
            if (TakeDigits() is not { IsEmpty: false } next) return false;
            first = next;
        }
        parts.Release = ReadRelease(first);
        parts.Pre = ReadPre();
        parts.Post = ReadPost();
        if (TakeSuffix("dev")) parts.Dev = ReadSuffixNumber();
        if (Take('+') && !TryReadLocal(out parts.Local)) return false;
        return _at == _text.Length;
    }

    /// <summary>The release segment; a dot that no digit follows is left for what comes next.</summary>
    private VersionNumber[] ReadRelease(ReadOnlySpan<char> first)
    {
        var count = 1;
        for (var i = _at; i + 1 < _text.Length && _text[i] == '.' && char.IsAsciiDigit(_text[i + 1]); count++)
        {
            i++;
            while (i < _text.Length && char.IsAsciiDigit(_text[i])) i++;
        }
        var release = new VersionNumber[count];
        release[0] = VersionNumber.FromDigits(first);
        for (var n = 1; n < count; n++)
        {
            _at++;
            release[n] = VersionNumber.FromDigits(TakeDigits());
        }
        return release;
    }

    private PreRelease? ReadPre()
    {
        // The longer spelling first: "alpha" begins with "a".
        PreReleaseKind kind;
        if (TakeSuffix("alpha") || TakeSuffix("a")) kind = PreReleaseKind.Alpha;
        else if (TakeSuffix("beta") || TakeSuffix("b")) kind = PreReleaseKind.Beta;
        else if (TakeSuffix("preview") || TakeSuffix("pre") || TakeSuffix("rc") || TakeSuffix("c")) kind = PreReleaseKind.Candidate;
        else return null;
        return new PreRelease(kind, ReadSuffixNumber());
    }

    private VersionNumber? ReadPost()
    {
        // "1.0-1": the only suffix without letters.
        if (_at + 1 < _text.Length && _text[_at] == '-' && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at++;
            return VersionNumber.FromDigits(TakeDigits());
        }
        return TakeSuffix("post") || TakeSuffix("rev") || TakeSuffix("r") ? ReadSuffixNumber() : null;
    }

    /// <summary>The number after a suffix's letters: "a1", "a.1" and "a" (which means 0).</summary>
    private VersionNumber ReadSuffixNumber()
    {
        if (_at < _text.Length && IsSeparator(_text[_at])) _at++;
        return TakeDigits() is { IsEmpty: false } digits ? VersionNumber.FromDigits(digits) : VersionNumber.Zero;
    }

    private bool TryReadLocal(out string? local)
    {
        local = null;
        var text = new StringBuilder();
        while (true)
        {
            var start = _at;
            while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at])) _at++;
            var segment = _text[start.._at];
            if (segment.IsEmpty) return false;
            if (segment.ContainsAnyExceptInRange('0', '9'))
            {
                foreach (var c in segment) text.Append(TextRules.AsciiLower(c));
            }
            else
            {
                var digits = segment.TrimStart('0');
                text.Append(digits.IsEmpty ? "0" : digits);
            }
            if (_at == _text.Length) break;
            if (!IsSeparator(_text[_at])) return false;
            text.Append('.');
            _at++;
        }
        local = text.ToString();
        return true;
    }

    /// <summary>Takes an optional separator and the letters, or nothing.</summary>
    private bool TakeSuffix(ReadOnlySpan<char> letters)
    {
        var before = _at;
        if (_at < _text.Length && IsSeparator(_text[_at])) _at++;
        if (TakeLetters(letters)) return true;
        _at = before;
        return false;
    }

    private bool TakeLetters(ReadOnlySpan<char> letters)
    {
        if (_text.Length - _at < letters.Length) return false;
        if (!TextRules.EqualsIgnoringAsciiCase(_text.Slice(_at, letters.Length), letters)) return false;
        _at += letters.Length;
        return true;
    }

    private bool Take(char c)
    {
        if (_at == _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private ReadOnlySpan<char> TakeDigits()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        return _text[start.._at];
    }

    private static bool IsSeparator(char c) => c is '.' or '-' or '_';
}
