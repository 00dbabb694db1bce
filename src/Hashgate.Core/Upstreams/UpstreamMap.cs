using System.Diagnostics.CodeAnalysis;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Upstreams;

/// <summary>
/// Who owns which name. A project is asked for at its one owner and nowhere else, so that a public index can't answer for
/// a private name.
/// </summary>
public sealed class UpstreamMap
{
    private readonly Dictionary<string, Upstream> _byName;
    private readonly Upstream[] _withGlobs;
    private readonly Upstream? _rest;

    /// <param name="upstreams">All of them, disabled ones too: a disabled owner's names don't fall to another.</param>
    /// <exception cref="ArgumentException">The upstreams contradict each other; see <see cref="Contradictions"/>.</exception>
    public UpstreamMap(IReadOnlyList<Upstream> upstreams)
    {
        if (Contradictions(upstreams) is [var first, ..]) throw new ArgumentException(first, nameof(upstreams));
        All = upstreams;
        _byName = upstreams.ToDictionary(u => u.Name, StringComparer.Ordinal);
        _withGlobs = [.. upstreams.Where(u => u.Projects.Count > 0)];
        _rest = upstreams.SingleOrDefault(u => u.Projects.Count == 0);
    }

    public IReadOnlyList<Upstream> All { get; }

    /// <summary>The one upstream that is asked for this project; null where nobody owns the name.</summary>
    public Upstream? OwnerOf(ProjectName project)
    {
        foreach (var upstream in _withGlobs)
        {
            if (upstream.Projects.Matches(project)) return upstream;
        }
        return _rest;
    }

    public bool TryGet(string name, [NotNullWhen(true)] out Upstream? upstream) => _byName.TryGetValue(name, out upstream);

    /// <summary>What is wrong with a set of upstreams, one sentence each: overlapping globs, or two without globs.</summary>
    public static IReadOnlyList<string> Contradictions(IReadOnlyList<Upstream> upstreams)
    {
        var found = new List<string>();
        var rest = upstreams.Where(u => u.Projects.Count == 0).Select(u => u.Name).ToArray();
        if (rest.Length > 1)
            found.Add($"Upstreams {string.Join(" and ", rest)} have no Projects, so both would own every name: give all but one of them globs of the names they own.");
        for (var i = 0; i < upstreams.Count; i++)
        {
            for (var j = i + 1; j < upstreams.Count; j++)
            {
                foreach (var a in upstreams[i].Projects)
                {
                    foreach (var b in upstreams[j].Projects.Where(a.Overlaps))
                        found.Add($"Upstreams:{upstreams[i].Name}:Projects '{a}' and Upstreams:{upstreams[j].Name}:Projects '{b}' overlap: a name may have one owner only.");
                }
            }
        }
        return found;
    }
}
