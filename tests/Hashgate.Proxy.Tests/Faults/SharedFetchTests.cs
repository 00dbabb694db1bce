using Hashgate.Proxy.Tests.Bypass;
using Hashgate.Proxy.Tests.Running;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>One fetch for all who wait: how far they may read, how it ends for them, and how many there may be.</summary>
public sealed class SharedFetchTests
{
    private const int HoldBack = 65_536;

    private static readonly Dictionary<string, string?> Streaming = new() { ["Files:VerifyFirstBytes"] = "100000", ["Files:HoldBackBytes"] = "65536" };

    [Fact]
    public async Task Reader_never_gets_past_the_hold_back_before_the_proof()
    {
        await using var rig = await FaultRig.StartAsync(600_000, Streaming);
        var gate = new Gate();
        rig.Index.Faults.Once(rig.File.Path, Fault.HoldBody(rig.Genuine.Length - 1, gate));
        using var answer = await OpenAsync(rig);
        Assert.Equal(rig.Genuine.Length, answer.Content.Headers.ContentLength);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var got = new byte[rig.Genuine.Length];
        await body.ReadExactlyAsync(got.AsMemory(0, rig.Genuine.Length - HoldBack));

        // All but one byte is here and may not be read: the next read waits for the proof.
        var next = body.ReadAsync(got.AsMemory(rig.Genuine.Length - HoldBack)).AsTask();
        Assert.Equal(200, (int)(await rig.Hashgate.Client.GetAsync("healthz")).StatusCode);
        Assert.False(next.IsCompleted);
        gate.Open();
        var count = await next;
        await body.ReadExactlyAsync(got.AsMemory(rig.Genuine.Length - HoldBack + count));
        Assert.Equal(rig.Genuine, got);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Failed_large_file_ends_in_a_reset_and_its_resume_in_the_explained_refusal()
    {
        await using var rig = await FaultRig.StartAsync(600_000, Streaming);
        await rig.GetPageAsync();
        var gate = new Gate();
        rig.Index.Faults.Always(rig.File.Path, Fault.Tamper().And(Fault.HoldBody(300_000, gate)));
        // Not before the client has begun to read: a file that is found out before that is a plain refusal.
        var first = await RawClient.SendAsync(rig.Hashgate.Url, RawClient.Request(rig.Hashgate.Url, "GET", rig.File.Path), gate.Open);
        Assert.True(first.WasReset, "The connection ended plainly.");
        Assert.True(first.Body.Length <= rig.Genuine.Length - HoldBack, $"{first.Body.Length} of {rig.Genuine.Length} bytes came.");

        var resumed = await RawClient.SendAsync(rig.Hashgate.Url, RawClient.Request(rig.Hashgate.Url, "GET", rig.File.Path, $"Range: bytes={first.Body.Length}-", $"If-Range: \"{rig.File.Hashes["sha256"]}\""));
        Assert.Equal(403, resumed.Status);
        Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", resumed.Reason, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", resumed["Content-Type"]);
        Assert.False(resumed.WasReset);
        await rig.AssertRecoversAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(600_000)]
    public async Task Client_that_leaves_does_not_end_the_fetch(int padding)
    {
        await using var rig = await FaultRig.StartAsync(padding, Streaming);
        await rig.GetPageAsync();
        var gate = new Gate();
        rig.Index.Faults.Once(rig.File.Path, Fault.HoldBody(rig.Genuine.Length / 2, gate));
        using (var leaving = new CancellationTokenSource())
        {
            var asked = rig.Hashgate.Client.GetAsync(rig.File.Path[1..], leaving.Token);
            await gate.Reached;
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
        gate.Open();
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal(1, rig.Index.Requests.Count(rig.File.Path));
        await rig.AssertUnhurtAsync();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(600_000, true)]
    [InlineData(0, false)]
    [InlineData(600_000, false)]
    public async Task Fifty_clients_share_one_fetch_and_its_end(int padding, bool good)
    {
        await using var rig = await FaultRig.StartAsync(padding, Streaming);
        await rig.GetPageAsync();
        var gate = new Gate();
        var held = Fault.HoldBody(rig.Genuine.Length / 2, gate);
        rig.Index.Faults.Always(rig.File.Path, good ? held : Fault.Tamper().And(held));
        var all = Enumerable.Range(0, 50).Select(_ => rig.GetAsync()).ToArray();
        await gate.Reached;
        gate.Open();
        foreach (var answer in await Task.WhenAll(all))
        {
            if (good) Assert.Equal(rig.Genuine, answer.Body);
            else Assert.True(answer.Status == 403 || (padding > 0 && !answer.IsComplete && answer.WasReset && answer.Body.Length <= rig.Genuine.Length - HoldBack), $"{answer.Status}, {answer.Body.Length} bytes, reset {answer.WasReset}");
        }
        Assert.Equal(1, rig.Index.Requests.Count(rig.File.Path));
        await rig.AssertRecoversAsync();
    }

    [Theory]
    [InlineData("Files:MaxPerClient")]
    [InlineData("Files:MaxConcurrentFetches")]
    public async Task Download_past_a_limit_is_429_and_goes_on_once_there_is_room(string limit)
    {
        await using var rig = await FaultRig.StartAsync(settings: new Dictionary<string, string?> { [limit] = "1" });
        var second = rig.Index.Add(TestWheel.Build("alpha", "2.0"));
        await rig.GetPageAsync();
        var gate = new Gate();
        rig.Index.Faults.Once(rig.File.Path, Fault.HoldHead(gate));
        var first = rig.GetAsync();
        await gate.Reached;
        using (var busy = await rig.Hashgate.Client.GetAsync(second.Path[1..]))
        {
            Assert.Equal(429, (int)busy.StatusCode);
            Assert.InRange(busy.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 5);
            Assert.Equal("application/problem+json", busy.Content.Headers.ContentType!.ToString());
        }
        // Who waits for the fetch that runs takes no place of its own.
        var joined = rig.GetAsync();
        gate.Open();
        Assert.Equal(rig.Genuine, (await first).Body);
        Assert.Equal(rig.Genuine, (await joined).Body);
        FaultAnswer answer;
        while ((answer = await rig.GetAsync(second.Path)).Status == 429) await Task.Delay(10);
        Assert.Equal(second.Bytes, answer.Body);
        await rig.AssertUnhurtAsync();
    }

    private static async Task<HttpResponseMessage> OpenAsync(FaultRig rig)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, rig.File.Path[1..]);
        return await rig.Hashgate.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
