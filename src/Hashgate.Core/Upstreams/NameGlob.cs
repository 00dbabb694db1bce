using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Upstreams;

/// <summary>A pattern over normalized project names in which <c>*</c> stands for any run of characters, none included.</summary>
public sealed record NameGlob
{
    private NameGlob(string pattern) => Pattern = pattern;

    public string Pattern { get; }

    /// <summary>Reads a pattern: characters of normalized names and <c>*</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NameGlob? glob)
    {
        glob = null;
        if (string.IsNullOrEmpty(text) || text.Length > 256) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '*')) return false;
        }
        glob = new NameGlob(text);
        return true;
    }

    /// <summary>Whether the whole name fits; linear in practice, at most the product of both lengths.</summary>
    public bool Matches(ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < Pattern.Length && Pattern[p] == '*') (star, resume) = (p++, n);
            else if (p < Pattern.Length && Pattern[p] == name[n]) (p, n) = (p + 1, n + 1);
            else if (star >= 0) (p, n) = (star + 1, ++resume);
            else return false;
        }
        return Pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }

    /// <summary>Whether some name fits both patterns.</summary>
    public bool Overlaps(NameGlob other)
    {
        // reach[j]: the part of this pattern read so far and the first j characters of the other can describe one text.
        var reach = new bool[other.Pattern.Length + 1];
        for (var i = 0; i <= Pattern.Length; i++)
        {
            var next = new bool[reach.Length];
            for (var j = 0; j <= other.Pattern.Length; j++)
            {
                var a = i > 0 ? Pattern[i - 1] : '\0';
                var b = j > 0 ? other.Pattern[j - 1] : '\0';
                if (i == 0 && j == 0) next[j] = true;
                else if (a == '*' || b == '*') next[j] = (i > 0 && reach[j]) || (j > 0 && next[j - 1]);
                else next[j] = a == b && reach[j - 1];
            }
            reach = next;
        }
        return reach[^1];
    }

    public override string ToString() => Pattern;
}

/// <summary>Lists of patterns.</summary>
public static class NameGlobs
{
    /// <summary>Whether one of the patterns fits.</summary>
    public static bool Matches(this IReadOnlyList<NameGlob> globs, ProjectName project)
    {
        for (var i = 0; i < globs.Count; i++)
        {
            if (globs[i].Matches(project.Value)) return true;
        }
        return false;
    }
}
