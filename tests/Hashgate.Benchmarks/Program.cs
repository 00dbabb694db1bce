using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Hashgate.Benchmarks;
using Hashgate.Storage.Redis;
using Hashgate.Testing.S3;

switch (args)
{
    // What loading the feed takes of the memory.
    case ["feed"]:
        FeedBenchmarks.TellMemory();
        return;

    // The data of deploy/dev/bench --only growth: a directory, projects, files of each, the upstream.
    case ["grow", var data, var projects, var files, var upstream]:
        await new Growth(data, int.Parse(files, CultureInfo.InvariantCulture), upstream).RunAsync(int.Parse(projects, CultureInfo.InvariantCulture));
        return;

    // The object store of deploy/dev/load: its address, and where a line for each request goes.
    case ["store", var address, var log]:
        await using (var lines = new StreamWriter(log) { AutoFlush = true })
        await using (var store = await FakeS3.StartAsync(new Uri(address)))
        {
            store.Fault = request =>
            {
                lock (lines) lines.WriteLine($"{request.Method} {request.Path}");
                return null;
            };
            await Task.Delay(Timeout.Infinite);
        }
        return;

    // What many trust records cost: a directory that is kept, how many; then the Redis that holds them, "cluster" where it is one. Else SQLite does.
    case ["records", var data, var count, .. var redis]:
        await new Records(data, redis.Length == 0 ? null : new RedisOptions { Configuration = redis[0], Cluster = redis.Length > 1 }).RunAsync(int.Parse(count, CultureInfo.InvariantCulture));
        return;

    // What the events of 30 days cost: a directory that is kept, and how many.
    case ["events", var data, var count]:
        Directory.CreateDirectory(data);
        await new Events(Path.Combine(data, "events.db")).RunAsync(int.Parse(count, CultureInfo.InvariantCulture));
        return;
}

// In this very process: the feed or the SDK need not be able to build another program for each run.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub, JsonExporter.Brief);
List<Type> benchmarks = [typeof(PageBenchmarks), typeof(PinBenchmarks), typeof(PolicyBenchmarks), typeof(PolicyChangeBenchmarks), typeof(VersionBenchmarks)];
if (SamplePolicy.FeedPath is not null) benchmarks.Add(typeof(FeedBenchmarks));
else Console.WriteLine($"{SamplePolicy.FeedVariable} names no zip file of OSV records: loading them isn't measured, and decisions are made without.");
BenchmarkSwitcher.FromTypes([.. benchmarks]).Run(args, config);
