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
    string? Problem)
{
    /// <summary>What stands before the options.</summary>
    public string Specifier { get; init; } = "";

    /// <summary>What is wrong with the options, whatever stands before them.</summary>
    public string? OptionProblem { get; init; }

    /// <summary>What stands after <c>#</c>; null where nothing does.</summary>
    public string? Comment { get; init; }

    /// <summary>Where the lines that were joined begin within <see cref="Text"/>.</summary>
    internal IReadOnlyList<LinePart> Parts { get; init; } = [];

    /// <summary>Where a character of <see cref="Text"/> stands in the file: line and column, both from 1.</summary>
    public (int Line, int Column) PlaceOf(int index)
    {
        var (start, number) = Parts.Count == 0 ? new LinePart(0, Number) : Parts[0];
        foreach (var part in Parts)
        {
            if (part.Start <= index) (start, number) = part;
        }
        return (number, index - start + 1);
    }
}

/// <summary>One line of a file as a part of a logical one.</summary>
/// <param name="Start">The index of its first character; negative for white space that was taken away in front.</param>
/// <param name="Number">Its number in the file, from 1.</param>
internal readonly record struct LinePart(int Start, int Number);
