namespace Hashgate.Core.Policy;

/// <summary>The verdict for one file and every finding behind it, the worst first.</summary>
public sealed record FileDecision(Verdict Verdict, IReadOnlyList<Finding> Findings)
{
    public static readonly FileDecision Allowed = new(Verdict.Allow, []);

    /// <summary>Held or blocked: no byte of the file goes out.</summary>
    public bool IsRefused => Verdict >= Verdict.Hold;

    /// <summary>The finding that decided.</summary>
    public Finding? Worst => Findings.Count > 0 ? Findings[0] : null;
}

/// <summary>The decisions for a project's files, in the page's order.</summary>
/// <param name="NextChange">The next moment at which a time-based finding ends; <see cref="DateTimeOffset.MaxValue"/> if none does.</param>
public sealed record ProjectDecision(IReadOnlyList<FileDecision> Files, DateTimeOffset NextChange)
{
    /// <summary>The refusal of a project that has no files; null for any other.</summary>
    public FileDecision? Stub { get; init; }

    /// <summary>Whether the project has files and none of them is allowed.</summary>
    public bool RefusesAll => Files.Count > 0 && Files.All(f => f.IsRefused);
}
