using Hashgate.Core.Upstreams;

namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// New files are held for a time: most malware on PyPI is found within days. What is on record first counts as the upload time; whatever
/// an index claims later doesn't change it, and neither does an operator who accepts other bytes.
/// </summary>
/// <param name="age">How old a file must be; zero holds nothing.</param>
/// <param name="firstSeenClock">Count from first sight alone, save for the files of a project's first snapshot.</param>
/// <param name="exempt">Projects whose files are not held.</param>
/// <param name="letFixesThrough">
/// Warn only of the very version that an advisory, changed after the upload, names as its fix, if it comes from a publisher of earlier
/// releases: who stole an account can publish a "fix" too, but not from the project's own workflow.
/// </param>
public sealed class MinimumAgeRule(TimeSpan age, bool firstSeenClock, IReadOnlyList<NameGlob> exempt, bool letFixesThrough) : IPolicyRule
{
    public string Name => RuleNames.MinimumAge;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (ClockOf(project, file) is not var (start, isUpload))
            return IsExempt(project) ? null : Hold("neither a record nor the index tells how old the file is", null);
        if (project.Now - start >= age || IsExempt(project)) return null;
        var when = PlainText.Day(start);
        var reason = start > project.Now ? $"the index told an upload time that is still to come: {when}"
            : $"{(isUpload ? "uploaded" : "first seen")} {when}, less than {PlainText.Duration(age)} ago";
        var held = Hold(reason, PlainText.After(start, age));
        return letFixesThrough && IsFix(project, file) ? held with { Verdict = Verdict.Warn, Reason = reason + "; served as the fix that an advisory names" } : held;
    }

    private static bool IsFix(ProjectFacts project, FileFacts file) =>
        file is { Name.Version: { } version, Record.UploadTime: { } uploaded } && project.Policy.Advisories.IsFix(project.Page.Project, version, uploaded) && project.IsPublisherUnchanged(file);

    private (DateTimeOffset Start, bool IsUpload)? ClockOf(ProjectFacts project, FileFacts file)
    {
        if (firstSeenClock && file.Record is { } record && !project.Times.IsOfFirstSnapshot(record)) return (record.FirstSeen, false);
        return file.Start is { } start ? (start, file.Record is null or { UploadTime: not null }) : null;
    }

    private bool IsExempt(ProjectFacts project) => exempt.Matches(project.Page.Project);

    private Finding Hold(string reason, DateTimeOffset? until) => new(Name, Verdict.Hold, FindingScope.File, reason, until);
}
