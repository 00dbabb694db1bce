using System.Globalization;
using System.Text;
using Hashgate.Core.Advisories;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Lists;
using Hashgate.Core.Policy.Rules;
using Hashgate.Proxy.Advisories;

namespace Hashgate.Benchmarks;

/// <summary>A policy as a large organisation has it.</summary>
internal static class SamplePolicy
{
    /// <summary>The environment variable that names the zip file of OSV's records.</summary>
    public const string FeedVariable = "HASHGATE_OSV_EXPORT";

    private const int Allowed = 1000;
    private const int Blocked = 100;

    /// <summary>The zip file of OSV's records; null where none is named.</summary>
    public static string? FeedPath { get; } = Environment.GetEnvironmentVariable(FeedVariable);

    /// <summary>Every rule that looks at an index's files, each with options that have it look.</summary>
    public static PolicyEngine Engine() => new(
        [
            new HashMismatchRule(), new HashChangedRule(), new NoHashRule(false), new FilenameMismatchRule(), new TrustUnavailableRule(), new UpstreamQuarantinedRule(),
            new AllowlistRule(), new BlocklistRule(), new SdistRule([]), new TyposquatRule([]), new RemovedUpstreamRule(TimeSpan.FromDays(90)),
            new MinimumAgeRule(TimeSpan.FromDays(3), false, [], true), new LateFileRule(TimeSpan.FromDays(14), TimeSpan.FromDays(90), []), new MalwareRule(true),
            new VulnerabilityRule(new VulnerabilityOptions { BlockAt = AdvisorySeverity.Critical }), new FlaggedRule(3), new ProvenanceRule(new ProvenanceOptions()),
        ],
        static _ => false,
        static (rule, error) => throw new InvalidOperationException(rule.Name, error));

    /// <summary>Inputs that nobody has decided by yet.</summary>
    public static PolicyInputs Inputs(PackedAdvisories records) => new()
    {
        Advisories = new AdvisoryIndex(records),
        Allowlist = ListInput.Empty.WithListed(Read($"{SamplePage.Project}\ntensorflow>=0.1\n", "made-up-project-{0}>=1.{0}\n", Allowed - 2)),
        Blocklist = ListInput.Empty.WithListed(Read("tensorflow==99.9\n", "unwanted-project-{0}  # it mined coins\n", Blocked - 1)),
    };

    /// <summary>The feed's records; none where no feed is named.</summary>
    public static PackedAdvisories ReadFeed() => FeedPath is null ? PackedAdvisories.Of([]) : ReadSet().Records;

    /// <summary>The feed as a start without a kept one reads it.</summary>
    public static AdvisorySet ReadSet()
    {
        var path = FeedPath ?? throw new InvalidOperationException($"{FeedVariable} names no zip file of OSV records.");
        return new LocalSource(path, new AdvisoryLimits(), TimeProvider.System).AskAsync(null, CancellationToken.None).GetAwaiter().GetResult().Set;
    }

    private static IReadOnlyList<PolicyListEntry> Read(string first, string others, int count)
    {
        var text = new StringBuilder(first);
        for (var i = 0; i < count; i++) text.Append(string.Format(CultureInfo.InvariantCulture, others, i));
        var reading = PolicyListReader.Read(text.ToString());
        return reading.Problems is [] ? reading.Entries : throw new InvalidOperationException(reading.Problems[0].ToString());
    }
}
