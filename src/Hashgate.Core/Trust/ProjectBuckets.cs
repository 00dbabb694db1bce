using Hashgate.Core.Packaging;

namespace Hashgate.Core.Trust;

/// <summary>
/// The buckets that a store which is spread over several machines keeps projects in: each has an identity and a sequence of its own, for one
/// atomic step can only look at what lies on one machine.
/// </summary>
public static class ProjectBuckets
{
    /// <summary>How many there are, in every store that has more than one, for ever: records lie where the name says.</summary>
    public const int Count = 64;

    /// <summary>The bucket of a project, from 0: FNV-1a (32 bits, over the normalized name), its upper half folded on the lower.</summary>
    public static int Of(ProjectName project)
    {
        var hash = 2166136261;
        foreach (var c in project.Value) hash = (hash ^ c) * 16777619;
        return (int)((hash ^ (hash >> 16)) % Count);
    }

    /// <summary>The bucket of a project in a store that has this many: one for all, or <see cref="Count"/>.</summary>
    public static int Of(ProjectName project, int buckets) => buckets == 1 ? 0 : Of(project);
}
