using System.Net;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Upstreams;
using Hashgate.Storage.Blobs.S3;
using Hashgate.Storage.Events;
using Hashgate.Storage.Redis;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Every setting, read and checked once at the start. docs/configuration.md tells of each.</summary>
public sealed record HashgateSettings
{
    /// <summary>Where everything that this process owns is kept. Absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where clients reach Hashgate, without trailing slash; null: links are relative.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Host names that may be quoted back to a client.</summary>
    public required IReadOnlyList<string> AllowedHosts { get; init; }

    /// <summary>Networks whose forwarding headers are believed.</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    public required UpstreamMap Upstreams { get; init; }

    /// <summary>Goes into the User-Agent; an address or URL of whoever runs this.</summary>
    public string? UpstreamContact { get; init; }

    /// <summary>How every server is asked.</summary>
    internal UpstreamClientOptions ClientOptions => new() { Version = ProgramVersion.Number, Contact = UpstreamContact };

    public required TrustSettings Trust { get; init; }
    public required CacheSettings Cache { get; init; }

    /// <summary>Where replicas share proven files; null: nowhere.</summary>
    public required S3Options? SharedBlobs { get; init; }
    public required FileServing Files { get; init; }
    public required PageOptions Pages { get; init; }
    public required PolicySettings Policy { get; init; }
    public required AdvisorySettings Advisories { get; init; }
    public required AdminSettings Admin { get; init; }
    public required AccessSettings Access { get; init; }

    public required MetricsSettings Metrics { get; init; }

    public required EventLogOptions Events { get; init; }

    /// <summary>Where events are sent.</summary>
    public IReadOnlyList<WebhookSettings> Webhooks { get; init; } = [];

    /// <summary>The most clients that may watch the stream of events at once.</summary>
    public required int MaxEventStreams { get; init; }

    /// <summary>How long running answers may go on after a stop was asked for.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>How long readiness fails, and everything is served still, before the listener closes.</summary>
    public required TimeSpan DrainNotice { get; init; }

    /// <summary>How old a page may be, its upstream being away, before readiness tells of it.</summary>
    public required TimeSpan StalePagesAfter { get; init; }
}

/// <summary>Where trust records, events and shared pages are kept.</summary>
/// <param name="Redis">Only where <paramref name="UsesRedis"/>.</param>
public sealed record TrustSettings(bool UsesRedis, RedisOptions Redis);

/// <summary>The blob cache's limits, in bytes; null: the default that depends on the disk.</summary>
/// <param name="SmallFileMemoryBytes">What small files may take in memory.</param>
/// <param name="ScrubBytesPerSecond">How fast the background scrub reads.</param>
/// <param name="ScrubPause">The pause between two scrubs.</param>
public sealed record CacheSettings(long? MaxBytes, long MinFreeBytes, long SmallFileMemoryBytes, long ScrubBytesPerSecond, TimeSpan ScrubPause);

/// <summary>Who may do what.</summary>
/// <param name="Tokens">Empty: a token is generated.</param>
public sealed record AdminSettings(IReadOnlyList<AdminToken> Tokens)
{
    /// <summary>How long a session of the dashboard lasts, from the sign-in on.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Whose headers tell who has signed in; null: nobody's.</summary>
    public SingleSignOnSettings? SingleSignOn { get; init; }
}

/// <summary>A bearer token.</summary>
/// <param name="Name">Who holds it; stands in the records as the actor.</param>
public sealed record AdminToken(string Name, string Value, Access.Role Role);
