using BenchmarkDotNet.Attributes;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Benchmarks;

/// <summary>
/// What policy costs for each file of a page of 3,000: every rule, an allowlist of 1,000 entries, a blocklist of 100, the popular names that
/// come along, and OSV's records where there are some (<see cref="SamplePolicy.FeedVariable"/>).
/// </summary>
public class PolicyBenchmarks
{
    private readonly PolicyEngine _engine = SamplePolicy.Engine();
    private ProjectFacts _facts = null!;

    /// <summary>A project that no advisory speaks of, and one of those that most speak of.</summary>
    [Params("large-project", "tensorflow")]
    public string Project { get; set; } = "";

    [GlobalSetup]
    public void SetUp() => _facts = SamplePage.FactsOf(ProjectName.Parse(Project)) with { Policy = SamplePolicy.Inputs(SamplePolicy.ReadFeed()) };

    [Benchmark(OperationsPerInvoke = SamplePage.FileCount)]
    public ProjectDecision Decide() => _engine.Decide(_facts);
}
