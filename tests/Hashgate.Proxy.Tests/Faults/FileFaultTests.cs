using Hashgate.Core.Events;
using Hashgate.Core.Packaging;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>Every fault of a download, on both sides of the size from which files stream: what the client got, and that nothing was hurt.</summary>
public sealed class FileFaultTests
{
    private const int HoldBack = 4096;

    private static readonly Dictionary<string, string?> Streaming = new() { ["Files:VerifyFirstBytes"] = "8192", ["Files:HoldBackBytes"] = "4096" };

    [Theory]
    [MemberData(nameof(BadTransfer.Names), MemberType = typeof(BadTransfer))]
    public async Task Small_file_comes_whole_and_right_or_not_at_all(string fault)
    {
        var bad = BadTransfer.Named(fault);
        await using var rig = await FaultRig.StartAsync();
        rig.Index.Faults.Always(rig.File.Path, bad.Make(rig.Index, rig.File));

        var answer = await rig.GetAsync();
        Assert.Equal((bad.Status, true), (answer.Status, answer.IsComplete));
        if (bad.Status == 200) Assert.Equal(rig.Genuine, answer.Body);
        else AssertNothingOf(rig, answer.Body);
        await AssertToldAsync(rig, bad, answer.Reason, answer.Verdict);
        await rig.AssertRecoversAsync();
    }

    [Theory]
    [MemberData(nameof(BadTransfer.Names), MemberType = typeof(BadTransfer))]
    public async Task Large_file_comes_whole_and_right_or_breaks_off(string fault)
    {
        var bad = BadTransfer.Named(fault);
        await using var rig = await FaultRig.StartAsync(300_000, Streaming);
        rig.Index.Faults.Always(rig.File.Path, bad.Make(rig.Index, rig.File));

        var answer = await rig.GetAsync();
        if (bad.Status == 200)
        {
            Assert.True(answer.IsComplete);
            Assert.Equal(rig.Genuine, answer.Body);
        }
        else if (answer.Status is 200 or 0)
        {
            Assert.False(answer.IsComplete);
            Assert.True(answer.WasReset, "The connection ended plainly.");
            Assert.True(answer.Body.Length <= rig.Genuine.Length - HoldBack, $"{answer.Body.Length} of {rig.Genuine.Length} bytes came.");
        }
        else
        {
            Assert.Equal(bad.Status, answer.Status);
            AssertNothingOf(rig, answer.Body);
        }
        if (bad.Status == 403)
        {
            var refused = await rig.GetAsync();
            Assert.Equal(403, refused.Status);
            await AssertToldAsync(rig, bad, refused.Reason, refused.Verdict);
        }
        await rig.AssertRecoversAsync();
    }

    [Fact]
    public async Task Redirect_to_another_host_is_not_followed()
    {
        await using var other = await FakeIndex.StartAsync();
        await using var rig = await FaultRig.StartAsync();
        rig.Index.Faults.Always(rig.File.Path, Fault.Redirect(other.BaseUrl + rig.File.Path));
        Assert.Equal(504, (await rig.GetAsync()).Status);
        Assert.Empty(other.Requests.All);
    }

    [Theory]
    [InlineData("size", 1)]
    [InlineData("size", -1)]
    [InlineData("sha256", 0)]
    [InlineData("md5", 0)]
    public async Task Page_that_lies_about_a_file_has_it_refused(string what, int by)
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) =>
        {
            if (what == "size") file.Size += by;
            else file.Hashes[what] = Convert.ToHexStringLower(TestWheel.Noise(what == "md5" ? 16 : 32, 5));
        });
        var answer = await rig.GetAsync();
        // A body shorter than what the page says may be a cut one: trouble, not a lie.
        Assert.Equal(by == 1 ? 504 : 403, answer.Status);
        AssertNothingOf(rig, answer.Body);
        await rig.AssertUnhurtAsync();
        Assert.Null((await rig.RecordAsync())!.ProvenAt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_that_counts_the_junk_behind_a_wheel_has_it_refused(bool streams)
    {
        await using var rig = await FaultRig.StartAsync(streams ? 300_000 : 0, streams ? Streaming : null, arrange: (_, file) => file.Size += 100_000);
        rig.Index.Faults.Always(rig.File.Path, Fault.Junk(100_000));
        var answer = await rig.GetAsync();
        Assert.True(answer.Status == 403 || (streams && answer.WasReset && answer.Body.Length <= rig.Genuine.Length + 100_000 - HoldBack));
        Assert.Equal("block; rule=hash-mismatch", (await rig.GetAsync()).Verdict);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Page_that_lies_about_core_metadata_has_that_refused_and_the_wheel_served()
    {
        await using var rig = await FaultRig.StartAsync(arrange: (_, file) => file.CoreMetadata = Sha256Digest.Of("lie"u8).ToString());
        var answer = await rig.GetAsync(rig.File.Path + ".metadata");
        Assert.Equal((403, "block; rule=hash-mismatch"), (answer.Status, answer.Verdict));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Refused_file_is_not_fetched_again_for_five_minutes_and_then_for_ten()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Index.Faults.Always(rig.File.Path, Fault.Tamper());
        foreach (var pause in (int[])[5, 10, 20, 40, 60, 60])
        {
            var before = rig.Index.Requests.Count(rig.File.Path);
            Assert.Equal(403, (await rig.GetAsync()).Status);
            rig.Clock.Skip(TimeSpan.FromMinutes(pause) - TimeSpan.FromSeconds(40));
            Assert.Equal(403, (await rig.GetAsync()).Status);
            Assert.Equal(before + 1, rig.Index.Requests.Count(rig.File.Path));
            rig.Clock.Skip(TimeSpan.FromSeconds(41));
        }
        await rig.AssertRecoversAsync();
    }

    [Fact]
    public async Task Success_ends_the_row_of_failures_and_the_next_one_is_the_first_again()
    {
        await using var rig = await FaultRig.StartAsync();
        rig.Index.Faults.Times(rig.File.Path, 2, Fault.Tamper());
        Assert.Equal(403, (await rig.GetAsync()).Status);
        rig.Clock.Skip(TimeSpan.FromMinutes(6));
        Assert.Equal(403, (await rig.GetAsync()).Status);
        rig.Clock.Skip(TimeSpan.FromMinutes(6));
        Assert.Equal(403, (await rig.GetAsync()).Status);
        rig.Clock.Skip(TimeSpan.FromMinutes(5));
        Assert.Equal(200, (await rig.GetAsync()).Status);
        Assert.Equal(3, rig.Index.Requests.Count(rig.File.Path));

        foreach (var blob in new DirectoryInfo(Path.Combine(rig.Hashgate.DataDirectory, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories)) blob.Delete();
        rig.Index.Faults.Once(rig.File.Path, Fault.Tamper());
        Assert.Equal(403, (await rig.GetAsync()).Status);
        rig.Clock.Skip(TimeSpan.FromMinutes(6));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
    }

    private static async Task AssertToldAsync(FaultRig rig, BadTransfer bad, string reason, string? verdict)
    {
        Assert.Equal(bad.Status == 403, await rig.HasEventAsync(EventKinds.HashMismatch));
        Assert.Equal(bad.Status == 403 ? "block; rule=hash-mismatch" : null, verdict);
        if (bad.Status == 403) Assert.StartsWith("Blocked by Hashgate: hash-mismatch: ", reason, StringComparison.Ordinal);
        if (bad.Status == 504) Assert.StartsWith("Hashgate: ", reason, StringComparison.Ordinal);
    }

    private static void AssertNothingOf(FaultRig rig, byte[] body) =>
        Assert.True(body.AsSpan().IndexOf(rig.Genuine.AsSpan(0, 16)) < 0 && body.AsSpan().IndexOf(rig.Genuine.AsSpan(rig.Genuine.Length - 22, 16)) < 0);
}
