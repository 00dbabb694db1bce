using Hashgate.Core.Events;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.Upstreams;
using Hashgate.Proxy.Access;
using Hashgate.Proxy.Advisories;
using Hashgate.Proxy.Endpoints;
using Hashgate.Proxy.Hosting.Settings;
using Hashgate.Proxy.Lists;
using Hashgate.Proxy.PassThrough;
using Hashgate.Proxy.Upstreams;
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
        services.AddSingleton(_ => TokenAuthority.Create(settings.Admin, settings.DataDirectory));
        services.AddSingleton<Callers>();
        services.AddSingleton<RequestInfo>();
        services.AddSingleton<Refusal>();
        services.AddSingleton<Served>();
        services.AddSingleton<ProjectFinder>();
        services.AddSingleton<TrustOperations>();
        services.AddSingleton<WaiverOperations>();
        services.AddSingleton<FlagOperations>();
        services.AddSingleton<ReportLimits>();
        services.AddSingleton<PackageReports>();
        // The framework's own choice leaves all but ASCII controls as it is: direction characters would reach the terminal of whoever asks.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default);
        services.AddSingleton<PublisherOperations>();
        services.AddHttpForwarder();
        services.AddSingleton<JsonPassThrough>();
        services.AddSingleton<PassThroughService>();
        services.AddSingleton<ProjectLists>();
        services.AddSingleton<Readiness>();
    }

    private static void AddPolicy(this IServiceCollection services, HashgateSettings settings)
    {
        services.AddSingleton<IPolicyRule, HashMismatchRule>();
        services.AddSingleton<IPolicyRule, HashChangedRule>();
        services.AddSingleton<IPolicyRule>(new NoHashRule(settings.Policy.AllowFirstUseWithoutHash));
        services.AddSingleton<IPolicyRule, FilenameMismatchRule>();
        services.AddSingleton<IPolicyRule, TrustUnavailableRule>();
        services.AddSingleton<IPolicyRule, UpstreamQuarantinedRule>();
        if (settings.Policy.HasList(RuleNames.Allowlist)) services.AddSingleton<IPolicyRule, AllowlistRule>();
        services.AddSingleton<IPolicyRule, BlocklistRule>();
        if (settings.Policy.Sdist.Refuse) services.AddSingleton<IPolicyRule>(new SdistRule(settings.Policy.Sdist.Exempt));
        services.AddSingleton<IPolicyRule>(new TyposquatRule(settings.Policy.Typosquat.Exempt));
        services.AddSingleton<IPolicyPart, ListEntryPart>();
        services.AddSingleton<ListOperations>();
        services.AddSingleton<PolicyLists>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyLists>());
        services.AddSingleton<IPolicyRule>(new RemovedUpstreamRule(settings.Policy.RemovedUpstreamAge));
        var (age, late) = (settings.Policy.MinimumAge, settings.Policy.LateFile);
        services.AddSingleton<IPolicyRule>(new MinimumAgeRule(age.Age, age.FirstSeenClock, age.Exempt, settings.Policy.Vulnerability.LetFixesThrough));
        services.AddSingleton<IPolicyRule>(new LateFileRule(late.After, late.HoldFor, late.Exempt));
        services.AddSingleton<IPolicyRule>(new MalwareRule(settings.Advisories.HoldWhenMissing));
        services.AddSingleton<IPolicyRule>(new VulnerabilityRule(settings.Policy.Vulnerability.Options));
        services.AddSingleton<IPolicyRule>(new FlaggedRule(settings.Policy.Flagged.ReportsToBlock));
        services.AddSingleton(settings.Policy.Provenance);
        services.AddSingleton<IPolicyRule, ProvenanceRule>();
        services.AddSingleton<IPolicyPart, AcceptedPublishersPart>();
        services.AddSingleton<PolicyState>();
        services.AddSingleton<PolicyWatch>();
        services.AddSingleton<IPolicyPart, WaiverPart>();
        services.AddSingleton<IPolicyPart, FlagPart>();
        services.AddSingleton(provider => new PolicyEngine(
            [.. provider.GetServices<IPolicyRule>().Where(rule => settings.Policy.IsOn(rule.Name))],
            rule => settings.Policy.IsAudited(rule.Name),
            provider.GetRequiredService<PolicyFailures>().Report));
        services.AddSingleton<PolicyFailures>();
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
            new UpstreamClientOptions { Version = ProgramVersion.Number, Contact = settings.UpstreamContact },
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
        services.AddSingleton<CheckLimits>();
        services.AddSingleton<PublisherLearning>();
        services.AddSingleton<FileLocator>();
        services.AddSingleton<WheelMetadata>();
        services.AddSingleton<FetchResults>();
        services.AddSingleton<Files>();
    }
}
