namespace Hashgate.Core.Packaging;

/// <summary>The three kinds of pre-release, in their order.</summary>
public enum PreReleaseKind
{
    Alpha,
    Beta,
    Candidate,
}

/// <summary>A version's pre-release segment, such as <c>rc1</c>.</summary>
public readonly record struct PreRelease(PreReleaseKind Kind, VersionNumber Number)
{
    /// <summary>The canonical spelling of the kind: <c>a</c>, <c>b</c> or <c>rc</c>.</summary>
    public string Letters => Kind switch
    {
        PreReleaseKind.Alpha => "a",
        PreReleaseKind.Beta => "b",
        _ => "rc",
    };

    public override string ToString() => Letters + Number;
}

/// <summary>What a version's text says, segment by segment.</summary>
internal record struct VersionParts
{
    public VersionNumber Epoch;
    public VersionNumber[] Release;
    public PreRelease? Pre;
    public VersionNumber? Post;
    public VersionNumber? Dev;

    /// <summary>Lower case segments joined by <c>.</c>, numbers without leading zeros.</summary>
    public string? Local;
}
