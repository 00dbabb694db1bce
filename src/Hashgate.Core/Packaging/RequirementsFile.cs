using System.Text;

namespace Hashgate.Core.Packaging;

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
        var parts = new List<LinePart>();
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (lines.Count == MaxLines)
            {
                lines.Add(new RequirementLine(number, "", null, [], [], $"the file has more than {MaxLines} lines; the rest was not read"));
                return lines;
            }
            if (joined.Length == 0) parts.Clear();
            // A comment ends a continued line, and can't be continued itself.
            var comment = raw.TrimStart().StartsWith('#');
            if (comment && joined.Length > 0) joined.Append(' ');
            parts.Add(new LinePart(joined.Length, number));
            if (raw.EndsWith('\\') && !comment)
            {
                joined.Append(raw.TrimEnd('\\'));
                continue;
            }
            if (joined.Length == 0)
            {
                Add(lines, parts, raw);
                continue;
            }
            Add(lines, parts, joined.Append(raw).ToString());
            joined.Clear();
        }
        Add(lines, parts, joined.ToString());
        return lines;
    }

    private static void Add(List<RequirementLine> lines, List<LinePart> parts, ReadOnlySpan<char> line)
    {
        var stripped = StripComment(line);
        var text = TextRules.Trim(stripped);
        if (text.IsEmpty) return;
        var blanks = stripped.IndexOf(text[0]);
        var comment = stripped.Length == line.Length ? [] : TextRules.Trim(line[(stripped.Length + 1)..]);
        lines.Add(ReadLine(parts[0].Number, text.ToString()) with
        {
            Comment = comment.IsEmpty ? null : comment.ToString(),
            Parts = [.. parts.Select(part => part with { Start = part.Start - blanks })],
        });
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
        if (split == text.Length) return new RequirementLine(number, text, requirement, [], [], problem) { Specifier = text };

        var hashes = new List<Sha256Digest>();
        var others = new List<string>();
        var optionProblem = ReadOptions(text[split..], hashes, others);
        return new RequirementLine(number, text, requirement, hashes, others, problem ?? optionProblem) { Specifier = specifier.ToString(), OptionProblem = optionProblem };
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
