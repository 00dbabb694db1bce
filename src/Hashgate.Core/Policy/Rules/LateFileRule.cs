using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// A new file on an old release is held: whoever pinned the release gets it without asking, which is how a stolen account reaches
/// those who never upgrade. A file that was added late and has been there for long is left alone. Where nobody knows how old
/// a file is, it counts as added now.
/// </summary>
/// <param name="after">How long after its release's first file a file is late.</param>
/// <param name="holdFor">How long a late file is held, counted from its own start.</param>
/// <param name="exempt">Projects whose files are not held.</param>
public sealed class LateFileRule(TimeSpan after, TimeSpan holdFor, IReadOnlyList<NameGlob> exempt) : IPolicyRule
{
    public string Name => RuleNames.LateFile;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (project.Times.ReleaseStart(file) is not { } release) return null;
        var start = file.Start;
        var added = start ?? project.Now;
        if (added - release <= after || project.Now - added >= holdFor || exempt.Matches(project.Page.Project)) return null;
        var day = start is null ? "at an unknown time" : PlainText.Day(added);
        return new Finding(
            Name, Verdict.Hold, FindingScope.File, $"added {day} to a release of {PlainText.Day(release)}",
            start is null ? null : PlainText.After(added, holdFor));
    }
}
