using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>Clients that ask replicas for cached and for new files all the time while something goes wrong, and count what they are told.</summary>
internal sealed class FaultLoad : IAsyncDisposable
{
    private const int Clients = 4;
    private const int CachedFiles = 10;

    /// <summary>How many cached files are asked for between two new ones.</summary>
    private const int CachedPerNew = 8;

    private readonly ReplicaProcesses _rig;
    private readonly string _name;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<FakeFile> _taken = [];
    private readonly ConcurrentBag<FakeFile> _refused = [];
    private readonly ConcurrentBag<string> _errors = [];
    private readonly List<FakeFile> _cached = [];
    private Dictionary<string, string> _before = [];
    private Task _asking = Task.CompletedTask;
    private int _answered;
    private int _added;

    private FaultLoad(ReplicaProcesses rig, string name) => (_rig, _name) = (rig, name);

    /// <summary>Has every replica cache some files, and begins to ask.</summary>
    /// <param name="name">What its projects begin with.</param>
    public static async Task<FaultLoad> StartAsync(ReplicaProcesses rig, string name)
    {
        var load = new FaultLoad(rig, name);
        for (var i = 0; i < CachedFiles; i++) load._cached.Add(rig.Add($"{name}-cached-{i}", 20_000 + i));
        foreach (var replica in rig.Replicas)
        {
            foreach (var file in load._cached) await ReplicaProcesses.AssertServedAsync(replica.Server.Client, file);
        }
        load._before = await load.RecordsAsync(0);
        load._asking = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(load, client))));
        await load.UntilAnsweredAsync(100);
        return load;
    }

    /// <summary>Waits until so many more requests were answered.</summary>
    public async Task UntilAnsweredAsync(int more)
    {
        var until = Volatile.Read(ref _answered) + more;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Volatile.Read(ref _answered) < until && !_asking.IsCompleted) await Task.Delay(20, patience.Token);
    }

    /// <summary>No replica lets a first use in, while clients go on to ask.</summary>
    public async Task AssertStoppedAsync()
    {
        foreach (var replica in _rig.Replicas)
        {
            for (var i = 0; i < 3; i++)
            {
                var file = AddNew();
                using var answer = await replica.Server.Client.GetAsync(file.Path[1..]);
                Assert.True(answer.StatusCode == HttpStatusCode.GatewayTimeout, $"{file.Filename} was answered {answer.StatusCode}");
                _refused.Add(file);
            }
        }
        await UntilAnsweredAsync(100);
    }

    /// <summary>What was refused is served by every replica, nothing was answered wrongly, and no record is lost or another.</summary>
    /// <returns>The figures.</returns>
    public async Task<string> AssertRightAsync()
    {
        await UntilAnsweredAsync(100);
        await _end.CancelAsync();
        await _asking;
        Assert.Empty(_errors);
        foreach (var replica in _rig.Replicas)
        {
            foreach (var file in (FakeFile[])[.. _refused.Take(20), AddNew()]) await UntilServedAsync(replica.Server.Client, file);
        }
        for (var i = 0; i < _rig.Replicas.Count; i++)
        {
            var records = await RecordsAsync(i);
            foreach (var (filename, sha256) in _before) Assert.Equal(sha256, records.GetValueOrDefault(filename));
            foreach (var file in _taken) Assert.Equal(file.Hashes["sha256"], records.GetValueOrDefault(file.Filename));
            var diff = await _rig[i].JsonAsync("api/v1/trust/-/diff");
            Assert.Empty(diff.GetProperty("different").EnumerateArray());
            Assert.Empty(diff.GetProperty("missingInStore").EnumerateArray());
        }
        return $"{_name}: {_answered} requests answered by {_rig.Replicas.Count} replicas, {_errors.Count} of them wrong; {_taken.Count} first uses taken, {_refused.Count} refused and served afterwards; {_before.Count + _taken.Count} records, none lost or changed";
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private static async Task AskAsync(FaultLoad load, int client)
    {
        for (var turn = client; !load._end.IsCancellationRequested; turn++)
        {
            // Each replica in turn, and nginx, which chooses one.
            var asked = turn % (load._rig.Replicas.Count + 1) is var replica && replica < load._rig.Replicas.Count ? load._rig[replica].Client : load._rig.Client;
            if (turn % CachedPerNew == 0) await load.AskForNewAsync(asked);
            else await load.AskForCachedAsync(asked, load._cached[turn % CachedFiles]);
            Interlocked.Increment(ref load._answered);
        }
    }

    private async Task AskForCachedAsync(HttpClient client, FakeFile file)
    {
        using var answer = await client.GetAsync(file.Path[1..]);
        if (answer.StatusCode != HttpStatusCode.OK) _errors.Add($"{file.Filename}, which was cached, was answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
        else await CompareAsync(answer, file);
        using var page = await client.GetAsync($"simple/{file.Project.Name}/");
        if (!(await page.Content.ReadAsStringAsync()).Contains(file.Hashes["sha256"], StringComparison.Ordinal)) _errors.Add($"The page of {file.Filename} was answered {(int)page.StatusCode} without its digest");
    }

    private async Task AskForNewAsync(HttpClient client)
    {
        var file = AddNew();
        using var answer = await client.GetAsync(file.Path[1..]);
        if (answer.StatusCode == HttpStatusCode.GatewayTimeout)
        {
            _refused.Add(file);
            return;
        }
        if (answer.StatusCode != HttpStatusCode.OK) _errors.Add($"{file.Filename}, which was new, was answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
        else if (await CompareAsync(answer, file)) _taken.Add(file);
    }

    private async Task<bool> CompareAsync(HttpResponseMessage answer, FakeFile file)
    {
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (file.Bytes.AsSpan().SequenceEqual(bytes)) return true;
        _errors.Add($"{file.Filename} came with other bytes");
        return false;
    }

    private FakeFile AddNew() => _rig.Add($"{_name}-new-{Interlocked.Increment(ref _added)}", 2_000);

    /// <summary>A page that was built without the store is built again a moment later.</summary>
    private static async Task UntilServedAsync(HttpClient client, FakeFile file)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!patience.IsCancellationRequested)
        {
            using var answer = await client.GetAsync(file.Path[1..]);
            if (answer.StatusCode == HttpStatusCode.OK) break;
            await Task.Delay(100);
        }
        await ReplicaProcesses.AssertServedAsync(client, file);
    }

    private async Task<Dictionary<string, string>> RecordsAsync(int replica)
    {
        var records = (await _rig[replica].ExportAsync()).Select(line => JsonDocument.Parse(line).RootElement);
        return records.ToDictionary(r => r.GetProperty("filename").GetString()!, r => r.GetProperty("sha256").GetString()!);
    }
}
