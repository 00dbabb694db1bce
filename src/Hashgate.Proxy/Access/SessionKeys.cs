using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Storage.Redis;
using Hashgate.Storage.Sessions;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Hashgate.Proxy.Access;

/// <summary>Registers what sessions and forms rest on: the framework's cookie, anti-forgery and data protection, over keys of our own keeping.</summary>
internal static class SessionKeys
{
    /// <summary>What a caller is told whose session can't be read or begun.</summary>
    public const string Away = "Sessions can't be read now, because the store of their keys is away: call the API with a bearer token, or try again when /readyz says that the store is back.";

    /// <summary>Who calls, and what they may: tokens, sessions, single sign-on, anti-forgery, acts on record.</summary>
    public static void AddAccess(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton<Callers>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SingleSignOn>();
        services.AddSingleton<AntiForgery>();
        services.AddSingleton<RoleGate>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<Acts>();
        services.AddSessions(settings);
    }

    /// <summary>Holds every endpoint's callers to the role that it asks for; installers' paths never come here.</summary>
    public static void UseRoles(this WebApplication app) => app.Use(next =>
    {
        // Asked for as the start puts the parts in line, and no sooner: its tokens are in the data directory, which a first start makes before that.
        var gate = app.Services.GetRequiredService<RoleGate>();
        return context => gate.InvokeAsync(context, next);
    });

    private static void AddSessions(this IServiceCollection services, HashgateSettings settings)
    {
        if (settings.Trust.UsesRedis) services.AddSingleton<ISessionKeys>(provider => new RedisSessionKeys(provider.GetRequiredService<RedisConnection>(), provider.GetRequiredService<TimeProvider>()));
        else services.AddSingleton<ISessionKeys>(provider => new DiskSessionKeys(Path.Combine(settings.DataDirectory, "keys"), provider.GetRequiredService<ILoggerFactory>()));

        // One name for all replicas, whatever directory each was started in.
        services.AddDataProtection().SetApplicationName("hashgate");
        services.AddOptions<KeyManagementOptions>().Configure<ISessionKeys>(static (options, keys) => options.XmlRepository = keys);
        services.AddSingleton<IKeyManager>(static provider => new RenewedKeys(ActivatorUtilities.CreateInstance<XmlKeyManager>(provider), provider.GetRequiredService<ISessionKeys>()));

        services.AddAuthentication()
            .AddCookie(Sessions.Plain, options => Configure(options, Sessions.Plain, CookieSecurePolicy.SameAsRequest, settings))
            .AddCookie(Sessions.Secure, options => Configure(options, Sessions.Secure, CookieSecurePolicy.Always, settings));
        services.AddAntiforgery(static options =>
        {
            options.FormFieldName = AntiForgery.Field;
            options.HeaderName = AntiForgery.Header;
            options.Cookie.Name = AntiForgery.Cookie;
            options.Cookie.Path = "/";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Our pages say it themselves, and stricter.
            options.SuppressXFrameOptionsHeader = true;
        });
    }

    /// <summary>Takes the framework's reading of the keys out of the start: nothing is made before somebody signs in.</summary>
    /// <remarks>To be called when everything is registered: each part that uses data protection brings it in anew.</remarks>
    public static void KeepKeysForLater(this IServiceCollection services)
    {
        foreach (var early in services.Where(static s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name == "DataProtectionHostedService").ToArray()) services.Remove(early);
    }

    /// <summary>Has the framework ask for the authentication where it is needed, and not before each request, of installers above all.</summary>
    public static void KeepAuthenticationForLater(this IApplicationBuilder app) => app.Properties["__AuthenticationMiddlewareSet"] = true;

    private static void Configure(CookieAuthenticationOptions options, string name, CookieSecurePolicy secure, HashgateSettings settings)
    {
        options.Cookie.Name = name;
        options.Cookie.Path = "/";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = secure;
        options.ExpireTimeSpan = settings.Admin.SessionLifetime;
        options.SlidingExpiration = false;
    }

    /// <summary>The framework's keys, read anew when another replica made or removed one; by itself it would look once a day.</summary>
    private sealed class RenewedKeys(XmlKeyManager keys, ISessionKeys kept) : IKeyManager
    {
        public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) => keys.CreateNewKey(activationDate, expirationDate);

        public IReadOnlyCollection<IKey> GetAllKeys() => keys.GetAllKeys();

        public CancellationToken GetCacheExpirationToken() =>
            CancellationTokenSource.CreateLinkedTokenSource(keys.GetCacheExpirationToken(), kept.Changed).Token;

        public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => keys.RevokeAllKeys(revocationDate, reason);

        public void RevokeKey(Guid keyId, string? reason = null) => keys.RevokeKey(keyId, reason);
    }
}
