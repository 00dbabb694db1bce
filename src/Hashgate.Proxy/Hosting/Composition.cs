using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Serving.Replay;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.ClientTokens;
using Hashgate.Proxy.Dashboard;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;
using Hashgate.Proxy.PassThrough;
using Hashgate.Proxy.Telemetry;
using Hashgate.Proxy.Upstreams;
using Hashgate.Proxy.Webhooks;
using Hashgate.Storage.Advisories;

namespace Hashgate.Proxy.Hosting;

/// <summary>Puts the parts together. The drivers are chosen in <see cref="Stores"/>.</summary>
internal static class Composition
{
    public static void AddHashgate(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(settings.Upstreams);
        services.AddSingleton(settings.Files);
        services.AddSingleton(settings.Pages);
        services.AddSingleton(TimeProvider.System);
        services.AddStores(settings);
        services.AddPolicy(settings);
        services.AddAdvisories(settings);
        services.AddServing(settings);
        services.AddTelemetry();
        services.AddWebhooks(settings);
        services.AddEvents();
        services.AddSingleton(_ => TokenAuthority.Create(settings.Admin, settings.DataDirectory));
        services.AddAccess(settings);
        services.AddClientTokens(settings);
        services.AddSingleton<RequestInfo>();
        services.AddSingleton<Refusal>();
        services.AddSingleton<Served>();
        services.AddSingleton<ProjectFinder>();
        services.AddSingleton<FileAnswers>();
        services.AddSingleton<TrustOperations>();
        services.AddSingleton<TrustTransfers>();
        services.AddSingleton<WaiverOperations>();
        services.AddSingleton<FlagOperations>();
        services.AddSingleton<DownloadOperations>();
        services.AddSingleton<ReportLimits>();
        services.AddSingleton<PackageReports>();
        // The framework's own choice leaves all but ASCII controls as it is: direction characters would reach the terminal of whoever asks.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = ReadableJson.Encoder);
        services.AddSingleton<PublisherOperations>();
        services.AddHttpForwarder();
        services.AddSingleton<JsonPassThrough>();
        services.AddSingleton<PassThroughService>();
        services.AddSingleton<ProjectLists>();
        services.AddSingleton<Readiness>();
        services.AddDashboard();
    }

    private static void AddPolicy(this IServiceCollection services, HashgateSettings settings)
    {
        foreach (var rule in PolicyRules.Create(settings.Policy, settings.Advisories)) services.AddSingleton(rule);
        services.AddSingleton(provider => PolicyRules.Engine(provider.GetServices<IPolicyRule>(), settings.Policy, provider.GetRequiredService<PolicyFailures>().Report));
        services.AddSingleton<PolicyFailures>();
        services.AddSingleton(settings.Policy.Provenance);
        services.AddSingleton<PolicyState>();
        services.AddSingleton<PolicyWatch>();
        services.AddSingleton<IPolicyPart, WaiverPart>();
        services.AddSingleton<IPolicyPart, FlagPart>();
        services.AddSingleton<IPolicyPart, ListEntryPart>();
        services.AddSingleton<IPolicyPart, AcceptedPublishersPart>();
        services.AddSingleton<ListOperations>();
        services.AddSingleton<PolicyLists>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyLists>());
    }

    private static void AddAdvisories(this IServiceCollection services, HashgateSettings settings)
    {
        var folder = Path.Combine(settings.DataDirectory, "advisories");
        services.AddSingleton(settings.Advisories);
        services.AddSingleton(new AdvisoryLimits());
        services.AddSingleton(provider => new AdvisoryFeed(
            AdvisorySources.Create(settings, folder, provider.GetRequiredService<AdvisoryLimits>(), provider.GetRequiredService<TimeProvider>()),
            new AdvisoryFile(Path.Combine(folder, "feed")),
            settings.Advisories,
            provider.GetRequiredService<PolicyState>(),
            provider.GetRequiredService<IEventLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AdvisoryFeed>>()));
    }

    private static void AddServing(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton(provider => new UpstreamClient(
            settings.Upstreams.All,
            settings.ClientOptions,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IEventLog>(),
            provider.GetRequiredService<ILogger<UpstreamClient>>()));
        services.AddSingleton<IUpstreamClient>(provider => provider.GetRequiredService<UpstreamClient>());
        services.AddSingleton<FailedProofs>();
        services.AddSingleton<MetadataDisagreements>();
        services.AddSingleton(provider => new ViewBuilder(
            provider.GetRequiredService<PolicyEngine>(),
            provider.GetRequiredService<PolicyState>(),
            provider.GetRequiredService<FailedProofs>(),
            provider.GetRequiredService<MetadataDisagreements>(),
            provider.GetRequiredService<PublisherRecords>(),
            settings.PublicUrl,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<VanishedFiles>();
        services.AddSingleton<PublisherRecords>();
        services.AddSingleton<RefreshedPages>();
        services.AddSingleton<PagePins>();
        services.AddSingleton<PageRefresh>();
        services.AddSingleton<ProjectPages>();
        services.AddSingleton<LockCheck>();
        services.AddSingleton<KnownFacts>();
        services.AddSingleton<PolicyReplay>();
        services.AddSingleton<ReplayOperations>();
        services.AddSingleton<CheckLimits>();
        services.AddSingleton<PublisherLearning>();
        services.AddSingleton<FileLocator>();
        services.AddSingleton<WheelMetadata>();
        services.AddSingleton<FetchResults>();
        services.AddSingleton<FetchFigures>();
        services.AddSingleton<WorkTurns>();
        services.AddSingleton<SharedFetching>();
        services.AddSingleton<Files>();
    }
}
