using Hashgate.Core.Packaging;
using Hashgate.Core.Trust;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>Something that Hashgate stands on is away: what was seen goes on, what wasn't is explained.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Pages_and_files_seen_go_on_with_the_index_dead_across_a_restart()
    {
        using var data = new TemporaryDirectory();
        await using var rig = await FaultRig.StartAsync(dataDirectory: data.Path);
        var unseen = rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        var page = await rig.GetPageAsync();
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        var record = await rig.RecordAsync();
        await rig.Index.DieAsync();
        await rig.RestartAsync();

        Assert.Equal(page.Body, (await rig.GetPageAsync()).Body);
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal(504, (await rig.GetAsync(unseen.Path)).Status);
        Assert.Equal(504, (await FaultAnswer.GetAsync(rig.Hashgate.Client, "simple/beta/")).Status);
        Assert.Equal(record, await rig.RecordAsync());
        var later = await rig.GetPageLaterAsync();
        Assert.Equal((200, true), (later.Status, later.IsStale));
        Assert.Equal(page.Body, later.Body);

        await rig.Index.ReviveAsync();
        rig.Clock.Skip(TimeSpan.FromMinutes(30));
        Assert.Equal(page.Body, (await rig.GetPageUntilAsync(p => !p.IsStale)).Body);
        Assert.Equal(unseen.Bytes, (await rig.GetAsync(unseen.Path)).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Full_disk_refuses_new_files_and_nothing_else()
    {
        using var data = new TemporaryDirectory();
        await using var rig = await FaultRig.StartAsync(dataDirectory: data.Path);
        var unseen = rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        await rig.GetPageAsync();
        Assert.Equal(200, (await rig.GetAsync()).Status);
        await rig.RestartAsync(new() { ["Cache:MinFreeBytes"] = "1000000000000000" });

        var refused = await rig.GetAsync(unseen.Path);
        Assert.Equal(504, refused.Status);
        Assert.StartsWith("Hashgate: there is no room", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, rig.Index.Requests.Count(unseen.Path));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal(200, (await rig.GetPageLaterAsync()).Status);
        var beta = rig.Index.Add(TestWheel.Build("beta", "1.0"));
        Assert.Equal(200, (await FaultAnswer.GetAsync(rig.Hashgate.Client, "simple/beta/")).Status);
        Assert.Equal(504, (await rig.GetAsync(beta.Path)).Status);

        await rig.RestartAsync();
        Assert.Equal(unseen.Bytes, (await rig.GetAsync(unseen.Path)).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Trust_store_away_takes_nothing_new_and_serves_what_is_proven()
    {
        var store = new MemoryTrustStore();
        await using var rig = await FaultRig.StartAsync(services: services => services.Replace(ServiceDescriptor.Singleton<ITrustStore>(store)));
        var claimed = rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        await rig.GetPageAsync();
        Assert.Equal(200, (await rig.GetAsync()).Status);
        store.Away = true;
        var added = rig.Index.Add(TestWheel.Build("alpha", "3.0"));
        var beta = rig.Index.Add(TestWheel.Build("beta", "1.0"));

        Assert.Equal(200, (await rig.GetPageLaterAsync()).Status);
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        foreach (var file in (FakeFile[])[added, beta, claimed])
        {
            var answer = await rig.GetAsync(file.Path);
            Assert.Equal(504, answer.Status);
            Assert.True(answer.Body.AsSpan().IndexOf(file.Bytes.AsSpan(0, 16)) < 0);
        }
        Assert.Equal((0, 0), (rig.Index.Requests.Count(added.Path), rig.Index.Requests.Count(beta.Path)));
        Assert.Contains("trust-unavailable", (await rig.GetAsync(beta.Path)).Verdict, StringComparison.Ordinal);

        store.Away = false;
        rig.Clock.Skip(TimeSpan.FromMinutes(1));
        foreach (var file in (FakeFile[])[added, beta, claimed]) Assert.Equal(file.Bytes, (await rig.GetAsync(file.Path)).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Trust_store_that_goes_while_a_file_is_fetched_lets_nobody_have_it_whole()
    {
        var store = new MemoryTrustStore();
        await using var rig = await FaultRig.StartAsync(services: services => services.Replace(ServiceDescriptor.Singleton<ITrustStore>(store)));
        await rig.GetPageAsync();
        var gate = new Gate();
        rig.Index.Faults.Once(rig.File.Path, Fault.HoldHead(gate));
        var asked = rig.GetAsync();
        await gate.Reached;
        store.Away = true;
        gate.Open();
        Assert.Equal(504, (await asked).Status);
        Assert.Equal(504, (await rig.GetAsync()).Status);
        store.Away = false;
        rig.Clock.Skip(TimeSpan.FromMinutes(1));
        await rig.AssertRecoversAsync();
    }

    [Fact]
    public async Task Blob_changed_on_disk_is_not_served_and_is_fetched_again()
    {
        await using var rig = await FaultRig.StartAsync();
        Assert.Equal(200, (await rig.GetAsync()).Status);
        var blob = new DirectoryInfo(Path.Combine(rig.Hashgate.DataDirectory, "blobs")).EnumerateFiles(Sha256Digest.Of(rig.Genuine).ToString(), SearchOption.AllDirectories).Single();
        blob.Delete();
        File.WriteAllBytes(blob.FullName, [.. rig.Genuine[..^1], (byte)(rig.Genuine[^1] ^ 1)]);
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal(2, rig.Index.Requests.Count(rig.File.Path));
        await rig.AssertRecoversAsync();
    }
}
