using System.Net;
using Hashgate.Core.Serving;
using Hashgate.Proxy.Access;
using Hashgate.Storage.Events;

namespace Hashgate.Proxy.Hosting.Settings;

/// <summary>Turns configuration into <see cref="HashgateSettings"/>.</summary>
internal static class SettingsLoader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The settings, or null and every error there is.</summary>
    public static HashgateSettings? Load(IConfiguration configuration, out IReadOnlyList<string> errors) => Load(configuration, out errors, out _);

    internal static HashgateSettings? Load(IConfiguration configuration, out IReadOnlyList<string> errors, out IReadOnlyCollection<string> known)
    {
        var reader = new SettingsReader(configuration.GetSection("Hashgate"));
        var settings = Read(reader);
        reader.RefuseUnknown();
        errors = reader.Errors;
        known = reader.Known;
        return errors.Count == 0 ? settings : null;
    }

    private static HashgateSettings? Read(SettingsReader reader)
    {
        var publicUrl = reader.Url("PublicUrl");
        var files = ReadFiles(reader);
        var upstreams = UpstreamSettings.Read(reader);
        var drain = reader.Duration("Shutdown:DrainTimeout", 10 * Second, TimeSpan.Zero, TimeSpan.FromHours(1));
        return new HashgateSettings
        {
            DataDirectory = Path.GetFullPath(reader.Text("DataDirectory") ?? "data"),
            PublicUrl = publicUrl?.AbsoluteUri.TrimEnd('/'),
            AllowedHosts = [.. reader.List("AllowedHosts", "a host name", static h => h) is { Count: > 0 } hosts ? hosts : ["localhost", "127.0.0.1", "[::1]"], .. publicUrl is null ? Array.Empty<string>() : [publicUrl.Host]],
            TrustedProxies = [.. reader.List("Network:TrustedProxies", "a network such as 10.0.0.0/8", Network).Select(n => n.Value)],
            Upstreams = upstreams!,
            UpstreamContact = reader.Text("Upstreams:Contact"),
            Trust = ReadTrust(reader),
            Cache = ReadCache(reader),
            SharedBlobs = S3Settings.Read(reader),
            Files = files,
            Pages = new PageOptions { MemoryBytes = reader.Number("Cache:PageMemoryBytes", 256L << 20, 1 << 20, long.MaxValue) },
            Policy = PolicySettings.Read(reader),
            Advisories = AdvisorySettings.Read(reader),
            Admin = ReadAdmin(reader),
            Access = AccessSettings.Read(reader),
            Metrics = MetricsSettings.Read(reader),
            Events = ReadEvents(reader),
            Webhooks = WebhookSettings.ReadAll(reader),
            MaxEventStreams = reader.Count("Events:MaxStreams", 100, 1, 100_000),
            DrainTimeout = drain,
            DrainNotice = reader.Duration("Shutdown:Notice", drain < Second ? drain : Second, TimeSpan.Zero, TimeSpan.FromHours(1)),
            StalePagesAfter = reader.Duration("Cache:StalePagesAfter", TimeSpan.FromHours(24), Second, TimeSpan.FromDays(365)),
        };
    }

    private static EventLogOptions ReadEvents(SettingsReader reader) => new()
    {
        Retention = reader.Duration("Events:Retention", TimeSpan.FromDays(180), TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
        MaxCount = reader.Number("Events:MaxCount", 1_000_000, 1000, 1_000_000_000),
        QueueLength = reader.Count("Events:QueueLength", 10_000, 100, 1_000_000),
        MergeWithin = reader.Duration("Events:MergeWithin", TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromHours(1)),
    };

    private static FileServing ReadFiles(SettingsReader reader)
    {
        var verifyFirst = reader.Number("Files:VerifyFirstBytes", 8 << 20, 1, 1L << 40);
        var holdBack = reader.Number("Files:HoldBackBytes", 64 << 10, 1, 1L << 30);
        if (holdBack > verifyFirst) reader.Add($"Hashgate:Files:HoldBackBytes ({holdBack}) must not be larger than Hashgate:Files:VerifyFirstBytes ({verifyFirst}).");
        return new FileServing
        {
            VerifyFirstBytes = verifyFirst,
            HoldBackBytes = holdBack,
            MaxBytes = reader.Number("Files:MaxBytes", 10L << 30, 1, long.MaxValue),
            MaxConcurrentFetches = reader.Count("Files:MaxConcurrentFetches", 64, 1, 10_000),
            MaxPerClient = reader.Count("Files:MaxPerClient", 16, 1, 10_000),
            MaxWaiting = reader.Count("Files:MaxWaiting", 4096, 1, 1_000_000),
            RedirectToShared = S3Settings.ReadRedirect(reader),
        };
    }

    private static TrustSettings ReadTrust(SettingsReader reader)
    {
        var usesRedis = reader.Choice("Trust:Provider", "sqlite", "sqlite", "redis") == "redis";
        return new TrustSettings(usesRedis, RedisSettings.Read(reader, usesRedis));
    }

    private static CacheSettings ReadCache(SettingsReader reader)
    {
        long? maxBytes = reader.Text("Cache:MaxBytes") is null ? null : reader.Number("Cache:MaxBytes", 1, 1, long.MaxValue);
        return new CacheSettings(
            maxBytes,
            reader.Number("Cache:MinFreeBytes", 2L << 30, 0, long.MaxValue),
            reader.Number("Cache:SmallFileMemoryBytes", 32L << 20, 0, 1L << 40),
            reader.Number("Cache:ScrubBytesPerSecond", 8 << 20, 1, 1L << 40),
            reader.Duration("Cache:ScrubPause", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)));
    }

    private static AdminSettings ReadAdmin(SettingsReader reader) => new(ReadTokens(reader))
    {
        SessionLifetime = reader.Duration("Admin:SessionLifetime", TimeSpan.FromHours(12), TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
        SingleSignOn = SingleSignOnSettings.Read(reader),
    };

    private static List<AdminToken> ReadTokens(SettingsReader reader)
    {
        var tokens = new List<AdminToken>();
        if (reader.Text("Admin:Token") is { } single) Add("operator", single, Role.Operate, "Admin:Token");
        foreach (var name in reader.Names("Admin:Tokens"))
        {
            var role = reader.Choice($"Admin:Tokens:{name}:Role", "view", "view", "operate") == "operate" ? Role.Operate : Role.View;
            if (reader.Text($"Admin:Tokens:{name}:Value") is { } value) Add(name, value, role, $"Admin:Tokens:{name}:Value");
            else reader.Add($"Hashgate:Admin:Tokens:{name}:Value is missing.");
        }
        return tokens;

        void Add(string name, string value, Role role, string key)
        {
            if (reader.IsSecret(key, value)) tokens.Add(new AdminToken(name, value, role));
        }
    }

    private static NetworkBox? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? new NetworkBox(network)
        : IPAddress.TryParse(text, out var address) ? new NetworkBox(new IPNetwork(address, address.GetAddressBytes().Length * 8))
        : null;

    private sealed record NetworkBox(IPNetwork Value);
}
