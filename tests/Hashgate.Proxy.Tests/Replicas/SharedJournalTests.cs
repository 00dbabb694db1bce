using System.Net;
using System.Text.Json;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.PolicyRules;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Replicas;

/// <summary>Replicas whose machines come and go keep their journals in the object store.</summary>
[Trait("Needs", "redis")]
public sealed class SharedJournalTests
{
    [Fact]
    public async Task New_replica_takes_an_emptied_Redis_for_what_it_is_and_restores_it_from_the_object_store()
    {
        await using var rig = await ReplicaRig.StartAsync(2);
        var files = Enumerable.Range(0, 3).Select(i => rig.Add($"shared-{i}", 1000)).ToArray();
        for (var i = 0; i < files.Length; i++) await ReplicaRig.AssertServedAsync(rig[i % 2], files[i]);
        var before = await RecordsAsync(rig[0]);
        await AwaitSentAsync(rig, before.Max(r => r.Sequence));

        await rig.Redis.CommandAsync("FLUSHALL");
        var fresh = await rig.AddReplicaAsync();
        var late = rig.Add("late", 1000);
        await AssertNotTakenAsync(fresh, late);
        Assert.Contains("was emptied", Assert.Single(fresh.Get<TrustLedger>().Status), StringComparison.Ordinal);

        var (status, local) = await fresh.CallAsync(HttpMethod.Post, "api/v1/trust/-/restore", new { local = true });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("hold none of its records", local.Detail(), StringComparison.Ordinal);
        (status, var restored) = await fresh.CallAsync(HttpMethod.Post, "api/v1/trust/-/restore", new { });
        Assert.True(status == HttpStatusCode.OK, restored.ToString());
        Assert.Equal(0, restored.GetProperty("conflicts").GetArrayLength() + restored.GetProperty("warnings").GetArrayLength());
        // What was asked for meanwhile is recorded behind what is back.
        Assert.Equal(before, (await RecordsAsync(fresh)).Take(before.Count));
        await ReplicaRig.AssertServedAsync(fresh, files[0]);
    }

    [Fact]
    public async Task New_replica_is_not_ready_while_the_object_store_is_away()
    {
        await using var rig = await ReplicaRig.StartAsync(1);
        var file = rig.Add("recorded", 1000);
        await ReplicaRig.AssertServedAsync(rig[0], file);
        rig.Store.Fault = _ => HttpStatusCode.ServiceUnavailable;
        var fresh = await rig.AddReplicaAsync();
        using (var readiness = await fresh.Client.GetAsync("/readyz"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, readiness.StatusCode);
            Assert.Contains("\"starting\"", await readiness.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await AssertNotTakenAsync(fresh, rig.Add("late", 1000));
        await ReplicaRig.AssertServedAsync(rig[0], rig.Add("meanwhile", 1000));

        rig.Store.Fault = _ => null;
        while ((await fresh.Client.GetAsync("/readyz")).StatusCode != HttpStatusCode.OK) await Task.Delay(50);
        await ReplicaRig.AwaitReadyAsync(fresh);
        await ReplicaRig.AssertServedAsync(fresh, file);
        await ReplicaRig.AssertServedAsync(fresh, rig.Add("later", 1000));
    }

    [Fact]
    public async Task Stopped_replica_leaves_its_whole_journal_behind()
    {
        await using var rig = await ReplicaRig.StartAsync(1);
        await ReplicaRig.AssertServedAsync(rig[0], rig.Add("last", 1000));
        var records = await RecordsAsync(rig[0]);
        await rig.StopReplicaAsync(0);
        var fresh = await rig.AddReplicaAsync();
        var entries = new List<JournalEntry>();
        foreach (var journal in await fresh.Get<ISharedJournals>().OpenAsync(default))
            await foreach (var entry in journal.ReadAsync(default)) entries.Add(entry);
        Assert.All(records, record => Assert.Contains(entries, e => e.Record == record));
    }

    [Fact]
    public async Task Export_of_another_store_is_compared_with()
    {
        await using var hashgate = await RunningHashgate.StartAsync(null);
        TrustRecord[] records = [.. Enumerable.Range(0, 4).Select(n => TrustRecord.Of(LedgerRig.Project, "pypi", TrustClaims.Of($"{n}.zip", $"{n}"), DateTimeOffset.UnixEpoch))];
        await hashgate.Get<TrustLedger>().ImportAsync(records[..3], "ada", "", default);
        TrustRecord[] other = [records[0], records[1] with { Sha256 = TrustClaims.Digest("other") }, records[3]];

        var (status, diff) = await SendAsync(hashgate, string.Join('\n', other.Select(r => JsonSerializer.Serialize(r, TrustJson.Default.TrustRecord))));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("3.zip", Assert.Single(diff.GetProperty("missingInStore").EnumerateArray()).GetProperty("filename").GetString());
        Assert.Equal("2.zip", Assert.Single(diff.GetProperty("missingInFile").EnumerateArray()).GetProperty("filename").GetString());
        var different = Assert.Single(diff.GetProperty("different").EnumerateArray());
        Assert.Equal((records[1].Sha256.ToString(), other[1].Sha256.ToString()), (different.GetProperty("here").GetProperty("sha256").GetString(), different.GetProperty("there").GetProperty("sha256").GetString()));

        (status, var wrong) = await SendAsync(hashgate, "{}\n");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Line 1", wrong.Detail(), StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(RunningHashgate hashgate, string lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/trust/-/diff") { Content = new StringContent(lines) };
        request.Headers.Authorization = new("Bearer", hashgate.AdminToken);
        using var answer = await hashgate.Client.SendAsync(request);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task<List<TrustRecord>> RecordsAsync(RunningHashgate replica)
    {
        var records = new List<TrustRecord>();
        await foreach (var record in replica.Get<TrustLedger>().ExportAsync(default)) records.Add(record);
        return records;
    }

    private static async Task AssertNotTakenAsync(RunningHashgate replica, FakeFile file)
    {
        using var answer = await replica.Client.GetAsync(file.Path);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
    }

    /// <summary>Waits until the replicas' heads in the object store together know as much as the store.</summary>
    private static async Task AwaitSentAsync(ReplicaRig rig, long sequence)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var shared = rig[0].Get<ISharedJournals>();
        while ((await shared.ReadHeadsAsync(deadline.Token)).Count < 2 || (await shared.ReadHeadsAsync(deadline.Token)).All(h => h.HighestSequence.Highest < sequence)) await Task.Delay(50, deadline.Token);
    }
}
