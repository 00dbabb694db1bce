using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Hashgate.Core.Advisories;
using Hashgate.Storage.Advisories;
using Hashgate.Testing;

namespace Hashgate.Benchmarks;

/// <summary>OSV's records from the zip file into force, and from what the last run kept. Only where <see cref="SamplePolicy.FeedVariable"/> names the zip file.</summary>
public class FeedBenchmarks
{
    private AdvisorySet _set = null!;
    private TemporaryDirectory _folder = null!;
    private AdvisoryFile _kept = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _set = SamplePolicy.ReadSet();
        _folder = new TemporaryDirectory();
        _kept = new AdvisoryFile(Path.Combine(_folder.Path, "feed"));
        _kept.Write(_set);
    }

    [GlobalCleanup]
    public void CleanUp() => _folder.Dispose();

    [Benchmark]
    public AdvisorySet ReadZip() => SamplePolicy.ReadSet();

    /// <summary>As every start but the first does.</summary>
    [Benchmark]
    public AdvisorySet? ReadKept() => _kept.Read(out _);

    [Benchmark]
    public AdvisoryIndex Index() => new(_set.Records);

    /// <summary>Once, in a process of its own: what loading leaves behind and takes at most.</summary>
    public static void TellMemory()
    {
        using var process = Process.GetCurrentProcess();
        var (began, before) = (Stopwatch.GetTimestamp(), process.WorkingSet64);
        var set = SamplePolicy.ReadSet();
        var index = new AdvisoryIndex(set.Records);
        var elapsed = Stopwatch.GetElapsedTime(began);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        process.Refresh();
        Console.WriteLine(FormattableString.Invariant(
            $"{index.Count} advisories in {elapsed.TotalMilliseconds:0} ms; allocated {Megabytes(allocated)}, live {Megabytes(live)}, RSS before {Megabytes(before)}, at most {Megabytes(process.PeakWorkingSet64)}"));
        GC.KeepAlive(set);
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0} MB");
}
