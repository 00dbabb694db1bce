using System.Collections.Frozen;
using Hashgate.Core.Packaging;
using Microsoft.Extensions.Logging;

namespace Hashgate.Core.Policy;

/// <summary>The flags that may refuse something, laid out for looking up by file.</summary>
public sealed class FlagSet
{
    public static readonly FlagSet None = new([]);

    private readonly FrozenDictionary<ProjectName, ProjectFlags> _byProject;

    public FlagSet(IEnumerable<Flag> flags) =>
        _byProject = flags.Where(f => f.Status != FlagStatus.Dismissed).GroupBy(f => f.Target.Project).ToFrozenDictionary(g => g.Key, g => new ProjectFlags(g));

    /// <summary>The flags of a project; null where nobody reported anything of it.</summary>
    public ProjectFlags? For(ProjectName project) => _byProject.GetValueOrDefault(project);
}

/// <summary>The heaviest flag on a project as a whole, and on each of its releases. A flag on a file counts for its release.</summary>
public sealed class ProjectFlags
{
    private readonly Dictionary<string, Flag> _releases = new(StringComparer.Ordinal);
    private readonly Dictionary<FileKey, Flag> _files = [];

    internal ProjectFlags(IEnumerable<Flag> flags)
    {
        // The lightest first: the heaviest stays.
        foreach (var flag in flags.OrderBy(f => f.Status == FlagStatus.Confirmed).ThenBy(f => f.SignedIn.Count))
        {
            var (project, version, filename) = flag.Target;
            if (version is not null) _releases[version] = flag;
            else if (filename is not null) _files[FileKey.Of(project, filename)] = flag;
            else Project = flag;
        }
    }

    /// <summary>The flag on the project as a whole.</summary>
    public Flag? Project { get; }

    /// <summary>The flag on the release that a file belongs to; a file without a readable version is a release of its own.</summary>
    public Flag? ReleaseOf(DistributionFilename file) =>
        file.Version is { } version ? _releases.GetValueOrDefault(version.Canonical) : _files.GetValueOrDefault(file.Key);
}

/// <summary>Puts the flags on record in force.</summary>
public sealed class FlagPart(ILogger<FlagPart> logger) : IPolicyPart
{
    public string Kind => PolicyDocumentKinds.Flag;

    public PolicyInputs Apply(PolicyInputs inputs, IReadOnlyList<PolicyDocument> documents) =>
        inputs with { Flags = new FlagSet(PolicyDocuments.Read(documents, static () => PolicyJson.Default.Flag, logger)) };

    /// <summary>Of two documents on one target the heavier counts, see <see cref="ProjectFlags"/>; a dismissed one lifts nothing.</summary>
    public bool IsAllowance(PolicyDocument document) => false;
}
