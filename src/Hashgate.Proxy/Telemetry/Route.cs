namespace Hashgate.Proxy.Telemetry;

/// <summary>What a request asked for, as metrics tell it apart.</summary>
internal enum Route
{
    /// <summary>Anything that is none of the others.</summary>
    Other,

    /// <summary>The list of all projects.</summary>
    List,

    /// <summary>A project's page.</summary>
    Page,

    /// <summary>A distribution file.</summary>
    File,

    /// <summary>A file's core metadata.</summary>
    Metadata,

    /// <summary>Legacy JSON.</summary>
    Json,
    Provenance,
    Why,
    Api,
    Dashboard,

    /// <summary>Liveness and readiness.</summary>
    Health,
    Metrics,
}

/// <summary>Where an answer's bytes came from.</summary>
internal enum CacheOutcome
{
    /// <summary>The answer has none: an error, a redirect, something that isn't cached.</summary>
    None,

    /// <summary>They were there.</summary>
    Hit,

    /// <summary>They were there, and older than they should be: the upstream can't be asked.</summary>
    Stale,

    /// <summary>They were waited for.</summary>
    Miss,
}
