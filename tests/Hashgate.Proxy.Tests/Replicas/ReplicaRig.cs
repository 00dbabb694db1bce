using System.Net;
using Hashgate.Core.Packaging;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>Replicas in front of one index, over one Redis and one object store, each with a cache of its own.</summary>
internal sealed class ReplicaRig : IAsyncDisposable
{
    private readonly List<RunningHashgate> _replicas = [];

    private ReplicaRig(FakeIndex index, RedisServer redis, FakeS3 store) => (Index, Redis, Store) = (index, redis, store);

    public FakeIndex Index { get; }
    public RedisServer Redis { get; }
    public FakeS3 Store { get; }
    public RunningHashgate this[int replica] => _replicas[replica];

    /// <param name="settings">Besides what all replicas here have.</param>
    public static async Task<ReplicaRig> StartAsync(int replicas, params (string Key, string Value)[] settings)
    {
        var rig = new ReplicaRig(await FakeIndex.StartAsync(), await RedisServer.StartAsync(), await FakeS3.StartAsync());
        for (var i = 0; i < replicas; i++) await rig.AddReplicaAsync(settings);
        return rig;
    }

    public async Task<RunningHashgate> AddReplicaAsync(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Store.Settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
        {
            ["Trust:Provider"] = "redis",
            ["Redis:Configuration"] = Redis.Configuration,
            ["Files:MaxPerClient"] = "1000",
        };
        foreach (var (key, value) in settings) all[key] = value;
        var replica = await RunningHashgate.StartAsync(Index, all);
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Stops a replica and takes its disk away, as the end of a pod does.</summary>
    public async Task StopReplicaAsync(int replica)
    {
        var stopped = _replicas[replica];
        _replicas.RemoveAt(replica);
        await stopped.DisposeAsync();
    }

    /// <summary>A wheel of about so many bytes.</summary>
    public FakeFile Add(string project, int size) => Index.Add(TestWheel.Build(project, "1.0").WithJunk(size));

    /// <summary>Downloads, and holds what came against the index's own bytes.</summary>
    public static async Task AssertServedAsync(RunningHashgate replica, FakeFile file)
    {
        using var answer = await replica.Client.GetAsync(file.Path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(file.Bytes.AsSpan().SequenceEqual(bytes));
    }

    /// <summary>The files that the store shows.</summary>
    public IReadOnlyDictionary<string, byte[]> Shared => Store.Files;

    /// <summary>Waits until the store shows so many files.</summary>
    public async Task AwaitObjectsAsync(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Shared.Count != count) await Task.Delay(20, deadline.Token);
    }

    /// <summary>Waits until the store shows the object of a file.</summary>
    public async Task AwaitObjectAsync(FakeFile file)
    {
        var name = Sha256Digest.Of(file.Bytes).ToString();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!Shared.Keys.Any(k => k.EndsWith(name, StringComparison.Ordinal))) await Task.Delay(20, deadline.Token);
    }

    /// <summary>Waits until a replica has nothing to complain of.</summary>
    public static async Task AwaitReadyAsync(RunningHashgate replica)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await replica.Client.GetStringAsync("/readyz", deadline.Token)).Contains("\"ready\"", StringComparison.Ordinal)) await Task.Delay(50, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Store.DisposeAsync();
        await Redis.DisposeAsync();
        await Index.DisposeAsync();
    }
}
