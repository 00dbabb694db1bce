using System.Diagnostics.CodeAnalysis;

namespace Hashgate.Core.Packaging;

/// <summary>
/// A project's normalized name (PyPA "names and normalization"): lower case ASCII letters and digits in runs joined by a
/// single <c>-</c>. Two spellings of one project are one value. The default value is no name at all and is never valid.
/// </summary>
public readonly record struct ProjectName : IComparable<ProjectName>
{
    /// <summary>The longest name accepted, in characters. The specification sets no limit; real names stay far below.</summary>
    public const int MaxLength = 512;

    // The one letter that full lower-casing makes two of, and the runtime leaves alone.
    private const char DottedCapitalI = '\u0130';

    private ProjectName(string value) => Value = value;

    /// <summary>The normalized spelling.</summary>
    public string Value { get; }

    /// <summary>Reads any valid spelling. ASCII only: no look-alike of a letter or digit is folded into one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ProjectName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength) return false;
        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1])) return false;
        if (text.AsSpan().ContainsAnyExcept(Allowed)) return false;
        name = new ProjectName(Normalize(text));
        return true;
    }

    /// <summary>Reads any valid spelling.</summary>
    /// <exception cref="FormatException">The text is not a valid project name.</exception>
    public static ProjectName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a valid project name.");

    /// <summary>
    /// Normalizes any text as the specification's formula does, valid name or not: runs of <c>-_.</c> become one
    /// <c>-</c>, letters become lower case.
    /// </summary>
    public static string Normalize(string text)
    {
        if (IsNormalized(text)) return text;
        var size = text.Length + text.AsSpan().Count(DottedCapitalI);
        var buffer = size <= MaxLength ? stackalloc char[size] : new char[size];
        var length = 0;
        var inRun = false;
        foreach (var c in text)
        {
            var separator = c is '-' or '_' or '.';
            if (c == DottedCapitalI) (buffer[length++], buffer[length++]) = ('i', '\u0307');
            else if (!separator) buffer[length++] = char.ToLowerInvariant(c);
            else if (!inRun) buffer[length++] = '-';
            inRun = separator;
        }
        return new string(buffer[..length]);
    }

    /// <summary>Whether the text is a name in its normalized spelling.</summary>
    public static bool IsNormalized(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '-' || text[^1] == '-') return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-' ? text[i - 1] == '-' : !(char.IsAsciiLetterLower(text[i]) || char.IsAsciiDigit(text[i]))) return false;
        }
        return true;
    }

    public int CompareTo(ProjectName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
}
