using System.Collections.Concurrent;
using System.Net;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Processes;

public sealed class ReplicaRaceTests
{
    private const int Races = 1000;

    [Fact, Trait("Needs", "redis")]
    public async Task Two_processes_whose_indexes_disagree_serve_one_hash_of_every_file()
    {
        await using var redis = await RedisServer.StartAsync();
        // With leases one reads each page for both. Where nobody can tell who holds one, each reads for itself, and the records alone decide.
        Assert.Equal("+OK", await redis.CommandAsync("ACL SETUSER hashgate resetkeys ~{hashgate}:[^l]*"));
        await using var leftIndex = await FakeIndex.StartAsync();
        await using var rightIndex = await FakeIndex.StartAsync();
        var paths = Enumerable.Range(0, Races).Select(race => AddDisagreement(leftIndex, rightIndex, $"race-{race}")).ToArray();
        using var directory = new TemporaryDirectory();
        var programs = new[] { (leftIndex, rightIndex), (rightIndex, leftIndex) }
            .Select((pair, i) => Replica(Path.Combine(directory.Path, $"replica{i}"), redis, pair.Item1, pair.Item2)).ToArray();
        await using var left = await programs[0].StartAsync();
        await using var right = await programs[1].StartAsync();

        var served = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (path, _) =>
        {
            var both = await Task.WhenAll(DownloadAsync(left, path), DownloadAsync(right, path));
            Assert.Equal(both[0], both[1]);
            served[path] = both[0];
        });

        // A race is one only where neither knew what the other had read.
        Assert.True(Math.Min(PagesAsked(leftIndex), PagesAsked(rightIndex)) > Races / 2, "Too many pages were read by one process alone.");
        foreach (var replica in (HashgateProcess[])[left, right])
        {
            var recorded = (await replica.ExportAsync()).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
                .ToDictionary(r => new Uri(r.GetProperty("url").GetString()!).AbsolutePath, r => r.GetProperty("sha256").GetString()!);
            Assert.Equal(served.OrderBy(s => s.Key, StringComparer.Ordinal), recorded.OrderBy(s => s.Key, StringComparer.Ordinal));
            await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (path, _) =>
            {
                Assert.Equal(served[path], await DownloadAsync(replica, path));
                var (name, sha256) = Assert.Single(await replica.HashesAsync(ProjectIn(path)));
                Assert.EndsWith("/" + name, path, StringComparison.Ordinal);
                Assert.Equal(served[path], sha256);
            });
        }
    }

    private static HashgateProgram Replica(string directory, RedisServer redis, FakeIndex index, FakeIndex other) =>
        new HashgateProgram(directory).Over(index).With(redis)
            // The winner's bytes may be at the other's index.
            .Set("Upstreams:pypi:FileHosts:0", $"127.0.0.1:{other.Port}")
            .Set("Files:MaxPerClient", "1000");

    /// <summary>One file name at one path, other bytes at each index.</summary>
    private static string AddDisagreement(FakeIndex left, FakeIndex right, string project)
    {
        var mine = left.Add(TestWheel.Build(project, "1.0", text: "left"));
        right.Add(TestWheel.Build(project, "1.0", text: "right")).Path = mine.Path;
        return mine.Path;
    }

    private static string ProjectIn(string path) => path[(path.LastIndexOf('/') + 1)..].Split('-')[0].Replace('_', '-');

    private static int PagesAsked(FakeIndex index) => index.Requests.All.Count(r => r.Path.StartsWith("/simple/", StringComparison.Ordinal));

    private static async Task<string> DownloadAsync(HashgateProcess replica, string path)
    {
        using var answer = await replica.Client.GetAsync(path.TrimStart('/'));
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path} was answered {answer.StatusCode} {answer.ReasonPhrase}");
        return Sha256Digest.Of(body).ToString();
    }
}
