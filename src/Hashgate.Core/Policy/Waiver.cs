using System.Collections.Frozen;
using Hashgate.Core.Packaging;

namespace Hashgate.Core.Policy;

/// <summary>An operator's word that one rule's refusals don't count for some files of a project. Never lifts a rule that guards the proof.</summary>
public sealed record Waiver
{
    public required string Id { get; init; }

    /// <summary>The rule's kebab-case name.</summary>
    public required string Rule { get; init; }

    public required ProjectName Project { get; init; }

    /// <summary>Which versions; null: all. A file without a readable version is covered by null or by its hash alone.</summary>
    public VersionSpecifiers? Versions { get; init; }

    /// <summary>The one file; null: every file of the versions.</summary>
    public Sha256Digest? Sha256 { get; init; }

    public required string Reason { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it no longer counts; null: it stands until it is taken back.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it lifts this rule's refusal of this file at this moment.</summary>
    public bool Lifts(string rule, FileFacts file, DateTimeOffset now) =>
        Rule == rule
        && (Expires is null || now < Expires)
        && (Sha256 is not { } digest || digest == file.ServedSha256)
        && (Versions is not { } versions || (file.Name.Version is { } version && versions.Contains(version)));
}

/// <summary>The waivers in force, by project.</summary>
public sealed class WaiverSet
{
    public static readonly WaiverSet None = new([]);

    private readonly FrozenDictionary<ProjectName, Waiver[]> _byProject;

    public WaiverSet(IEnumerable<Waiver> waivers) =>
        _byProject = waivers.GroupBy(w => w.Project).ToFrozenDictionary(g => g.Key, g => g.ToArray());

    /// <summary>Every waiver for a project, expired ones included.</summary>
    public IReadOnlyList<Waiver> For(ProjectName project) => _byProject.TryGetValue(project, out var waivers) ? waivers : [];

    /// <summary>Those that aren't past their end.</summary>
    public WaiverSet InForce(DateTimeOffset now) => new(All.Where(w => w.Expires is null || now < w.Expires));

    /// <summary>Every waiver there is.</summary>
    public IEnumerable<Waiver> All => _byProject.Values.SelectMany(w => w);
}
