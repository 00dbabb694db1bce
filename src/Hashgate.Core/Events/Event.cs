using Hashgate.Core.Packaging;

namespace Hashgate.Core.Events;

/// <summary>One thing an operator may want to know. Its strings may be hostile: they are data, escaped wherever they are shown.</summary>
public sealed record Event
{
    /// <summary>One of <see cref="EventKinds"/>.</summary>
    public required string Kind { get; init; }
    public required DateTimeOffset When { get; init; }
    public string? Upstream { get; init; }
    public ProjectName? Project { get; init; }
    public string? Version { get; init; }
    public string? Filename { get; init; }

    /// <summary>The rule's kebab-case name, where one decided.</summary>
    public string? Rule { get; init; }

    /// <summary>For a person, in one sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>The client's address, where a request led to the event.</summary>
    public string? Client { get; init; }
    public string? UserAgent { get; init; }
    public string? RequestId { get; init; }

    /// <summary>Who did it, for an operator's act; the token that an installer read with, for what it was refused.</summary>
    public string? Actor { get; init; }

    /// <summary>How many things this event tells of at once; 1 or more.</summary>
    public int Count { get; init; } = 1;
}

/// <summary>The kinds of events; the names are part of the contract.</summary>
public static class EventKinds
{
    public const string Blocked = "blocked";
    public const string Held = "held";
    public const string Warned = "warned";
    public const string FirstSeen = "first-seen";
    public const string HashChanged = "hash-changed";
    public const string HashMismatch = "hash-mismatch";
    public const string Removed = "removed";

    /// <summary>A page whose serial went backwards was not taken.</summary>
    public const string Rollback = "rollback";
    public const string Flagged = "flagged";
    public const string Waived = "waived";
    public const string PolicyChanged = "policy-changed";
    public const string UpstreamDown = "upstream-down";
    public const string UpstreamUp = "upstream-up";
    public const string StoreAlarm = "store-alarm";
    public const string AdvisoriesLoaded = "advisories-loaded";

    /// <summary>A source of advisories lost many records at once and was not believed.</summary>
    public const string AdvisoriesRefused = "advisories-refused";
    public const string SignedIn = "signed-in";
    public const string SignedOut = "signed-out";

    /// <summary>Somebody typed in a token that is nobody's, or more of them than are looked at.</summary>
    public const string SignInRefused = "sign-in-refused";
    public const string Acted = "acted";
    public const string TokenCreated = "token-created";
    public const string TokenRevoked = "token-revoked";

    /// <summary>An installer sent a token that is not in force.</summary>
    public const string TokenRefused = "token-refused";

    /// <summary>A webhook's receiver takes nothing any more; once for each outage.</summary>
    public const string WebhookDown = "webhook-down";

    /// <summary>The receiver takes deliveries again.</summary>
    public const string WebhookUp = "webhook-up";

    /// <summary>So many deliveries were given up: refused by the receiver, too many, or too old.</summary>
    public const string WebhookDropped = "webhook-dropped";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Blocked, Held, Warned, FirstSeen, HashChanged, HashMismatch, Removed, Rollback, Flagged, Waived, PolicyChanged, UpstreamDown, UpstreamUp,
        StoreAlarm, AdvisoriesLoaded, AdvisoriesRefused, SignedIn, SignedOut, SignInRefused, Acted, WebhookDown, WebhookUp, WebhookDropped,
        TokenCreated, TokenRevoked, TokenRefused,
    ];

    /// <summary>Those that somebody has to look into, the gravest first.</summary>
    public static IReadOnlyList<string> Alarms { get; } = [HashMismatch, HashChanged, StoreAlarm];

    /// <summary>Whether somebody has to look into it: kept before all else under a flood.</summary>
    public static bool IsAlarm(string kind) => Alarms.Contains(kind);

    /// <summary>Whether it tells of a request that met policy, or a token that is nobody's; such events repeat with every retry of a client.</summary>
    public static bool IsRefusal(string kind) => kind is Blocked or Held or Warned or SignInRefused or TokenRefused;
}
