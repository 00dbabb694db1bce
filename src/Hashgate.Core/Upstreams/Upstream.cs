namespace Hashgate.Core.Upstreams;

/// <summary>An index that Hashgate reads from.</summary>
public sealed record Upstream
{
    /// <summary>The name of PyPI's upstream, whose files keep PyPI's own paths.</summary>
    public const string PyPI = "pypi";

    /// <summary>The key it is configured under: lower case letters, digits and <c>-</c>; part of file URLs and of trust records.</summary>
    public required string Name { get; init; }

    /// <summary>The simple index, absolute, ending in <c>/</c>.</summary>
    public required Uri IndexUrl { get; init; }

    /// <summary>A disabled upstream is not asked; the names that it owns are not there, and fall to nobody else.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Hosts, with an optional port, that files may be fetched from, beside the index's own scheme, host and port.</summary>
    public IReadOnlyList<string> FileHosts { get; init; } = [];

    /// <summary>Globs of the normalized names that it owns; none: everything nobody else owns.</summary>
    public IReadOnlyList<NameGlob> Projects { get; init; } = [];

    /// <summary>Globs of names whose changed files are accepted with an event. Never for <c>pypi</c>.</summary>
    public IReadOnlyList<NameGlob> Replaceable { get; init; } = [];

    /// <summary>How long a page stays fresh.</summary>
    public TimeSpan RefreshAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest silence that is borne: connecting, waiting for the head of an answer, and between two pieces of a body.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public string? Username { get; init; }
    public string? Password { get; init; }

    /// <summary>An HTTP proxy for this upstream; proxies named in the environment are not read.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>A PEM file of authorities that are trusted for this upstream instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>Null: private addresses are allowed where the index URL's own host is written as such.</summary>
    public bool? AllowPrivateNetwork { get; init; }

    /// <summary>Null: clear-text HTTP is allowed where the index URL itself is such.</summary>
    public bool? AllowHttp { get; init; }

    /// <summary>The most requests under way at once.</summary>
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>The name alone: the rest may be secret.</summary>
    public override string ToString() => Name;
}
