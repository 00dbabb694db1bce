using BenchmarkDotNet.Attributes;
using Hashgate.Core.Packaging;

namespace Hashgate.Benchmarks;

/// <summary>Versions and filenames, one at a time.</summary>
public class VersionBenchmarks
{
    private readonly PackageVersion _older = PackageVersion.Parse("2.31.0rc1");
    private readonly PackageVersion _newer = PackageVersion.Parse("2.31.0.post1+cu118");
    private readonly VersionSpecifiers _specifiers = VersionSpecifiers.Parse(">=2.0,<3,!=2.28.*,~=2.31");

    [Benchmark]
    public PackageVersion ParseVersion() => PackageVersion.Parse("2.31.0");

    [Benchmark]
    public PackageVersion ParseLongVersion() => PackageVersion.Parse("1!2.31.0rc1.post2.dev3+cu118.local");

    [Benchmark]
    public int Compare() => _older.CompareTo(_newer);

    [Benchmark]
    public bool Match() => _specifiers.Contains(_newer);

    [Benchmark]
    public DistributionFilename ReadWheelFilename() => DistributionFilename.Read(SamplePage.Project, "large_project-2.31.0-cp312-cp312-manylinux_2_17_x86_64.whl");
}
