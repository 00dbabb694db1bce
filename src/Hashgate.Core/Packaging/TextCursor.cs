namespace Hashgate.Core.Packaging;

/// <summary>A place in a text that only moves forward.</summary>
internal ref struct TextCursor(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;

    public int At { get; private set; }

    public readonly bool AtEnd => At == _text.Length;

    public readonly char Next => AtEnd ? '\0' : _text[At];

    /// <summary>What is left.</summary>
    public readonly ReadOnlySpan<char> Rest => _text[At..];

    /// <summary>Passes over blanks and tabs; whether there were any.</summary>
    public bool SkipBlanks()
    {
        var before = At;
        while (!AtEnd && _text[At] is ' ' or '\t') At++;
        return At > before;
    }

    public bool Take(char c)
    {
        if (AtEnd || _text[At] != c) return false;
        At++;
        return true;
    }

    public bool Take(scoped ReadOnlySpan<char> literal)
    {
        if (!Rest.StartsWith(literal)) return false;
        At += literal.Length;
        return true;
    }

    /// <summary>Takes the word if it ends there: no letter, digit or <c>_</c> follows.</summary>
    public bool TakeWord(scoped ReadOnlySpan<char> word)
    {
        var rest = Rest;
        if (!rest.StartsWith(word) || (rest.Length > word.Length && (rest[word.Length] == '_' || char.IsLetterOrDigit(rest[word.Length])))) return false;
        At += word.Length;
        return true;
    }

    /// <summary>Takes up to, and not including, the first of the characters, or all that is left.</summary>
    public ReadOnlySpan<char> TakeUntilAny(scoped ReadOnlySpan<char> ends)
    {
        var rest = Rest;
        var length = rest.IndexOfAny(ends);
        if (length < 0) length = rest.Length;
        At += length;
        return rest[..length];
    }

    /// <summary>Takes the longest beginning that is a name: ASCII letters and digits, <c>-_.</c> within; or nothing.</summary>
    public ReadOnlySpan<char> TakeName()
    {
        var rest = Rest;
        var length = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(rest[i])) length = i + 1;
            else if (rest[i] is not ('-' or '_' or '.') || length == 0) break;
        }
        At += length;
        return rest[..length];
    }
}
