using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Lists;

/// <summary>What is wrong with a list, and where.</summary>
/// <param name="Line">From 1; of the file.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Text">For the list's author; printable ASCII.</param>
public sealed record ListProblem(int Line, int Column, string Text)
{
    public override string ToString() => $"line {Line}, column {Column}: {Text}";
}

/// <summary>A list as read: its entries, or all that is wrong with it.</summary>
public sealed record ListReading(IReadOnlyList<PolicyListEntry> Entries, IReadOnlyList<ListProblem> Problems);

/// <summary>
/// Reads allowlists and blocklists: requirements syntax (<c>requests&gt;=2.31,&lt;3  # why</c>), with <c>*</c> in names and <c>--hash=sha256:…</c>.
/// What says nothing there or would be misread (extras, markers, URLs, other options) is a problem, never passed over.
/// </summary>
public static class PolicyListReader
{
    /// <summary>The largest list read, in bytes: some 50,000 lines.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>How much of a comment is kept, in characters; a refusal shows less.</summary>
    public const int MaxReason = 500;

    private const int MaxProblems = 100;
    private const int MaxQuote = 60;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a list's bytes.</summary>
    public static ListReading Read(ReadOnlySpan<byte> bytes)
    {
        // An editor that writes in place leaves an empty file for a moment; nobody means to block everything by it.
        if (bytes.IsEmpty) return Wrong(1, 1, "the list is empty: write a comment if nothing is to be on it");
        if (bytes.Length > MaxBytes) return Wrong(1, 1, $"the list has more than {MaxBytes} bytes");
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Read(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException error)
        {
            var before = bytes[..error.Index];
            return Wrong(before.Count((byte)'\n') + 1, error.Index - before.LastIndexOf((byte)'\n'), "the list is not UTF-8 text");
        }
    }

    /// <summary>Reads a list's text.</summary>
    public static ListReading Read(string text)
    {
        var entries = new List<PolicyListEntry>();
        var problems = new List<ListProblem>();
        foreach (var line in RequirementsFile.Read(text))
        {
            var (entry, problem) = ReadLine(line);
            if (entry is not null) entries.Add(entry);
            else if (problems.Count < MaxProblems) problems.Add(problem!);
        }
        return new ListReading(problems.Count == 0 ? entries : [], problems);
    }

    /// <summary>Reads one entry, as an operator adds it: no comment, no second line.</summary>
    public static (PolicyListEntry? Entry, ListProblem? Problem) ReadEntry(string text)
    {
        var lines = RequirementsFile.Read(text);
        if (lines is not [{ Comment: null } only] || text.AsSpan().ContainsAny('\r', '\n')) return (null, new ListProblem(1, 1, "one entry on one line is wanted, without a comment"));
        return ReadLine(only);
    }

    private static (PolicyListEntry? Entry, ListProblem? Problem) ReadLine(RequirementLine line)
    {
        if (line.Specifier.Length == 0) return Problem(line, 0, line.Problem ?? "an option of installers says nothing in a list");
        if (line.OptionProblem is { } wrong) return Problem(line, line.Specifier.Length, wrong);
        if (line.Options is [var option, ..]) return Problem(line, line.Text.IndexOf(option, line.Specifier.Length, StringComparison.Ordinal), "of options only --hash=sha256:... has a place in a list");
        var entry = line.Requirement is { } requirement ? OfRequirement(line, requirement, out var problem) : OfGlob(line, out problem);
        return (entry is null ? null : entry with { Hashes = line.Hashes.ToHashSet(), Reason = Bounded(line.Comment) }, problem);
    }

    private static PolicyListEntry? OfRequirement(RequirementLine line, Requirement requirement, out ListProblem? problem)
    {
        (_, problem) = requirement switch
        {
            { Url: not null } => Problem(line, line.Specifier.IndexOf('@', StringComparison.Ordinal), "a URL says nothing in a list: name versions or hashes"),
            { Extras.Count: > 0 } => Problem(line, line.Specifier.IndexOf('[', StringComparison.Ordinal), "extras say nothing in a list: a project has them or not"),
            { Marker: not null } => Problem(line, line.Specifier.IndexOf(';', StringComparison.Ordinal), "markers say nothing in a list: it is the same for every client"),
            _ => default,
        };
        return problem is null ? new PolicyListEntry { Project = requirement.Project, Versions = requirement.Specifiers } : null;
    }

    /// <summary>A name with <c>*</c> in it, in any spelling, and versions.</summary>
    private static PolicyListEntry? OfGlob(RequirementLine line, out ListProblem? problem)
    {
        var text = line.Specifier;
        var length = 0;
        // "*" ends no name: in "name==1.*" it belongs to the version.
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '-' or '_' or '.' or '*')) length++;
        var rest = text.AsSpan(length).TrimStart();
        problem = null;
        if (length == 0 || !(char.IsAsciiLetterOrDigit(text[0]) || text[0] == '*'))
        {
            problem = Problem(line, 0, $"'{Quote(text)}' begins with no project's name").Problem;
        }
        else if (!text.AsSpan(0, length).Contains('*'))
        {
            problem = Problem(line, text.Length - rest.Length, $"'{Quote(text)}' is no name with version specifiers such as requests>=2.31,<3").Problem;
        }
        else if (!NameGlob.TryParse(ProjectName.Normalize(text[..length]), out var glob))
        {
            problem = Problem(line, 0, $"'{Quote(text[..length])}' is no pattern of names such as acme-*").Problem;
        }
        else if (VersionSpecifiers.TryParse(rest, out var versions))
        {
            return new PolicyListEntry { Glob = glob, Versions = versions };
        }
        else
        {
            problem = Problem(line, text.Length - rest.Length, $"'{Quote(rest.ToString())}' is no list of version specifiers such as >=2.31,<3").Problem;
        }
        return null;
    }

    private static (PolicyListEntry? Entry, ListProblem? Problem) Problem(RequirementLine line, int index, string text)
    {
        var (number, column) = line.PlaceOf(index);
        return (null, new ListProblem(number, column, RefusalPhrase.PrintableAscii(text)));
    }

    private static ListReading Wrong(int line, int column, string text) => new([], [new ListProblem(line, column, text)]);

    private static string Quote(string text) => text.Length <= MaxQuote ? text : text[..MaxQuote] + "...";

    private static string? Bounded(string? comment) => comment is { Length: > MaxReason } ? comment[..MaxReason] : comment;
}
