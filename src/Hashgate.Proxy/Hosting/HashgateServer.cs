using Hashgate.Proxy.Access;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;
using Hashgate.Storage.Blobs.S3;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hashgate.Proxy.Hosting;

/// <summary>The web application: configuration, parts, middleware, routes.</summary>
public static class HashgateServer
{
    /// <summary>Where it listens if nothing else is configured.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Settings are read once, at the start: watching their files would watch every folder below the one Hashgate is started in.</summary>
    private const string KeepSettings = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Builds the application.</summary>
    /// <param name="change">Lets tests replace parts, the clock above all.</param>
    /// <param name="configure">Adds settings that go before all others.</param>
    /// <exception cref="SettingsException">Settings are wrong; each is named.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? change = null, Action<IConfigurationBuilder>? configure = null)
    {
        // The slim builder leaves out what isn't used (IIS, QUIC, static assets): a start is a quarter shorter. TLS endpoints are asked for by name.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [KeepSettings, .. args], ApplicationName = "hashgate" });
        Configuration.AddSources(builder.Configuration);
        configure?.Invoke(builder.Configuration);
        builder.Logging.AddHashgateLogging(builder.Configuration);
        var settings = SettingsLoader.Load(builder.Configuration, out var errors) ?? throw new SettingsException(errors);
        builder.WebHost.UseKestrelHttpsConfiguration().UseSockets(ClientSockets.Configure).ConfigureKestrel(ConfigureKestrel);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(PolicyConfiguration.Of(builder.Configuration));
        builder.Services.AddHashgate(settings);
        builder.Services.AddLifecycle(settings);
        builder.Services.KeepKeysForLater();
        change?.Invoke(builder);

        var app = builder.Build();
        app.KeepAuthenticationForLater();
        app.UseUnexpectedErrors();
        app.UseTrustedProxies(settings);
        app.UseTargetCheck();
        app.UseInstallerPaths();
        app.UseRouting();
        app.UseClientTokens();
        app.UseRoles();
        app.MapSimple();
        app.MapProjectList();
        app.MapFiles();
        app.MapPassThrough();
        app.MapWhy();
        var api = app.MapApi();
        api.MapEvents();
        api.MapTrust();
        api.MapPolicyLists();
        api.MapCheck();
        api.MapReplay();
        api.MapWaivers();
        api.MapFlags();
        api.MapPublishers();
        api.MapPolicyStore();
        api.MapClientTokens();
        api.MapDownloads();
        app.MapDashboard();
        api.MapWebhooks();
        app.MapHealth();
        app.MapMetrics();
        app.MapRoot();
        app.MapFallback("{**path}", static context => Refusal.WriteMissingAsync(context, "There is nothing at this address.")).ReadBy(Readers.Everyone);
        return app;
    }

    /// <summary>Holds the data directory, opens the stores, serves until asked to stop.</summary>
    /// <exception cref="SettingsException">The data directory a store or a list can't be used as it is set up.</exception>
    public static async Task RunAsync(WebApplication app)
    {
        using var held = await StartAsync(app, CancellationToken.None);
        await app.WaitForShutdownAsync();
    }

    /// <summary>Starts serving; dispose of the result once the application has stopped.</summary>
    /// <param name="decides">Whether what is asked of it takes a decision. If not, a list that can't be read is no reason not to start: its rule holds what it can't judge.</param>
    public static async Task<IDisposable> StartAsync(WebApplication app, CancellationToken cancellationToken, bool decides = true)
    {
        var held = DataDirectory.Hold(app.Services.GetRequiredService<HashgateSettings>().DataDirectory);
        try
        {
            ServerFile.Forget(held.Path);
            _ = app.Services.GetRequiredService<TokenAuthority>();
            // None of these knows of another, and each waits for the disk or for code to be made ready: a start takes as long as the slowest.
            await Task.WhenAll(
                Task.Run(() => OpenStoresAsync(app.Services, cancellationToken), cancellationToken),
                Task.Run(() => decides ? app.Services.GetRequiredService<PolicyLists>().LoadAsync(cancellationToken) : Task.CompletedTask, cancellationToken),
                Task.Run(() => app.Services.GetRequiredService<AdvisoryFeed>().Open(), cancellationToken),
                Task.Run(() => decides ? CheckBucketAsync(app.Services, cancellationToken) : Task.CompletedTask, cancellationToken),
                Task.Run(() => MakeReady(app), cancellationToken));
            await app.StartAsync(cancellationToken);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes what the start and the first request need anyway, so that they find it made.</summary>
    private static void MakeReady(WebApplication app)
    {
        _ = app.Services.GetServices<IHostedService>();
        foreach (var routes in ((IEndpointRouteBuilder)app).DataSources) _ = routes.Endpoints;
    }

    private static async Task OpenStoresAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<IStoreStart>().OpenAsync(cancellationToken);
        await services.GetRequiredService<PolicyWatch>().LoadAsync(cancellationToken);
    }

    /// <summary>An object store that is away is a degraded start; one that is set up wrongly ends it.</summary>
    private static async Task CheckBucketAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (services.GetService<S3Bucket>() is not { } bucket) return;
        var problems = await bucket.CheckAsync(cancellationToken);
        if (problems.Count > 0) throw new SettingsException(problems);
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxRequestBodySize = 16 << 20;
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        // In the clear HTTP/1.1 alone: HTTP/2 has no reason phrase to explain a refusal with.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Forwarding headers are read from the configured networks only, the rightmost address outside them being the client.</summary>
    private static void UseTrustedProxies(this WebApplication app, HashgateSettings settings)
    {
        if (settings.TrustedProxies.Count == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.TrustedProxies) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }
}

/// <summary>Settings that a start can't go on with.</summary>
public sealed class SettingsException(IReadOnlyList<string> errors) : Exception(string.Join('\n', errors))
{
    /// <summary>One line for each.</summary>
    public IReadOnlyList<string> Errors => errors;
}
