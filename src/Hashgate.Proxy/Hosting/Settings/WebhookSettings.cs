using System.Reflection;
using Hashgate.Core.Events;
using Hashgate.Proxy.Webhooks;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>A webhook: where events are sent, which of them, and how.</summary>
public sealed record WebhookSettings
{
    /// <summary>What calls somebody: the kinds that are sent where no others are named.</summary>
    private static readonly string[] StandardKinds =
    [
        EventKinds.HashMismatch, EventKinds.HashChanged, EventKinds.StoreAlarm, EventKinds.Blocked, EventKinds.Removed, EventKinds.Rollback, EventKinds.Flagged,
        EventKinds.UpstreamDown, EventKinds.UpstreamUp, EventKinds.AdvisoriesRefused, EventKinds.WebhookDown, EventKinds.WebhookUp, EventKinds.WebhookDropped,
    ];

    private static readonly string[] EveryKind = [.. typeof(EventKinds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    private static readonly string[] EveryRule = [.. PolicySettings.AlwaysEnforced, .. PolicySettings.Softenable];

    /// <summary>The key it is configured under: lower case letters, digits and <c>-</c>; its folder below <c>webhooks</c> in the data directory.</summary>
    public required string Name { get; init; }

    /// <summary>Where events are posted to; may hold a secret in its path or query.</summary>
    public required Uri Url { get; init; }

    public required WebhookFormat Format { get; init; }

    /// <summary>A disabled webhook takes no events; what waits for it stays in its folder.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The kinds of events that are sent.</summary>
    public required IReadOnlySet<string> Kinds { get; init; }

    /// <summary>Of the events that name a rule, only those of these rules are sent; none: those of all.</summary>
    public required IReadOnlySet<string> Rules { get; init; }

    /// <summary>Signs what is sent; null: nothing is signed.</summary>
    public string? Secret { get; init; }

    /// <summary>The value of an <c>Authorization</c> header; null: none is sent.</summary>
    public string? Authorization { get; init; }

    /// <summary>The longest that one attempt takes, 100 milliseconds to 2 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A PEM file of authorities that are trusted for this receiver instead of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>How many deliveries may wait, alarms and others each, 10 to 100,000.</summary>
    public int QueueLength { get; init; } = 1000;

    /// <summary>The name alone: the rest may be secret.</summary>
    public override string ToString() => Name;

    /// <summary>Whether the event is one that this webhook sends. What it tells of itself it never sends: that would feed itself.</summary>
    internal bool Wants(Event happened) =>
        Kinds.Contains(happened.Kind)
        && (happened.Rule is null || Rules.Count == 0 || Rules.Contains(happened.Rule))
        && happened.Actor != Webhook.ActorOf(Name);

    internal static IReadOnlyList<WebhookSettings> ReadAll(SettingsReader reader) => [.. reader.Names("Webhooks").Select(name => ReadOne(reader, name)).OfType<WebhookSettings>()];

    /// <summary>Reads on after an error, so that its other settings are checked as well and none is taken for unknown.</summary>
    private static WebhookSettings? ReadOne(SettingsReader reader, string name)
    {
        var key = "Webhooks:" + name;
        if (!SettingsReader.IsPathName(name)) reader.Add($"Hashgate:{key} can't be a webhook's name: use lower case letters, digits and -, at most 40.");
        var url = ReadUrl(reader, key + ":Url");
        var kinds = reader.List(key + ":Kinds", "all, or one of " + string.Join(", ", EveryKind), text => Named(text, [.. EveryKind, "all"]));
        var rules = reader.List(key + ":Rules", "one of " + string.Join(", ", EveryRule), text => Named(text, EveryRule));
        var format = reader.Choice(key + ":Format", "generic", "generic", "slack", "cloudevents");
        var settings = new WebhookSettings
        {
            Name = name,
            Url = url ?? new Uri("https://hashgate.invalid/"),
            Format = Enum.Parse<WebhookFormat>(format, ignoreCase: true),
            Enabled = reader.Flag(key + ":Enabled", true),
            Kinds = (kinds.Count == 0 ? StandardKinds : kinds.Contains("all") ? EveryKind : kinds).ToHashSet(StringComparer.Ordinal),
            Rules = rules.ToHashSet(StringComparer.Ordinal),
            Secret = ReadSecret(reader, key + ":Secret"),
            Authorization = ReadAuthorization(reader, key + ":Authorization"),
            Timeout = reader.Duration(key + ":Timeout", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2)),
            CaFile = reader.Certificates(key + ":CaFile"),
            QueueLength = reader.Count(key + ":QueueLength", 1000, 10, 100_000),
        };
        return url is null ? null : settings;
    }

    /// <summary>Unlike other URLs of the settings it may have a query; it is never quoted, for it may be a secret as a whole.</summary>
    private static Uri? ReadUrl(SettingsReader reader, string key)
    {
        if (reader.Text(key) is not { } text) reader.Add($"Hashgate:{key} is missing: it tells where events are posted to.");
        else if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Fragment.Length == 0) return url;
        else reader.Add($"Hashgate:{key} must be an absolute http or https URL without user or fragment.");
        return null;
    }

    private static string? ReadSecret(SettingsReader reader, string key) => reader.Text(key) is { } secret && reader.IsSecret(key, secret) ? secret : null;

    private static string? ReadAuthorization(SettingsReader reader, string key)
    {
        if (reader.Text(key) is not { } value) return null;
        if (value.Length > 4096 || value.Any(c => c is < ' ' or > '~')) reader.Add($"Hashgate:{key} must be the value of a header, such as 'Bearer' and a token: printable ASCII, at most 4096 characters.");
        return value;
    }

    private static string? Named(string text, string[] allowed) => Array.Find(allowed, each => each.Equals(text, StringComparison.OrdinalIgnoreCase));
}
