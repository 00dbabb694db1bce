using BenchmarkDotNet.Attributes;
using Hashgate.Core.Advisories;
using Hashgate.Core.Packaging;
using Hashgate.Core.Policy;

namespace Hashgate.Benchmarks;

/// <summary>The same directly after the advisories and the lists changed: nothing is there that an earlier decision has worked out.</summary>
[IterationCount(20), WarmupCount(5), InvocationCount(1)]
public class PolicyChangeBenchmarks
{
    private readonly PolicyEngine _engine = SamplePolicy.Engine();
    private PackedAdvisories _records = PackedAdvisories.Of([]);
    private ProjectFacts _facts = null!;
    private ProjectFacts _changed = null!;

    [Params("large-project", "tensorflow")]
    public string Project { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _records = SamplePolicy.ReadFeed();
        _facts = SamplePage.FactsOf(ProjectName.Parse(Project));
    }

    [IterationSetup]
    public void Change() => _changed = _facts with { Policy = SamplePolicy.Inputs(_records) };

    [Benchmark(OperationsPerInvoke = SamplePage.FileCount)]
    public ProjectDecision DecideAfterChange() => _engine.Decide(_changed);
}
