namespace Hashgate.Core.Policy.Rules;

/// <summary>
/// A recorded file that its upstream no longer lists, or whose project is gone: an index that takes malware down looks just like an author
/// who deletes a release. A young one is held, cached or not; an older one is served on with a warning. One that was never recorded is held.
/// </summary>
/// <param name="age">Up to this age, counted from the upload, a removed file is held.</param>
public sealed class RemovedUpstreamRule(TimeSpan age) : IPolicyRule
{
    public string Name => RuleNames.RemovedUpstream;

    public Finding? Evaluate(ProjectFacts project, FileFacts file)
    {
        if (file.RemovedSince is not { } since) return null;
        var gone = $"gone from {project.Upstream.Name} since {PlainText.Day(since)}";
        if (file is not { Record: { } record, Start: { } start }) return new Finding(Name, Verdict.Hold, FindingScope.File, $"{gone}, and not on record");
        return project.Now - start < age
            ? new Finding(Name, Verdict.Hold, FindingScope.File, $"{gone}, {(record.UploadTime is null ? "first seen" : "uploaded")} {PlainText.Day(start)}", PlainText.After(start, age))
            : new Finding(Name, Verdict.Warn, FindingScope.File, $"{gone}; what is on record is served on");
    }
}
