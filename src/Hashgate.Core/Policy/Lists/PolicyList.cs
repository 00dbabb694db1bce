using Hashgate.Core.Packaging;

namespace Hashgate.Core.Policy.Lists;

/// <summary>Entries, found by project: exact names by their hash code, globs one by one. Immutable.</summary>
public sealed class PolicyList
{
    private readonly Dictionary<ProjectName, PolicyListEntry[]> _byName;
    private readonly PolicyListEntry[] _globs;

    public PolicyList(IEnumerable<PolicyListEntry> entries)
    {
        Entries = [.. entries];
        _byName = Entries.Where(e => e.Project is not null).GroupBy(e => e.Project!.Value).ToDictionary(g => g.Key, g => g.ToArray());
        _globs = [.. Entries.Where(e => e.Glob is not null)];
    }

    /// <summary>In the order given.</summary>
    public IReadOnlyList<PolicyListEntry> Entries { get; }

    /// <summary>The entries that speak of a project.</summary>
    public IReadOnlyList<PolicyListEntry> For(ProjectName project)
    {
        var named = _byName.GetValueOrDefault(project, []);
        var fitting = Array.FindAll(_globs, entry => entry.Glob!.Matches(project.Value));
        return fitting.Length == 0 ? named : [.. named, .. fitting];
    }
}
