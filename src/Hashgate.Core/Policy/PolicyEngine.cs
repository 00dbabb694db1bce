namespace Hashgate.Core.Policy;

/// <summary>The one place that decides, for pages and files alike.</summary>
/// <param name="rules">In any order; the worst finding decides.</param>
/// <param name="auditOnly">Whether a rule's refusals are recorded and not enforced.</param>
/// <param name="onRuleFailure">Told of a rule that threw; the files it threw on are blocked, unless it only records.</param>
public sealed class PolicyEngine(IReadOnlyList<IPolicyRule> rules, Func<IPolicyRule, bool> auditOnly, Action<IPolicyRule, Exception> onRuleFailure)
{
    /// <summary>The rules in force.</summary>
    public IReadOnlyList<IPolicyRule> Rules => rules;

    /// <summary>Whether a rule that is in force only records.</summary>
    public bool IsAudited(string rule) => rules.Any(r => r.Name == rule && !r.NeverSoftened && auditOnly(r));

    public ProjectDecision Decide(ProjectFacts project)
    {
        var own = new List<Finding>?[project.Files.Count];
        var wide = new WideFindings();
        for (var i = 0; i < own.Length; i++)
        {
            foreach (var rule in rules)
            {
                if (Evaluate(rule, project, project.Files[i]) is not { } finding) continue;
                if (finding.Scope == FindingScope.File) (own[i] ??= []).Add(finding);
                else wide.Add(finding, project.Files[i]);
            }
        }

        var waivers = project.Policy.Waivers.For(project.Page.Project);
        var decisions = new FileDecision[own.Length];
        var nextChange = DateTimeOffset.MaxValue;
        for (var i = 0; i < own.Length; i++)
        {
            decisions[i] = Combine(own[i], wide.For(project.Files[i]), waivers, project.Files[i], project.Now);
            foreach (var finding in decisions[i].Findings)
            {
                if (finding.Until is { } until && until > project.Now && until < nextChange) nextChange = until;
                if (finding.Waiver?.Expires is { } expires && expires < nextChange) nextChange = expires;
            }
        }
        return new ProjectDecision(decisions, nextChange) { Stub = own.Length == 0 ? DecideStub(project) : null };
    }

    private FileDecision? DecideStub(ProjectFacts project)
    {
        var stub = ProjectStub.Facts(project.Page.Project);
        var findings = rules.Select(rule => Evaluate(rule, project, stub)).OfType<Finding>().Where(f => f.Scope == FindingScope.Project).ToList();
        var decision = Combine(findings.Count > 0 ? findings : null, [], project.Policy.Waivers.For(project.Page.Project), stub, project.Now);
        return decision.IsRefused ? decision : null;
    }

    private Finding? Evaluate(IPolicyRule rule, ProjectFacts project, FileFacts file)
    {
        if (Ask(rule, project, file) is not { } finding) return null;
        if (rule.NeverSoftened) return finding with { IsFirm = true };
        // A rule that only records refuses nothing, also where it fails.
        return auditOnly(rule) ? finding with { AuditOnly = true, IsFirm = false } : finding;
    }

    private Finding? Ask(IPolicyRule rule, ProjectFacts project, FileFacts file)
    {
        try
        {
            return rule.Evaluate(project, file);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Closed when blind: a rule that can't answer must not let the file through.
            onRuleFailure(rule, error);
            return new Finding(rule.Name, Verdict.Block, FindingScope.File, $"the rule {rule.Name} failed; an operator finds the cause in Hashgate's log") { IsFirm = true };
        }
    }

    private static FileDecision Combine(List<Finding>? own, List<Finding> wide, IReadOnlyList<Waiver> waivers, FileFacts file, DateTimeOffset now)
    {
        if (own is null && wide.Count == 0) return FileDecision.Allowed;
        List<Finding> all = [.. own ?? [], .. wide];
        if (waivers.Count > 0)
        {
            for (var i = 0; i < all.Count; i++)
            {
                if (!all[i].IsFirm && waivers.FirstOrDefault(w => w.Lifts(all[i].Rule, file, now)) is { } waiver) all[i] = all[i] with { Waiver = waiver };
            }
        }
        all.Sort(Compare);
        return new FileDecision(all[0].Effect, all);
    }

    /// <summary>
    /// The worst first. Among those that do the same to a request, what would be worse if it were enforced, then what lasts longest: who waits for
    /// the end that is told finds the file served.
    /// </summary>
    private static int Compare(Finding a, Finding b)
    {
        if (a.Effect != b.Effect) return b.Effect.CompareTo(a.Effect);
        if (a.Verdict != b.Verdict) return b.Verdict.CompareTo(a.Verdict);
        return (b.Until ?? DateTimeOffset.MaxValue).CompareTo(a.Until ?? DateTimeOffset.MaxValue);
    }

    /// <summary>Findings that reach further than the file they were made on, each kept once.</summary>
    private sealed class WideFindings
    {
        private readonly List<Finding> _project = [];
        private readonly Dictionary<string, List<Finding>> _byVersion = new(StringComparer.Ordinal);

        public void Add(Finding finding, FileFacts file)
        {
            // A file without a readable version is a release of its own.
            var list = finding.Scope == FindingScope.Project ? _project : ForVersion(file);
            if (!list.Contains(finding)) list.Add(finding);
        }

        public List<Finding> For(FileFacts file) =>
            _byVersion.Count > 0 && _byVersion.TryGetValue(ReleaseOf(file), out var release) ? [.. release, .. _project] : _project;

        private List<Finding> ForVersion(FileFacts file)
        {
            if (_byVersion.TryGetValue(ReleaseOf(file), out var list)) return list;
            return _byVersion[ReleaseOf(file)] = [];
        }

        private static string ReleaseOf(FileFacts file) => file.Name.Version?.Canonical ?? "/" + file.File.Filename;
    }
}
