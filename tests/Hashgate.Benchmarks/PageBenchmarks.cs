using BenchmarkDotNet.Attributes;
using Hashgate.Core.Policy;
using Hashgate.Core.Provenance;
using Hashgate.Core.Serving;
using Hashgate.Core.SimpleApi;
using Hashgate.Testing;

namespace Hashgate.Benchmarks;

/// <summary>What a page of 3,000 files costs between the upstream's bytes and the client's, step by step.</summary>
public class PageBenchmarks
{
    private readonly PolicyEngine _engine = SamplePage.Engine();
    private readonly ProjectFacts _facts = new(SamplePage.Upstream, SamplePage.Page, SamplePage.Files, SamplePage.Now);
    private readonly ServedPage _served = View().Page;

    [Benchmark]
    public ProjectPage ReadJson() => SamplePage.Read();

    /// <summary>Filenames read, local paths made.</summary>
    [Benchmark]
    public IReadOnlyList<FileFacts> Describe() => SamplePage.Views.Describe(SamplePage.Upstream, SamplePage.Snapshot);

    [Benchmark]
    public ProjectDecision Decide() => _engine.Decide(_facts);

    /// <summary>Decided and laid out, not rendered.</summary>
    [Benchmark]
    public ProjectView BuildView() => View();

    [Benchmark]
    public byte[] WriteJson() => PageBytes.Json(_served);

    [Benchmark]
    public byte[] WriteHtml() => PageBytes.Html(_served);

    /// <summary>A view, and from it what pip gets: JSON, compressed, with its ETag.</summary>
    [Benchmark]
    public RenderedPage BuildAndRenderGzip() => View().Render(json: true, gzip: true);

    private static ProjectView View() => SamplePage.Views.Build(SamplePage.Upstream, SamplePage.Snapshot, SamplePage.Files, ProjectPublishers.None, null);
}
