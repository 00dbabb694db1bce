using System.Globalization;
using System.Text;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;
using Hashgate.Core.Policy.Rules;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Core.Trust;
using Hashgate.Core.Upstreams;
using Hashgate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hashgate.Benchmarks;

/// <summary>A project page of 3,000 files as PyPI writes it, and what Hashgate makes of it on the way to a client.</summary>
internal static class SamplePage
{
    public const int FileCount = 3000;

    public static readonly ProjectName Project = ProjectName.Parse("large-project");
    public static readonly Uri PageUrl = new("https://pypi.example/simple/large-project/");
    public static readonly DateTimeOffset Now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly Upstream Upstream = new() { Name = Upstream.PyPI, IndexUrl = new Uri("https://pypi.example/simple/") };

    /// <summary>The page's JSON, about 1.9 MB.</summary>
    public static byte[] Json { get; } = Write(Project);

    public static ProjectPage Page { get; } = Read();

    public static PageSnapshot Snapshot { get; } = Keep(Page);

    public static ViewBuilder Views { get; } = new(Engine(), new PolicyState(), new FailedProofs(TimeProvider.System), new MetadataDisagreements(), new PublisherRecords(new MemoryPolicyStore(), new MemoryPublisherCopies(), NullLogger<PublisherRecords>.Instance), null, TimeProvider.System);

    /// <summary>The page's files, each on record as claimed.</summary>
    public static IReadOnlyList<FileFacts> Files { get; } = Describe(Page);

    public static ProjectPage Read() => Read(Project, Json);

    /// <summary>The facts of such a page of another project.</summary>
    public static ProjectFacts FactsOf(ProjectName project)
    {
        var page = Read(project, Write(project));
        return new ProjectFacts(Upstream, page, Describe(page), Now);
    }

    private static ProjectPage Read(ProjectName project, byte[] json) =>
        JsonPageReader.TryRead(json, project, PageUrl, PageLimits.Default, out var page, out var error) ? page : throw new InvalidOperationException(error.Message);

    private static PageSnapshot Keep(ProjectPage page) => new(Upstream.Name, page, null, null, Now, null);

    private static IReadOnlyList<FileFacts> Describe(ProjectPage page) => [.. Views.Describe(Upstream, Keep(page)).Select(file => file with
    {
        Pin = new Pin(PinOutcome.Same, TrustRecord.Of(page.Project, Upstream.Name, PagePins.Claim(file), Now), false),
    })];

    public static PolicyEngine Engine() => new(
        [
            new HashMismatchRule(), new HashChangedRule(), new NoHashRule(false), new FilenameMismatchRule(), new TrustUnavailableRule(), new UpstreamQuarantinedRule(),
            new RemovedUpstreamRule(TimeSpan.FromDays(90)), new MinimumAgeRule(TimeSpan.FromDays(3), false, [], false), new LateFileRule(TimeSpan.FromDays(14), TimeSpan.FromDays(90), []),
        ],
        static _ => false,
        static (rule, error) => throw new InvalidOperationException(rule.Name, error));

    private static byte[] Write(ProjectName project)
    {
        var stem = project.Value.Replace('-', '_');
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""{"meta":{"_last-serial":1,"api-version":"1.4"},"name":"{{project}}","versions":[],"files":[""");
        for (var i = 0; i < FileCount; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{i / 30}.{i / 3 % 10}-cp3{10 + i % 3}-cp3{10 + i % 3}-manylinux_2_17_x86_64.whl");
            var (file, metadata) = (Digest(name), Digest(name + ".metadata"));
            text.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""
                {"core-metadata":{"sha256":"{{metadata}}"},"data-dist-info-metadata":{"sha256":"{{metadata}}"},"filename":"{{name}}","hashes":{"sha256":"{{file}}"},"provenance":null,"requires-python":">=3.8","size":{{1000 + i}},"upload-time":"2024-01-{{i % 28 + 1:00}}T12:00:00.{{i:000000}}Z","url":"https://files.pypi.example/packages/{{file[..2]}}/{{file[2..4]}}/{{file[4..]}}/{{name}}","yanked":false}
                """);
        }
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    private static string Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text)).ToString();
}
