using System.Net;
using Hashgate.Proxy.Tests.AccessRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Hashgate.Testing.S3;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>
/// Replicas in processes of their own behind a stock nginx, in front of one index, over one Redis and one object store, each with a cache of
/// its own. Tests that use it need redis and nginx.
/// </summary>
internal sealed class ReplicaProcesses : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ReplicaProcess> _replicas = [];

    private ReplicaProcesses(FakeIndex index, RedisServer redis, FakeS3 store) => (Index, Redis, Store) = (index, redis, store);

    public FakeIndex Index { get; }
    public RedisServer Redis { get; }
    public FakeS3 Store { get; }
    public Nginx Nginx { get; private set; } = null!;
    public IReadOnlyList<ReplicaProcess> Replicas => _replicas;
    public HashgateProcess this[int replica] => _replicas[replica].Server;

    /// <summary>Asks nginx.</summary>
    public HttpClient Client => Nginx.Client;

    /// <summary>Starts so many replicas, and nginx in front of them once all are ready.</summary>
    /// <param name="set">More settings, or others, for each replica before it starts.</param>
    /// <param name="front">Starts another nginx than the plain one.</param>
    public static async Task<ReplicaProcesses> StartAsync(int replicas, Action<HashgateProgram>? set = null, Func<IEnumerable<Uri>, Task<Nginx>>? front = null)
    {
        var rig = new ReplicaProcesses(await FakeIndex.StartAsync(), await RedisServer.StartAsync(), await FakeS3.StartAsync());
        try
        {
            for (var i = 0; i < replicas; i++) rig.Describe($"replica{i}", set);
            await Task.WhenAll(rig._replicas.Select(replica => replica.StartAsync()));
            await Task.WhenAll(rig._replicas.Select(replica => replica.Server.WaitUntilReadyAsync()));
            rig.Nginx = await (front ?? Nginx.StartAsync)(rig._replicas.Select(replica => replica.Url));
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>A wheel of about so many bytes.</summary>
    public FakeFile Add(string project, int size) => Index.Add(TestWheel.Build(project, "1.0").WithJunk(size));

    /// <summary>Downloads through nginx, and holds what came against the index's own bytes.</summary>
    public Task AssertServedAsync(FakeFile file) => AssertServedAsync(Client, file);

    /// <summary>
    /// Downloads as installers do, who come again as often as they are told to, six times in all, and holds what comes against the index's
    /// own bytes while it comes: many do so at once.
    /// </summary>
    public static async Task AssertServedAsync(HttpClient client, FakeFile file)
    {
        using var answer = await GetAsync(client, file);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{file.Filename} was answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[65536];
        var length = 0;
        while (await body.ReadAsync(buffer) is > 0 and var read)
        {
            Assert.True(read <= file.Bytes.Length - length && file.Bytes.AsSpan(length, read).SequenceEqual(buffer.AsSpan(0, read)), $"Another byte than the index's between {length} and {length + read}.");
            length += read;
        }
        Assert.Equal(file.Bytes.Length, length);
    }

    public async ValueTask DisposeAsync()
    {
        if (Nginx is { } nginx) await nginx.DisposeAsync();
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Store.DisposeAsync();
        await Redis.DisposeAsync();
        await Index.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, FakeFile file)
    {
        for (var left = 5; ; left--)
        {
            var answer = await client.GetAsync(file.Path[1..], HttpCompletionOption.ResponseHeadersRead);
            if (left == 0 || answer is not { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } pause }) return answer;
            answer.Dispose();
            await Task.Delay(pause);
        }
    }

    private void Describe(string name, Action<HashgateProgram>? set)
    {
        var program = new HashgateProgram(Path.Combine(_directory.Path, name)).Over(Index).With(Redis).Sharing(Store)
            // Whoever comes through nginx comes from one address.
            .Set("Files:MaxPerClient", "1000");
        set?.Invoke(program);
        _replicas.Add(new ReplicaProcess(program));
    }
}
