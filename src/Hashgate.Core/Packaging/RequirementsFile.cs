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
    private const string HashOption = "--hash";
    private const string Sha256Prefix = "sha256:";

    /// <summary>Reads the whole file; lines that say nothing are left out, lines that can't be read name their problem.</summary>
    public static IReadOnlyList<RequirementLine> Read(string text)
    {
        var lines = new List<RequirementLine>();
        var number = 0;
        var joined = new StringBuilder();
        var first = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (joined.Length == 0) first = number;
            // A comment ends a continued line, and can't be continued itself.
            var comment = raw.TrimStart().StartsWith('#');
            if (raw.EndsWith('\\') && !comment)
            {
                joined.Append(raw.TrimEnd('\\'));
                continue;
            }
            joined.Append(comment ? " " : "").Append(raw);
            Add(lines, first, joined);
        }
        Add(lines, first, joined);
        return lines;
    }

    private static void Add(List<RequirementLine> lines, int number, StringBuilder joined)
    {
        var text = StripComment(joined.ToString()).Trim();
        joined.Clear();
        if (text.Length > 0) lines.Add(ReadLine(number, text));
    }

    /// <summary>Takes away <c># …</c> at the start or after white space; a <c>#</c> within a word, as in a URL, stays.</summary>
    public static string StripComment(string line)
    {
        for (var i = line.IndexOf('#', StringComparison.Ordinal); i >= 0; i = line.IndexOf('#', i + 1))
        {
            if (i == 0 || TextRules.IsSpace(line[i - 1])) return line[..i];
        }
        return line;
    }

    private static RequirementLine ReadLine(int number, string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var split = Array.FindIndex(words, word => word.StartsWith('-'));
        var options = split < 0 ? [] : words.AsSpan(split).ToArray();
        var specifier = split < 0 ? text : string.Join(' ', words, 0, split);

        var hashes = new List<Sha256Digest>();
        var others = new List<string>();
        var problem = ReadOptions(options, hashes, others);
        if (specifier.Length == 0) return new RequirementLine(number, text, null, hashes, others, problem);
        if (!Requirement.TryParse(specifier, out var requirement)) problem ??= $"'{specifier}' is not a requirement";
        return new RequirementLine(number, text, requirement, hashes, others, problem);
    }

    private static string? ReadOptions(string[] words, List<Sha256Digest> hashes, List<string> others)
    {
        string? problem = null;
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
