using Hashgate.Core.Packaging;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Typosquat;

namespace Hashgate.Core.Policy;

/// <summary>What policy's inputs say of one project by its name: looked up once for each decision, and not file by file.</summary>
public sealed class ProjectLookups
{
    private readonly Lazy<string?> _lookalike;

    public ProjectLookups(PolicyInputs policy, ProjectName project)
    {
        (Allowed, Blocked) = (policy.Allowlist.All.For(project), policy.Blocklist.All.For(project));
        _lookalike = new(() => (policy.Popular ?? PopularNames.Shipped).LookalikeOf(project));
    }

    /// <summary>The allowlist's entries that speak of it.</summary>
    public IReadOnlyList<PolicyListEntry> Allowed { get; }

    /// <summary>The blocklist's.</summary>
    public IReadOnlyList<PolicyListEntry> Blocked { get; }

    /// <summary>The popular project that it could be mistaken for, if any; looked for when a rule first asks, because it costs the most.</summary>
    public string? Lookalike => _lookalike.Value;
}
