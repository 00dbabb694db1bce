using System.Net;
using Hashgate.Proxy.Tests.Events;
using Hashgate.Proxy.Tests.Replicas;
using Hashgate.Testing;
using Xunit.Abstractions;

namespace Hashgate.Proxy.Tests.Deploy;

[Trait("Needs", "redis"), Trait("Needs", "nginx")]
public sealed class RollingUpdateTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    [Fact]
    public async Task Replicas_are_replaced_one_by_one_under_load_without_a_failed_request()
    {
        await using var rig = await ReplicaProcesses.StartAsync(2, DeployedReplicas.Configure, DeployedReplicas.StartNginxAsync);
        var (large, known) = (rig.Add("large", 40_000_000), rig.Add("known", 100_000));
        foreach (var replica in rig.Replicas)
        {
            await CacheAsync(replica, large);
            await CacheAsync(replica, known);
        }
        using var done = new CancellationTokenSource();
        using var load = new Load(rig, known, done.Token);
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(load.InstallAsync)).ToArray();
        var watcher = Task.Run(load.WatchAsync);

        foreach (var replica in rig.Replicas)
        {
            var before = load.Installs;
            var slow = new List<SlowDownload>();
            // The least busy is asked: of four that stay, and with nothing else under way, each replica has some.
            await load.PauseAsync(async () =>
            {
                for (var i = 0; i < 4; i++) slow.Add(await SlowDownload.StartAsync(rig.Client, large));
            });
            await replica.Server.AskToStopAsync();
            await WaitUntilClosedAsync(replica);
            await load.WaitForAsync(before + 50);
            Assert.False(replica.Server.HasExited, "It didn't wait for the downloads that are under way.");
            foreach (var download in slow) await download.FinishAsync();
            Assert.Equal(0, await replica.Server.WaitForExitAsync());
            await load.WaitForAsync(load.Installs + 50);
            // A machine keeps its folder, a pod comes with an empty one.
            if (replica == rig.Replicas[^1]) Directory.Delete(replica.Program.DataDirectory, recursive: true);
            await replica.StartAsync();
            await replica.Server.WaitUntilReadyAsync();
            await load.WaitForAsync(load.Installs + 50);
        }
        await done.CancelAsync();
        await Task.WhenAll(clients);
        await watcher;
        output.WriteLine($"{load.Installs} installs (page and file, every tenth of a new project) and 8 slow downloads while both replicas were replaced; 0 failed; the stream of events was opened {load.Streams} times.");
        Assert.True(load.Streams > 1, "Nobody's stream of events ended, so none was moved to another replica.");
    }

    /// <summary>Has the replica take a file into its own cache. While it waits for another's fetch it may tell who asks to come back.</summary>
    private static async Task CacheAsync(ReplicaProcess replica, FakeFile file)
    {
        while (true)
        {
            using var answer = await replica.Server.Client.GetAsync(file.Path[1..]);
            if (answer is not { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } later })
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            await Task.Delay(later);
        }
    }

    /// <summary>Readiness has failed by then, and the listener is closed.</summary>
    private static async Task WaitUntilClosedAsync(ReplicaProcess replica)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                // Each on a connection of its own: one that is open is answered to the end.
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
                using var answer = await client.GetAsync(new Uri(replica.Url, "readyz"), patience.Token);
            }
            catch (HttpRequestException)
            {
                return;
            }
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>A download of which the client takes a part only, until it is told to take the rest.</summary>
    private sealed class SlowDownload(HttpResponseMessage answer, Stream body, FakeFile file, int taken)
    {
        public static async Task<SlowDownload> StartAsync(HttpClient client, FakeFile file)
        {
            var answer = await client.GetAsync(file.Path[1..], HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var body = await answer.Content.ReadAsStreamAsync();
            var first = new byte[65536];
            await body.ReadExactlyAsync(first);
            Assert.True(file.Bytes.AsSpan(0, first.Length).SequenceEqual(first));
            return new SlowDownload(answer, body, file, first.Length);
        }

        public async Task FinishAsync()
        {
            using var whole = answer;
            var rest = new byte[file.Bytes.Length - taken];
            await body.ReadExactlyAsync(rest);
            Assert.True(file.Bytes.AsSpan(taken).SequenceEqual(rest));
        }
    }

    /// <summary>Clients that install one after the other through nginx, and one that watches events; whatever goes wrong ends the test.</summary>
    private sealed class Load(ReplicaProcesses rig, FakeFile known, CancellationToken done) : IDisposable
    {
        private readonly SemaphoreSlim _turns = new(Clients);
        private int _started;
        private int _installs;
        private volatile Exception? _failure;

        public int Installs => Volatile.Read(ref _installs);

        public int Streams { get; private set; }

        public async Task InstallAsync()
        {
            try
            {
                while (!done.IsCancellationRequested)
                {
                    await _turns.WaitAsync(CancellationToken.None);
                    var number = Interlocked.Increment(ref _started);
                    var file = number % 10 == 0 ? New(number) : known;
                    using (var page = await rig.Client.GetAsync($"simple/{file.Project.Name}/", CancellationToken.None))
                        Assert.True(page.StatusCode == HttpStatusCode.OK, $"The page of {file.Project.Name} was answered {(int)page.StatusCode} {page.ReasonPhrase}");
                    await rig.AssertServedAsync(file);
                    _turns.Release();
                    Interlocked.Increment(ref _installs);
                }
            }
            catch (Exception failure)
            {
                _failure = failure;
                throw;
            }
        }

        public async Task WatchAsync()
        {
            string? last = null;
            try
            {
                while (!done.IsCancellationRequested)
                {
                    using var reader = await EventReader.OpenAsync(rig.Client, "", last, done, DeployedReplicas.AdminToken);
                    Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (reader.Answer.StatusCode, reader.Answer.Content.Headers.ContentType?.MediaType));
                    Streams++;
                    while (await reader.NextAsync(done) is not null) last = reader.LastId;
                }
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                // Whoever watches would go on for ever.
            }
            catch (Exception failure)
            {
                _failure = failure;
                throw;
            }
        }

        /// <summary>Does something while no client asks for anything.</summary>
        public async Task PauseAsync(Func<Task> act)
        {
            for (var i = 0; i < Clients; i++)
            {
                while (!await _turns.WaitAsync(TimeSpan.FromMilliseconds(100))) ThrowIfFailed();
            }
            await act();
            _turns.Release(Clients);
        }

        public async Task WaitForAsync(int installs)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (Installs < installs)
            {
                ThrowIfFailed();
                await Task.Delay(20, patience.Token);
            }
        }

        public void Dispose() => _turns.Dispose();

        private void ThrowIfFailed()
        {
            if (_failure is { } failure) throw new InvalidOperationException("A client failed: " + failure.Message, failure);
        }

        private FakeFile New(int number)
        {
            lock (rig.Index) return rig.Add($"new-{number}", 20_000);
        }
    }
}
