using System.Text;

namespace Hashgate.Core.Packaging;

/// <summary>One logical line of a requirements file that says something.</summary>
/// <param name="Number">The number of its first line in the file, from 1.</param>
/// <param name="Text">The line without its comment, continuations joined.</param>
/// <param name="Requirement">The requirement, where the line is one.</param>
/// <param name="Hashes">What <c>--hash=sha256:…</c> names.</param>
/// <param name="Options">The other options, as written: <c>-r other.txt</c> on a line of its own, or after a requirement.</param>
/// <param name="Problem">Why the line can't be read as a requirement, in words for its author.</param>
public sealed record RequirementLine(
    int Number,
    string Text,
    Requirement? Requirement,
    IReadOnlyList<Sha256Digest> Hashes,
    IReadOnlyList<string> Options,
    string? Problem);

/// <summary>Reads requirements files as pip does: continued lines, comments, options after a requirement.</summary>
public static class RequirementsFile
{
    /// <summary>The most lines read; the largest lock files have some thousands.</summary>
    public const int MaxLines = 50_000;

    private const string HashOption = "--hash";
    private const string Sha256Prefix = "sha256:";

    /// <summary>Reads the whole file; lines that say nothing are left out, lines that can't be read name their problem.</summary>
    public static IReadOnlyList<RequirementLine> Read(string text)
    {
        var lines = new List<RequirementLine>();
        var joined = new StringBuilder();
        var number = 0;
        var first = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (lines.Count == MaxLines)
            {
                lines.Add(new RequirementLine(number, "", null, [], [], $"the file has more than {MaxLines} lines; the rest was not read"));
                return lines;
            }
            if (joined.Length == 0) first = number;
            // A comment ends a continued line, and can't be continued itself.
            var comment = raw.TrimStart().StartsWith('#');
            if (raw.EndsWith('\\') && !comment)
            {
                joined.Append(raw.TrimEnd('\\'));
                continue;
            }
            if (joined.Length == 0)
            {
                Add(lines, first, raw);
                continue;
            }
            Add(lines, first, joined.Append(comment ? " " : "").Append(raw).ToString());
            joined.Clear();
        }
        Add(lines, first, joined.ToString());
        return lines;
    }

    private static void Add(List<RequirementLine> lines, int number, ReadOnlySpan<char> line)
    {
        var text = TextRules.Trim(StripComment(line));
        if (!text.IsEmpty) lines.Add(ReadLine(number, text.ToString()));
    }

    /// <summary>Takes away <c># …</c> at the start or after white space; a <c>#</c> within a word, as in a URL, stays.</summary>
    public static ReadOnlySpan<char> StripComment(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || TextRules.IsSpace(line[i - 1]))) return line[..i];
        }
        return line;
    }

    private static RequirementLine ReadLine(int number, string text)
    {
        var split = OptionsStart(text);
        var specifier = TextRules.Trim(text.AsSpan(0, split));
        Requirement? requirement = null;
        var problem = specifier.IsEmpty || Requirement.TryParse(specifier, out requirement) ? null : $"'{specifier}' is not a requirement";
        if (split == text.Length) return new RequirementLine(number, text, requirement, [], [], problem);

        var hashes = new List<Sha256Digest>();
        var others = new List<string>();
        var optionProblem = ReadOptions(text[split..], hashes, others);
        return new RequirementLine(number, text, requirement, hashes, others, problem ?? optionProblem);
    }

    /// <summary>Where the first word that begins with a dash begins; at the end if none does.</summary>
    private static int OptionsStart(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-' && (i == 0 || TextRules.IsSpace(text[i - 1]))) return i;
        }
        return text.Length;
    }

    private static string? ReadOptions(string text, List<Sha256Digest> hashes, List<string> others)
    {
        string? problem = null;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            string? value = null;
            if (words[i].StartsWith(HashOption + "=", StringComparison.Ordinal)) value = words[i][(HashOption.Length + 1)..];
            else if (words[i] == HashOption) value = i + 1 < words.Length ? words[++i] : "";
            if (value is null) others.Add(words[i]);
            else if (value.StartsWith(Sha256Prefix, StringComparison.Ordinal) && Sha256Digest.TryParse(value[Sha256Prefix.Length..], out var digest)) hashes.Add(digest);
            else problem ??= $"'{value}' is not a sha256 digest";
        }
        return problem;
    }
}
