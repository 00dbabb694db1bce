using Hashgate.Core.Advisories;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Typosquat;
using Hashgate.Core.Provenance;

namespace Hashgate.Core.Policy;

/// <summary>
/// What policy goes by beyond a project's own facts: the advisories, lists, flags and waivers in force at one moment. Immutable; a change
/// makes a new one with a higher revision.
/// </summary>
public sealed record PolicyInputs
{
    /// <summary>Nothing loaded yet.</summary>
    public static readonly PolicyInputs Initial = new();

    /// <summary>Grows with every change in this process; means nothing elsewhere and is never sent.</summary>
    public long Revision { get; init; }

    public WaiverSet Waivers { get; init; } = WaiverSet.None;

    /// <summary>What alone may be served; asked for only where an allowlist is configured.</summary>
    public ListInput Allowlist { get; init; } = ListInput.Empty;

    /// <summary>What must not be served.</summary>
    public ListInput Blocklist { get; init; } = ListInput.Empty;

    /// <summary>The popular projects that an operator named; null: those that Hashgate brings along.</summary>
    public PopularNames? Popular { get; init; }

    public AdvisoryIndex Advisories { get; init; } = AdvisoryIndex.Missing;

    public FlagSet Flags { get; init; } = FlagSet.None;

    public AcceptedPublisherSet AcceptedPublishers { get; init; } = AcceptedPublisherSet.None;
}

/// <summary>Holds the inputs in force. Whoever loads some puts them in; views compare the revision and are decided anew when next asked for.</summary>
public sealed class PolicyState
{
    private readonly Lock _lock = new();
    private PolicyInputs _current = PolicyInputs.Initial;

    public PolicyInputs Current => Volatile.Read(ref _current);

    /// <summary>Puts changed inputs in force, all at once; the same ones change nothing.</summary>
    public void Change(Func<PolicyInputs, PolicyInputs> change)
    {
        lock (_lock)
        {
            var changed = change(_current);
            if (!ReferenceEquals(changed, _current)) Volatile.Write(ref _current, changed with { Revision = _current.Revision + 1 });
        }
    }
}
