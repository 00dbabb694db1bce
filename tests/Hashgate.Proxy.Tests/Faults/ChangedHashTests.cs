using Hashgate.Core.Packaging;
using Hashgate.Testing;

namespace Hashgate.Proxy.Tests.Faults;

/// <summary>An index that claims other bytes than were first seen: the record stands, whatever may be had.</summary>
public sealed class ChangedHashTests
{
    private static readonly byte[] Other = TestWheel.Build("alpha", "1.0", text: "another").Bytes;

    [Fact]
    public async Task Recorded_bytes_in_the_cache_are_served_and_the_page_goes_on_showing_their_hash()
    {
        await using var rig = await FaultRig.StartAsync();
        Assert.Equal(200, (await rig.GetAsync()).Status);
        Change(rig, samePath: true);
        var page = await rig.GetPageLaterAsync();
        Assert.Contains(Sha256Digest.Of(rig.Genuine).ToString(), page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Sha256Digest.Of(Other).ToString(), page.Text.Replace(rig.File.Path, "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.True(await rig.HasEventAsync("hash-changed"));
        Assert.Equal(1, rig.Index.Requests.Count(rig.File.Path));
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Recorded_bytes_still_at_their_url_are_fetched_from_there()
    {
        await using var rig = await FaultRig.StartAsync();
        await rig.GetPageAsync();
        var old = rig.File.Path;
        Change(rig, samePath: false);
        rig.Index.Project("elsewhere").Add(rig.File.Filename, "1.0", rig.Genuine).Path = old;
        await rig.GetPageLaterAsync();
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        Assert.Equal((1, 0), (rig.Index.Requests.Count(old), rig.Index.Requests.Count(rig.File.Path)));
        await rig.AssertUnhurtAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recorded_bytes_that_are_gone_are_refused_until_an_operator_accepts_the_others(bool samePath)
    {
        await using var rig = await FaultRig.StartAsync();
        await rig.GetPageAsync();
        Change(rig, samePath);
        await rig.GetPageLaterAsync();
        foreach (var answer in (Running.FaultAnswer[])[await rig.GetAsync(), await rig.GetAsync()])
        {
            Assert.Equal((403, "block; rule=hash-changed"), (answer.Status, answer.Verdict));
            Assert.StartsWith("Blocked by Hashgate: hash-changed: ", answer.Reason, StringComparison.Ordinal);
        }
        Assert.Equal(Sha256Digest.Of(rig.Genuine), (await rig.RecordAsync())!.Sha256);

        Assert.Equal(200, await rig.AcceptAsync(new { filename = rig.File.Filename, sha256 = Sha256Digest.Of(Other).ToString(), reason = "rebuilt, its publisher says" }));
        Assert.Equal(Other, (await rig.GetAsync()).Body);
        Assert.Equal(Sha256Digest.Of(Other), (await rig.RecordAsync())!.Sha256);
        Assert.Contains(Sha256Digest.Of(Other).ToString(), (await rig.GetPageAsync()).Text, StringComparison.Ordinal);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Claim_that_comes_back_to_the_record_is_served_again()
    {
        await using var rig = await FaultRig.StartAsync();
        await rig.GetPageAsync();
        Change(rig, samePath: true);
        await rig.GetPageLaterAsync();
        Assert.Equal(403, (await rig.GetAsync()).Status);
        rig.File.Bytes = rig.Genuine;
        rig.File.ClaimBytes();
        rig.Clock.Skip(TimeSpan.FromHours(3));
        Assert.Equal(rig.Genuine, (await rig.GetAsync()).Body);
        await rig.AssertUnhurtAsync();
    }

    [Fact]
    public async Task Alias_of_a_recorded_filename_opens_no_first_use()
    {
        await using var rig = await FaultRig.StartAsync();
        await rig.GetPageAsync();
        var alias = rig.File.Project.Add("Alpha-1.0.0-py3-none-any.whl", "1.0.0", Other);
        await rig.GetPageLaterAsync();
        var answer = await rig.GetAsync(alias.Path);
        Assert.NotEqual(Other, answer.Body);
        Assert.Contains(answer.Status, (int[])[200, 403, 404]);
        if (answer.Status == 200) Assert.Equal(rig.Genuine, answer.Body);
        Assert.Equal(Sha256Digest.Of(rig.Genuine), (await rig.RecordAsync())!.Sha256);
        await rig.AssertRecoversAsync();
    }

    private static void Change(FaultRig rig, bool samePath)
    {
        rig.File.Bytes = Other;
        rig.File.ClaimBytes();
        if (!samePath) rig.File.Path = FakeFile.PathFor(Sha256Digest.Of(Other), rig.File.Filename);
    }
}
